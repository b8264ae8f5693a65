/** `14:05:09.123Z pending: why`: one look, as a gate keeps it. */
const LOOK = /^(\d\d:\d\d:\d\d)\.\d{3}Z (.*)$/s

/** Evidence without repetition: looks that saw the same become one line, from the first to the last, and what was said is not said again. */
export function condensed(lines: readonly string[]): readonly string[] {
  const texts: string[] = []
  for (let index = 0; index < lines.length;) {
    const same = alike(lines, index)
    texts.push(same === 1 ? (lines[index] ?? '') : together(lines.slice(index, index + same)))
    index += same
  }
  return [...new Set(texts)]
}

/** How many lines from here on are looks that saw the same. */
function alike(lines: readonly string[], from: number): number {
  const first = LOOK.exec(lines[from] ?? '')?.[2]
  if (first === undefined) return 1
  const end = lines.findIndex((line, index) => index > from && LOOK.exec(line)?.[2] !== first)
  return (end === -1 ? lines.length : end) - from
}

function together(lines: readonly string[]): string {
  const [first, last] = [LOOK.exec(lines[0] ?? ''), LOOK.exec(lines.at(-1) ?? '')]
  return `${first?.[1]}Z to ${last?.[1]}Z, ${lines.length} looks: ${first?.[2]}`
}
