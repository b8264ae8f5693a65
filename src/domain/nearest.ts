/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + substitution)
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? Infinity) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

/** Words longer than this are not compared: the comparison is quadratic and nobody mistypes a page of text. */
const LONGEST_WORD = 80

/** The candidate that was probably meant, or undefined when none is near: at most a third of the letters may differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined
  const typed = plain(word)
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const meant = plain(candidate)
    const allowed = Math.max(1, Math.floor(Math.max(typed.length, meant.length) / 3))
    const distance = editDistance(typed, meant)
    if (distance <= allowed && distance < Math.min(typed.length, meant.length) && (best === undefined || distance < best.distance))
      best = { candidate, distance }
  }
  return best?.candidate
}

/** `entry_points`, `entry-points` and `entryPoints` are the same word. */
const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '')
