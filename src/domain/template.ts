/** The places a value can come from: `${env:NAME}`, `${file:PATH}`, `${command:…}`. */
export const TEMPLATE_SCHEMES = ['env', 'file', 'command'] as const
export type TemplateScheme = (typeof TEMPLATE_SCHEMES)[number]

/** One piece of a template: text as it is, something to be resolved, or a mistake. `start` and `end` are offsets into the template. */
export type TemplatePart =
  | { readonly part: 'text'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly part: 'reference'; readonly scheme: TemplateScheme; readonly argument: string; readonly start: number; readonly end: number }
  | { readonly part: 'mistake'; readonly mistake: TemplateMistake; readonly written: string; readonly start: number; readonly end: number }

export type TemplateMistake = 'unterminated' | 'no-scheme' | 'unknown-scheme' | 'empty' | 'bad-variable-name'

/** A template in its pieces, in order. Braces inside a reference must balance, so that `${command:awk '{print $1}' file}` is one. */
export function templateParts(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = []
  let from = 0
  while (from < template.length) {
    const start = template.indexOf('${', from)
    if (start !== from) {
      const end = start === -1 ? template.length : start
      parts.push({ part: 'text', text: template.slice(from, end), start: from, end })
      from = end
    } else {
      const end = closingBrace(template, start)
      parts.push(end === undefined ? unterminated(template, start) : reference(template, start, end))
      from = end ?? template.length
    }
  }
  return parts
}

/** The template with stand-ins that are obviously ones, where nobody may ask for the values: `${env:TOKEN}` becomes `placeholder-of-TOKEN`. */
export const withPlaceholders = (template: string): string =>
  templateParts(template)
    .map((part) => {
      if (part.part !== 'reference') return part.part === 'text' ? part.text : part.written
      return `placeholder-of-${part.argument.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`
    })
    .join('')

/** Offset after the brace that closes the one at `start + 1`. */
function closingBrace(template: string, start: number): number | undefined {
  let depth = 0
  for (let i = start + 1; i < template.length; i++) {
    if (template[i] === '{') depth++
    if (template[i] === '}' && --depth === 0) return i + 1
  }
  return undefined
}

const unterminated = (template: string, start: number): TemplatePart => ({
  part: 'mistake',
  mistake: 'unterminated',
  written: template.slice(start),
  start,
  end: template.length,
})

function reference(template: string, start: number, end: number): TemplatePart {
  const written = template.slice(start, end)
  const mistake = (name: TemplateMistake): TemplatePart => ({ part: 'mistake', mistake: name, written, start, end })
  const [, name, argument] = /^\$\{([^:]*):(.*)\}$/s.exec(written) ?? []
  if (name === undefined || argument === undefined) return mistake('no-scheme')
  const scheme = TEMPLATE_SCHEMES.find((each) => each === name)
  if (scheme === undefined) return mistake('unknown-scheme')
  if (argument.trim() === '') return mistake('empty')
  if (scheme === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(argument)) return mistake('bad-variable-name')
  return { part: 'reference', scheme, argument, start, end }
}
