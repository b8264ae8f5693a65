const BEFORE = 24
const SHOWN = 32

/** Offset of the first character that differs; undefined for equal texts. */
export function firstDifference(old: string, fresh: string): number | undefined {
  if (old === fresh) return undefined
  const shorter = Math.min(old.length, fresh.length)
  let at = 0
  while (at < shorter && old.charCodeAt(at) === fresh.charCodeAt(at)) at += 1
  return at
}

/** `after "since ": "1998 in Leeds" (old) and "1999 in Leeds" (new)`. */
export function bothAt(old: string, fresh: string, at: number): string {
  return `${precededBy(old, at)}: ${shown(old, at)} (old) and ${shown(fresh, at)} (new)`
}

/** What stands right before, the same on both sides. */
export const precededBy = (text: string, at: number): string =>
  at === 0 ? 'at its beginning' : `after ${JSON.stringify(text.slice(Math.max(0, at - BEFORE), at))}`

const shown = (text: string, at: number): string =>
  at >= text.length ? 'its end' : JSON.stringify(text.slice(at, at + SHOWN)) + (at + SHOWN < text.length ? '…' : '')
