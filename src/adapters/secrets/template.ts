export type Source = 'env' | 'file' | 'command'

/** A piece of a template: text as it stands, or a reference such as `${env:NAME}`. */
export type TemplatePiece = { readonly text: string } | { readonly source: Source; readonly argument: string; readonly written: string }

const REFERENCE = /^\$\{(env|file|command):(.*)\}$/s

/** A template in pieces; undefined where it is malformed. Braces inside a reference balance: `${command:awk '{print $1}' file}` is one. */
export function templatePieces(template: string): readonly TemplatePiece[] | undefined {
  const pieces: TemplatePiece[] = []
  let from = 0
  for (let start = template.indexOf('${'); start !== -1; start = template.indexOf('${', from)) {
    const end = closingBrace(template, start)
    const written = template.slice(start, end)
    const [, source, argument] = REFERENCE.exec(written) ?? []
    if (end === undefined || argument === undefined || argument.trim() === '') return undefined
    if (source !== 'env' && source !== 'file' && source !== 'command') return undefined
    if (start > from) pieces.push({ text: template.slice(from, start) })
    pieces.push({ source, argument, written })
    from = end
  }
  if (from < template.length) pieces.push({ text: template.slice(from) })
  return pieces
}

/** Offset after the brace that closes the one at `start + 1`. */
function closingBrace(template: string, start: number): number | undefined {
  let depth = 0
  for (let i = start + 1; i < template.length; i++) {
    if (template[i] === '{') depth++
    if (template[i] === '}' && --depth === 0) return i + 1
  }
  return undefined
}
