import type { Killed } from './killed.ts'
import type { Round } from './round.ts'
import { overhead, parts } from './round.ts'
import { median, seconds } from './table.ts'

/** How many of the busiest things are named. */
const SHOWN = 4
/** Parts that are shown by name, milliseconds. */
const WORTH_A_NAME_MS = 20

/** What lies behind the table, as lines. */
export const notesOf = (rounds: readonly Round[], killed: readonly Killed[]): readonly string[] => [
  ...['jmc-migrate', 'script'].flatMap((name) => roundNotes(rounds.filter(({ contender }) => contender === name))),
  ...killed.flatMap(killedNotes),
]

function roundNotes(rounds: readonly Round[]): readonly string[] {
  const typical = [...rounds].sort((a, b) => overhead(a) - overhead(b))[Math.floor((rounds.length - 1) / 2)]
  if (typical === undefined) return []
  const shown = parts(typical).filter(({ ms }) => Math.abs(ms) >= WORTH_A_NAME_MS)
  const things = typical.busiest.slice(0, SHOWN).map(({ thing, perSecond, at }) => {
    return `${thing} ${perSecond.toFixed(1)} (at ${((at - typical.began) / 1000).toFixed(1)} s)`
  })
  const examples = rounds.flatMap(({ visitors }) => visitors.examples)
  return [
    `${typical.contender}: where its own ${seconds(median(rounds.map(overhead)))} went, in one round: ${shown.map(({ what, ms }) => `${what} ${seconds(ms)}`).join(', ')}`,
    `${typical.contender}: the busiest things, looks a second over 5 s: ${things.join('; ')}`,
    ...(examples.length === 0 ? [] : [`${typical.contender}: visitors lost: ${examples.join('; ')}`]),
  ]
}

const killedNotes = ({ contender, moment, record, left }: Killed): readonly string[] => [
  `${contender}, killed at ${moment}: what is found: ${record}`,
  ...left.map((line) => `  then not as it should be: ${line}`),
]
