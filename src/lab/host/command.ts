import { UNIT_OPERATIONS } from './units.ts'

/** A command line of the ssh adapter, decoded: `[sudo -n --] sh -c SCRIPT jmc-migrate OPERATION NONCE ARG…`. */
export interface HostCommand {
  readonly become: boolean
  readonly script: string
  readonly operation: string
  readonly nonce: string
  readonly args: readonly string[]
}

const OPERATIONS: readonly string[] = ['describe', 'read-file', 'hash-file', 'replace-file', 'hold', ...UNIT_OPERATIONS]

/** Undefined: not a command line that the adapter sends; the lab does not guess what a real shell would do with it. */
export function decodeCommand(line: string): HostCommand | undefined {
  const words = shellWords(line)
  if (words === undefined) return undefined
  const become = words.slice(0, 3).join(' ') === 'sudo -n --'
  const [shell, flag, script, name, operation, nonce, ...args] = become ? words.slice(3) : words
  if (shell !== 'sh' || flag !== '-c' || name !== 'jmc-migrate' || script === undefined || nonce === undefined) return undefined
  if (operation === undefined || !OPERATIONS.includes(operation)) return undefined
  return { become, script, operation, nonce, args }
}

/** Words of bare safe characters, single quotes and `\'`, as a POSIX shell splits them; undefined where there is anything else. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = []
  const piece = /([\w@%+=:,./-]+)|'([^']*)'|\\(')|( +)/gy
  let word: string | undefined
  let end = 0
  for (const [whole, bare, quoted, escaped, space] of line.matchAll(piece)) {
    end += whole.length
    if (space === undefined) {
      word = (word ?? '') + (bare ?? quoted ?? escaped ?? '')
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (end !== line.length) return undefined
  return word === undefined ? words : [...words, word]
}
