/** One line: what was measured of each contender, and what the tool is held to. */
export interface Row {
  readonly what: string
  readonly tool: string
  readonly script: string
  readonly limit?: string
  /** Whether the tool keeps within its limit; undefined without one. */
  readonly kept?: boolean
}

const HEAD = ['', 'jmc-migrate', 'script', 'limit', '']

/** Columns aligned, one line a row. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(({ what, tool, script, limit = '', kept }) => [what, tool, script, limit, verdict(kept)])]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const verdict = (kept: boolean | undefined): string => (kept === undefined ? '' : kept ? 'ok' : 'over')

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
export const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** The median, and the least and the most where there are several. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return values.length > 1 ? `${show(median(values))} (${show(least)}–${show(most)})` : show(median(values))
}
