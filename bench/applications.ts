import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { bundle } from '../test/e2e/command.ts'
import type { Application } from '../test/e2e/applications/application.ts'
import { prepareApplication, VALUES, VARIABLES } from '../test/e2e/applications/application.ts'
import { kubectl } from '../test/e2e/migration/clean.ts'
import { whyNoWorld } from '../test/e2e/world/tools/possible.ts'
import type { World } from '../test/e2e/world/world.ts'
import { startWorld } from '../test/e2e/world/world.ts'
import { seconds, spread, table } from './table.ts'
import { readEvents } from './tool-events.ts'

// `node scripts/run-typescript.mjs bench/applications.ts [--rounds 3]`: the todo-app plan by jmc-migrate and
// its chart by `helm upgrade --install --wait`, by turns on one world of real servers. Asserts nothing; exit 1 where one could not be measured.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const reason = await whyNoWorld()
if (reason !== undefined) throw new Error(`no world of real servers can be started here: ${reason}`)

const NAMESPACE = 'todo-app'
/** What the command line told of itself, from its start (milliseconds). */
interface Round {
  readonly wall: number
  readonly requests: number
  readonly parts?: Readonly<Record<'until the checks were done' | 'until the first write' | 'until all was ready', number>>
  /** From the write of the last Deployment to the end: the start of its pods, and how soon it was seen. */
  readonly afterWrites: number
}

const built = await bundle()
const world = await startWorld()
const close = async (): Promise<void> => void (await Promise.all([world.stop(), built.remove()]))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().finally(() => process.exit(1)))

const CONTENDERS = { tool: byTool, allAtOnce: byToolAllAtOnce, helm: byHelm }
const BY_TURNS = ['tool', 'helm', 'allAtOnce'] as const
const rounds: Readonly<Record<keyof typeof CONTENDERS, Round[]>> = { tool: [], allAtOnce: [], helm: [] }
const before = loadavg()[0] ?? 0
try {
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const name of round % 2 === 1 ? BY_TURNS : BY_TURNS.toReversed()) {
      const application = await prepareApplication(world, built.entry, NAMESPACE)
      rounds[name].push(await measured(() => CONTENDERS[name](world, application)))
      process.stderr.write(`round ${round}: ${name} ${seconds(rounds[name].at(-1)?.wall ?? NaN)}\n`)
      await kubectl(world, ['delete', 'namespace', NAMESPACE])
    }
} finally {
  await close()
}

async function measured(act: () => Promise<Pick<Round, 'parts'>>): Promise<Round> {
  const asked = (await world.kubernetes.audit.events()).length
  const clock = performance.now()
  const more = await act()
  const [wall, ended] = [performance.now() - clock, Date.now()]
  const events = (await world.kubernetes.audit.writes()).filter(({ objectRef }) => objectRef?.resource === 'deployments')
  const written = Date.parse(events.at(-1)?.requestReceivedTimestamp ?? '')
  return { wall, requests: (await world.kubernetes.audit.events()).length - asked, afterWrites: ended - written, ...more }
}

async function byTool(_world: World, { run, plan }: Application): Promise<Pick<Round, 'parts'>> {
  const began = Date.now()
  const ended = await run('run', plan, '--yes', '--json')
  if (ended.code !== 0) throw new Error(`jmc-migrate ended with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`)
  const events = readEvents(ended.stdout)
  const at = (type: string): number => (events.find((event) => event.type === type)?.at ?? NaN) - began
  return {
    parts: {
      'until the checks were done': at('preflight-finished'),
      'until the first write': at('effect-started'),
      'until all was ready': at('gate-passed'),
    },
  }
}

/** Without the plan's order, where one pod is ready before the next begins: as helm does it. */
async function byToolAllAtOnce(inside: World, application: Application): Promise<Pick<Round, 'parts'>> {
  await application.edit([[['steps', 0, 'deploy-to-kubernetes', 'order'], undefined]])
  return byTool(inside, application)
}

/** As its own documentation says; the namespace is helm's to make. The same values and secrets. */
async function byHelm(inside: World, { path }: Application): Promise<Pick<Round, 'parts'>> {
  const secrets = { databaseUrl: 'DATABASE_URL', jwtSecret: 'JWT_SECRET', openaiApiKey: 'OPENAI_API_KEY' } as const
  const set = Object.entries(secrets).flatMap(([key, variable]) => ['--set-string', `secrets.${key}=${VARIABLES[variable] ?? ''}`])
  const chart = path('fixtures', 'todo-app', 'chart')
  const where = ['--namespace', NAMESPACE, '--create-namespace', '--set', 'namespace.create=false']
  const given = ['--values', path(VALUES['todo-app']), ...set]
  const { exitCode, stderr } = await inside.enter('helm', ['upgrade', '--install', '--wait', 'todo-app', chart, ...where, ...given])
  if (exitCode !== 0) throw new Error(`helm ended with ${exitCode}: ${String(stderr)}`)
  return {}
}

const row = (what: string, value: (round: Round) => number, show: (value: number) => string) => ({
  what,
  tool: spread(rounds.tool.map(value), show),
  script: spread(rounds.helm.map(value), show),
})
const own = (part: keyof NonNullable<Round['parts']>) => ({
  what: `  ${part}`,
  tool: spread(
    rounds.tool.map(({ parts }) => parts?.[part] ?? NaN),
    seconds,
  ),
  script: '',
})
const least = (list: readonly Round[]): number => Math.min(...list.map((round) => round.wall))
const wall = row('wall time', (round) => round.wall, seconds)
const leastStart = Math.min(...rounds.helm.map((round) => round.afterWrites))
/** The plan wants one pod ready before the next begins, where helm starts both at once: what the cluster took for helm's pods, once more. */
const ordered = {
  ...wall,
  limit: `helm's best and one more start of pods, ${seconds(leastStart)}, for its order`,
  kept: least(rounds.tool) <= least(rounds.helm) + leastStart,
}
const allAtOnce = {
  what: 'wall time without the plan’s order, all at once as helm does',
  tool: spread(
    rounds.allAtOnce.map((round) => round.wall),
    seconds,
  ),
  script: wall.script,
  limit: 'its best not slower',
  kept: least(rounds.allAtOnce) <= least(rounds.helm),
}
process.stdout.write(
  [
    `todo-app on one world; ${values.rounds} rounds each by turns, median (least–most); "script" is helm upgrade --install --wait`,
    `${availableParallelism()} cores, Node ${process.version}; load average ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`,
    '',
    table([
      ordered,
      own('until the checks were done'),
      own('until the first write'),
      own('until all was ready'),
      allAtOnce,
      row('  from the last write of a Deployment to the end', ({ afterWrites }) => afterWrites, seconds),
      row('requests to the API server', ({ requests }) => requests, String),
    ]),
    '',
  ].join('\n'),
)
process.exit(0)
