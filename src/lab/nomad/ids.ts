import { createHash } from 'node:crypto'

/** A UUID that the same world always makes the same way. */
export function idOf(kind: string, ...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256')
    .update([kind, ...parts].join('/'))
    .digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
