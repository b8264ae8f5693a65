import { setTimeout as pause } from 'node:timers/promises'
import { leftovers, nomad } from '../test/e2e/migration/clean.ts'
import type { Recorded } from '../test/e2e/visitors/sample.ts'
import { samplesOf } from '../test/e2e/visitors/sample.ts'
import type { Contender, Direction } from './contender.ts'
import type { Scene, Stage } from './stage.ts'
import type { Sight } from './witness/facts.ts'

/** How long nobody does anything after the kill, milliseconds. */
const ALONE_MS = 4_000

/** When it is killed, and how somebody gets out of it: back where that is possible, on where the job has stopped. */
export const KILLS: readonly { readonly moment: Sight; readonly out: Direction }[] = [
  { moment: 'router-written', out: 'rollback' },
  { moment: 'job-stopped', out: 'run' },
]

export interface Killed {
  readonly contender: Contender['name']
  readonly moment: Sight
  /** Visitors without a right answer while nobody did anything, and until all was over. */
  readonly lostAlone: number
  readonly lost: number
  readonly sent: number
  /** What a person finds. */
  readonly record: string
  readonly command: string
  readonly code: number | undefined
  /** What that command took, milliseconds. */
  readonly took: number
  /** What is not as it should be then; empty for a clean end. */
  readonly left: readonly string[]
}

export async function playKilled(stage: Stage, contender: Contender, { moment, out }: (typeof KILLS)[number]): Promise<Killed> {
  const { result, recorded } = await stage.play(contender, async (scene) => {
    const started = contender.start(scene, 'run')
    await Promise.race([scene.witness.sees(moment), started.ended.then(({ stdout, stderr }) => unkilled(contender, stdout + stderr))])
    started.signal('SIGKILL')
    const killed = Date.now()
    const { code } = await started.ended
    if (code !== undefined) throw new Error(`${contender.name} ended by itself, with ${code}, before it was killed`)
    await pause(ALONE_MS)
    const alone = { from: killed, to: Date.now() }
    const record = await contender.record(scene)
    const clock = performance.now()
    const ended = await contender.start(scene, out).ended
    const took = performance.now() - clock
    await pause(1_000)
    const said =
      ended.code === 0 ? [] : [`it ended with ${ended.code}: ${(ended.stderr + ended.stdout).trim().split('\n').slice(-2).join(' | ')}`]
    return {
      alone,
      record,
      took,
      code: ended.code,
      left: [...said, ...(await whatIsLeft(scene, out))],
    }
  })
  const { alone, ...rest } = result
  return {
    contender: contender.name,
    moment,
    ...rest,
    command: contender.command(out),
    sent: samplesOf(recorded).length,
    lost: lostIn(recorded, 0, Infinity),
    lostAlone: lostIn(recorded, alone.from, alone.to),
  }
}

function unkilled(contender: Contender, said: string): never {
  throw new Error(`${contender.name} ended before the moment at which it was to be killed:\n${said}`)
}

const lostIn = (recorded: readonly Recorded[], from: number, to: number): number =>
  samplesOf(recorded).filter(({ at, verdict }) => from <= at && at <= to && verdict !== 'right').length

/** After a way back all is as it was; after a way on the job is gone; and a visitor is answered by the side that should. */
async function whatIsLeft({ world, migration, clean }: Scene, out: Direction): Promise<readonly string[]> {
  const { status, body } = await migration.visit()
  const side = out === 'rollback' ? 'nomad' : 'kubernetes'
  const wrong = status === 200 && body.endsWith(side) ? [] : [`a visitor gets ${status}: ${body.slice(0, 60)}`]
  if (out === 'rollback') return [...wrong, ...(await leftovers(world, clean))]
  const job = await nomad(world, 'GET', '/v1/job/jayne-martin-counselling?namespace=jaynemartincounselling-prod')
  return job.status === 404 ? wrong : [...wrong, 'Nomad still has the job']
}
