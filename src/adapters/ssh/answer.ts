/** What a script said in its last line (scripts/prelude.ts): a status word and fields. */
export interface Answer {
  readonly status: string
  readonly fields: Readonly<Record<string, string>>
  /** What stands between the line `NONCE begin` and the last line, byte for byte. */
  readonly bytes: Buffer
}

const NEWLINE = 0x0a

/**
 * Finds the tagged last line in what came over ssh, whatever a login script printed around it. Undefined: it is not there, or cut short,
 * so nothing is known about what the command did (facts: SSH 1).
 */
export function parseAnswer(stdout: Buffer, nonce: string): Answer | undefined {
  const tag = Buffer.from(`\n${nonce}\t`)
  const start = stdout.lastIndexOf(tag)
  if (start === -1) return undefined
  const end = stdout.indexOf(NEWLINE, start + tag.length)
  if (end === -1) return undefined
  const [status = '', ...pairs] = stdout.toString('utf8', start + tag.length, end).split('\t')
  const begin = Buffer.from(`\n${nonce} begin\n`)
  const from = stdout.indexOf(begin)
  return {
    status,
    fields: Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    bytes: from === -1 ? Buffer.alloc(0) : Buffer.from(stdout.subarray(from + begin.length, start)),
  }
}
