import type { NamedText } from './file-problem.ts'
import { fileProblem } from './file-problem.ts'

/** Stands for each character of a template action while the structure is read; no file has a use for it. */
const MASK = '\uE000'
/** Actions that give one value on one line, whatever it is: the lines around them stay what they are. */
const ONE_VALUE = /^\{\{ *env +(?:"[^"\\\n]*"|`[^`\n]*`)(?: *\| *(?:quote|lower|upper|trim|default +"[^"\\\n]*"))* *\}\}$/

/** A key that a template makes up could be any name, ours among them. */
const KEY_FROM_TEMPLATE = /^[ -]*[^#\n:]*\uE000[^#\n:]*:(?: |\r?$)/m

/**
 * The text with the file provider's Go-template actions replaced by as many placeholder characters. Traefik runs templates before it
 * reads YAML, also inside comments (seen on 3.7.15: `# {{ if false }}` removes lines, `# {{ bad` rejects the file), so anything that
 * could add, drop or join lines is refused wherever it stands.
 */
export function maskTemplates(source: NamedText): string {
  if (!source.text.includes('{{')) return source.text
  const masked = source.text.replace(/\{\{[^\n]*?(?:\}\}|$)/gm, (action, at: number) => {
    if (!ONE_VALUE.test(action)) throw refuse(source, at, action)
    return MASK.repeat(action.length)
  })
  const name = KEY_FROM_TEMPLATE.exec(masked)
  if (name !== null) throw refuse(source, name.index, source.text.slice(name.index, name.index + name[0].length))
  return masked
}

export const hasMask = (text: string): boolean => text.includes(MASK)

const refuse = (source: NamedText, at: number, action: string) =>
  fileProblem(
    'edge-file-template',
    source,
    at,
    `a Go template that may change lines: ${action.trim()}`,
    ['write the value itself, or keep templates to {{ env "NAME" }} as the value of a key'],
    ['Traefik runs templates before it reads YAML, inside comments too'],
  )
