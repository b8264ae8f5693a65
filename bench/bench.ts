import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { whyNoWorld } from '../test/e2e/world/tools/possible.ts'
import { DEFAULTS, FAST } from '../test/e2e/world/settings.ts'
import type { Failing } from './failing.ts'
import { playFailing } from './failing.ts'
import type { Killed } from './killed.ts'
import { KILLS, playKilled } from './killed.ts'
import { notesOf } from './notes.ts'
import type { Round } from './round.ts'
import { playRound } from './round.ts'
import { failingRows, killedRows, roundRows } from './rows.ts'
import { script } from './script.ts'
import { openStage } from './stage.ts'
import { table } from './table.ts'
import { tool } from './tool.ts'

// `npm run bench:e2e [-- --rounds 3] [-- --defaults] [-- --hold 12] [-- --only rounds|failing|kills]`: the migration by jmc-migrate and by
// peer.sh, side by side on one world of real servers, in front of visitors. Asserts nothing; exit 1 where something could not be measured.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    hold: { type: 'string', default: '12' },
    defaults: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: ['rounds', 'failing', 'kills'] },
  },
})
const reason = await whyNoWorld()
if (reason !== undefined) throw new Error(`no world of real servers can be started here: ${reason}`)

const CONTENDERS = [tool, script]
/** Characters of what went wrong that stand below the table; all of it goes to stderr at once. */
const MOST_SAID = 200
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
const rounds: Round[] = []
const failing: Failing[] = []
const killed: Killed[] = []
const broken: string[] = []

/** What cannot be played is said, and the rest is played all the same. */
async function played<Result>(what: string, into: Result[], play: () => Promise<Result>): Promise<void> {
  say(what)
  try {
    into.push(await play())
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    say(`${what} could not be measured: ${reason}`)
    broken.push(`${what}: ${reason.slice(0, MOST_SAID)}`)
  }
}

const load = loadavg()[0] ?? 0
const stage = await openStage(values.defaults ? DEFAULTS : FAST, {
  hold: Number(values.hold) * 1000,
  holdInterval: 1_000,
})
// The world ends with this process in any case; what lies outside of it is removed here.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stage.close().finally(() => process.exit(1)))
try {
  if (values.only.includes('rounds'))
    for (let round = 1; round <= Number(values.rounds); round++)
      for (const contender of CONTENDERS) await played(`round ${round}: ${contender.name}`, rounds, () => playRound(stage, contender))
  if (values.only.includes('failing'))
    for (const contender of CONTENDERS) await played(`the new side dies: ${contender.name}`, failing, () => playFailing(stage, contender))
  if (values.only.includes('kills'))
    for (const kill of KILLS)
      for (const contender of CONTENDERS)
        await played(`killed, ${kill.moment}: ${contender.name}`, killed, () => playKilled(stage, contender, kill))
} finally {
  await stage.close()
}

const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`
const busy = `load average ${load.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`
const rows = [
  ...(rounds.length > 0 ? roundRows(rounds) : []),
  ...(failing.length > 0 ? failingRows(failing) : []),
  ...(killed.length > 0 ? killedRows(killed) : []),
]
process.stdout.write(
  [
    `Settings: ${values.defaults ? 'the defaults of the servers' : 'fast'}; soak ${values.hold} s; ${values.rounds} rounds each, median (least–most)`,
    `Machine: ${machine}; ${busy}`,
    '',
    table(rows),
    '',
    ...notesOf(rounds, killed),
    ...broken.map((line) => `NOT MEASURED ${line}`),
    '',
  ].join('\n'),
)
process.exit(broken.length === 0 ? 0 : 1)
