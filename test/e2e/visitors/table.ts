import type { Share } from './portions.ts'
import type { Report, Stretch, WindowReport } from './report.ts'

export interface Row {
  readonly name: string
  /** How the world's servers were set: `fast` or `defaults`. */
  readonly settings: string
  readonly report: Report
  /** Where visitors were moved in portions; then sides over time say little. */
  readonly shares?: readonly Share[]
}

const HEAD = [
  'scenario',
  'settings',
  'sent',
  'failed',
  'wrong',
  'sockets',
  'p50/p99 before',
  'during',
  'after',
  'p99 during/before',
  'sides over time, or asked → had by Kubernetes',
]

/** One line a scenario, columns aligned; latencies in milliseconds. */
export function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellsOf({ name, settings, report, shares = [] }: Row): readonly string[] {
  const { before, during, after } = report.windows
  return [
    name,
    settings,
    String(report.sent),
    String(report.failed),
    String(report.wrong),
    String(report.socketsLost),
    latencies(before),
    latencies(during),
    latencies(after),
    before.p99 === undefined || during.p99 === undefined ? '-' : `${(during.p99 / before.p99).toFixed(1)}x`,
    (shares.length > 0 ? shares.map(share) : report.sides.map(stretch)).join(', '),
  ]
}

const latencies = ({ p50, p99 }: WindowReport): string =>
  p50 === undefined || p99 === undefined ? '-' : `${p50.toFixed(1)}/${p99.toFixed(1)}`
const stretch = ({ by, forMs }: Stretch): string => `${by} ${(forMs / 1000).toFixed(1)} s`
const share = ({ name, answered, kubernetes }: Share): string =>
  `${name} → ${answered === 0 ? '-' : `${((100 * kubernetes) / answered).toFixed(1)}%`} of ${answered}`
