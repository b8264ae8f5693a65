/**
 * Where our own time goes, part by part, with the processor time and the requests of each: `node scripts/run-typescript.mjs bench/phases.ts
 * [--rounds N] [--hold SECONDS] [--defaults] [--visitors PER_SECOND]`. Nothing is asserted and nobody is compared with.
 */
import { parseArgs } from 'node:util'
import { DEFAULTS, FAST } from '../test/e2e/world/settings.ts'
import { whyNoWorld } from '../test/e2e/world/tools/possible.ts'
import { measured } from './processor-time.ts'
import type { Round } from './round.ts'
import { overhead, parts, plannedWaits, playRound, proofBeyondTraefik, serversTime } from './round.ts'
import { openStage } from './stage.ts'
import { median, spread } from './table.ts'
import { tool } from './tool.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    hold: { type: 'string', default: '6' },
    defaults: { type: 'boolean', default: false },
    visitors: { type: 'string', default: '200' },
  },
})
const reason = await whyNoWorld()
if (reason !== undefined) throw new Error(`no world of real servers can be started here: ${reason}`)

interface Played {
  readonly round: Round
  /** Processor time of the command until a moment (since the epoch), milliseconds: its own, and that of programs it has run. */
  readonly used: (at: number) => { readonly own: number; readonly children: number }
}

const ms = (numbers: readonly number[]): string => spread(numbers, (number) => `${number.toFixed(0)} ms`)

const stage = await openStage(
  values.defaults ? DEFAULTS : FAST,
  { hold: Number(values.hold) * 1_000, holdInterval: 1_000 },
  Number(values.visitors),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stage.close().finally(() => process.exit(1)))
const all: Played[] = []
try {
  for (let number = 1; number <= Number(values.rounds); number++) {
    const { contender, used } = measured(tool)
    const round = await playRound(stage, contender)
    all.push({ round, used })
    process.stderr.write(`round ${number}: ${overhead(round).toFixed(0)} ms of its own of ${round.wall.toFixed(0)} ms\n`)
  }
} finally {
  await stage.close()
}

const rounds = all.map(({ round }) => round)
const lines = [
  `wall ${ms(rounds.map(({ wall }) => wall))}, servers ${ms(rounds.map(serversTime))}, planned ${ms(rounds.map(plannedWaits))}`,
  `its own ${ms(rounds.map(overhead))}; proven beyond Traefik ${ms(rounds.map((round) => proofBeyondTraefik(round) ?? Number.NaN))}`,
  `processor time ${ms(all.map(({ used }) => used(Infinity).own))}, of programs it runs ${ms(all.map(({ used }) => used(Infinity).children))}`,
  '',
  'its own, by part, and the processor time used in it:',
  ...partLines(all),
  '',
  'requests of one migration:',
  ...requestLines(rounds),
]
process.stdout.write(`${lines.join('\n')}\n`)
process.exit(0)

function partLines(played: readonly Played[]): readonly string[] {
  const names = [...new Set(played.flatMap(({ round }) => parts(round).map(({ what }) => what)))]
  return names.map((name) => {
    const own = played.flatMap(({ round }) =>
      parts(round)
        .filter(({ what }) => what === name)
        .map((part) => part.ms),
    )
    const busy = played.flatMap(({ round, used }) => {
      const at = round.told.findIndex(({ what }) => what === name)
      const end = round.told[at]
      return end === undefined ? [] : [used(end.at).own - used(round.told[at - 1]?.at ?? round.began).own]
    })
    return `  ${name}: ${ms(own)}${busy.length > 0 ? ` (busy ${median(busy).toFixed(0)} ms)` : ''}`
  })
}

function requestLines(of: readonly Round[]): readonly string[] {
  const count = (round: Round, of: (asked: Round['asked'][number]) => string): Map<string, number> => {
    const found = new Map<string, number>()
    for (const asked of round.asked) found.set(of(asked), (found.get(of(asked)) ?? 0) + 1)
    return found
  }
  const [last] = of.slice(-1)
  if (last === undefined) return []
  const rows = (found: Map<string, number>): readonly string[] =>
    [...found].sort((a, b) => b[1] - a[1]).map(([what, times]) => `  ${String(times).padStart(4)} ${what}`)
  return [...rows(count(last, ({ server }) => server)), '', ...rows(count(last, ({ is, thing }) => `${is} ${thing}`))]
}
