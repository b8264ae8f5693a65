import { beforeAll, describe, expect, it } from 'vitest'
import type { Plan, PlanStep } from '../../src/domain/plan.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { Goal } from '../../src/engine/next.ts'
import type { LabFault } from '../../src/lab/contract.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { pictureOf } from './picture.ts'
import type { Ended, KillAt } from './process.ts'
import { runProcess } from './process.ts'
import type { Seed } from './seed.ts'
import { readSeed, upTo } from './seed.ts'
import type { WorldData } from './world.ts'
import { startOf, World } from './world.ts'

/** The old side dies while half of the visitors are on it, and the edge goes on naming it. */
const DEAD: readonly LabFault[] = ['nomad-gone']
const BACK: readonly LabFault[] = []
const TO_THE_END = { do: 'run', to: 'k8s-only' } as const
const HALF_WAY = { do: 'run', to: 'half-way' } as const

interface Left {
  readonly data: WorldData
  readonly disk: JournalDisk
}

let seed: Seed
/** Half of the visitors are on Kubernetes, and a soak looks at both sides. */
let shared: Left

beforeAll(async () => {
  const portions = await readSeed('in-portions')
  seed = { ...portions, plan: withSoak(portions.plan) }
  const world = new World(seed, startOf(seed))
  const disk = emptyDisk()
  const { result } = await runProcess({ seed, world, disk, goal: HALF_WAY })
  if (result?.outcome !== 'done') throw new Error(`the way to the half: ${JSON.stringify(result)}`)
  shared = { data: world.data(), disk }
}, 30_000)

/** The seed plan up to its half, a soak, and Kubernetes alone. */
function withSoak(plan: Plan): Plan {
  const first = upTo(plan, 'half').steps.map((step): PlanStep => ({
    ...step,
    gates: [],
    ...(step.id === 'half' && { reaches: 'half-way' }),
  }))
  const [soak, alone] = ['soak', 'alone'].map((id) => plan.steps.find((step) => step.id === id))
  if (soak === undefined || alone === undefined) throw new Error('the seed plan has a soak, and a step to Kubernetes alone')
  const looking: PlanStep = { ...soak, spec: { hold: 2_000, interval: 500, failureThreshold: 0 } }
  return { ...plan, states: ['nomad-only', 'both-running', 'half-way', 'k8s-only'], steps: [...first, looking, alone] }
}

interface Stage {
  readonly world: World
  readonly disk: JournalDisk
  run(how?: { readonly killAt?: KillAt; readonly plan?: Plan; readonly goal?: Goal }): Promise<Ended>
  rollback(): Promise<Ended>
}

function stageOf({ data, disk: kept }: Left, faults: readonly LabFault[]): Stage {
  const world = new World(seed, data, { faults })
  const disk: JournalDisk = { entries: [...kept.entries], blobs: new Map(kept.blobs) }
  return {
    world,
    disk,
    run: (how) => runProcess({ seed, world, disk, goal: TO_THE_END, ...how }),
    rollback: () => runProcess({ seed, world, disk, goal: { do: 'rollback', to: 'nomad-only' } }),
  }
}

const leftBy = ({ world, disk }: Stage): Left => ({ data: world.data(), disk })

/** Every visitor from now on has the right answer, from Kubernetes. */
async function expectAllOnKubernetes({ world }: Stage): Promise<void> {
  const wrong = world.wrong.length
  const served: string[] = []
  for (let visit = 0; visit < 6; visit++) {
    await world.clock.sleep(1_000)
    served.push(await world.look('after the relief'))
  }
  expect(new Set(served)).toEqual(new Set(['kubernetes']))
  expect(world.wrong).toHaveLength(wrong)
}

const typesOf = (disk: JournalDisk): readonly JournalRecord['type'][] => disk.entries.map(({ record }) => record.type)

/** Paused, with all visitors well; and it says so. */
async function expectRelieved(stage: Stage, { result }: Ended): Promise<void> {
  expect(result).toMatchObject({
    outcome: 'paused',
    step: 'half',
    reason: expect.stringMatching(
      /that side had 50% of visitors: all are on Kubernetes now, which was verified; there is no way back while the old side is away/,
    ),
  })
  expect(result?.outcome === 'paused' && result.next.join('\n')).toMatch(/run plan.yaml {3}#[^]*--amend/)
  await expectAllOnKubernetes(stage)
}

describe('an old side that dies while it has half of the visitors', () => {
  it('costs them an answer for seconds, not until a person comes: all are on Kubernetes, and nothing was rolled back', async () => {
    const stage = stageOf(shared, DEAD)
    const began = stage.world.clock.monotonic()
    const ended = await stage.run()
    await expectRelieved(stage, ended)
    expect(typesOf(stage.disk)).not.toContain('rollback-started')
    expect(typesOf(stage.disk).slice(-5)).toEqual(['gate-failed', 'relief-started', 'relieved', 'paused', 'process-detached'])
    expect((stage.world.wrong.at(-1)?.at ?? 0) - began).toBeLessThan(5_000)
  })

  it('run again while it is dead: it says the same again, and moves nothing', async () => {
    const stage = stageOf(shared, DEAD)
    await stage.run()
    const { writes } = stage.world
    await expectRelieved(stage, await stage.run())
    expect(stage.world.writes).toBe(writes)
  })

  it('run again once it answers: it gets its share back, the step is looked at anew, and the run goes on to its end', async () => {
    const stage = stageOf(shared, DEAD)
    await stage.run()
    const back = stageOf(leftBy(stage), BACK)
    const { result } = await back.run()
    expect(result).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(back.world.wrong).toEqual([])
    const since = typesOf(back.disk).slice(stage.disk.entries.length)
    expect(since.indexOf('relief-ended')).toBeLessThan(since.indexOf('effect-done'))
    expect(back.disk.entries.filter(({ record }) => record.type === 'step-done' && record.step === 'half')).toHaveLength(2)
  })

  it('gone for good: with what waits for it taken out of the plan it goes on to Kubernetes alone', async () => {
    const stage = stageOf(shared, DEAD)
    await stage.run()
    // Nomad itself is well, its job answers wrongly.
    const { data, disk } = leftBy(stage)
    const left = stageOf({ data: { ...data, nomad: { ...data.nomad, application: { body: 'broken' } } }, disk }, BACK)
    const { result } = await left.run({ plan: { ...seed.plan, steps: seed.plan.steps.filter(({ id }) => id !== 'soak') } })
    expect(result).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    await expectAllOnKubernetes(left)
    expect(left.world.wrong).toEqual([])
    expect(left.world.dynamicConfig).not.toContain('jmc-migrate-old-')
  })

  it('gone for good with all of Nomad: the command that it says leads to Kubernetes alone, and one that needs Nomad says that it does', async () => {
    const { steps } = seed.plan
    const [soak, alone] = ['soak', 'alone'].map((id) => steps.find((step) => step.id === id))
    const stop = (await readSeed('in-portions')).plan.steps.find((step) => step.id === 'stop')
    if (!soak || !alone || !stop) throw new Error('the seed plan has these')
    // One soak is over, and it watched the job that a later step stops; the old side dies in the next one.
    const over: PlanStep = { ...soak, id: 'first-soak', reaches: 'looked-at' }
    const before = steps.slice(0, steps.indexOf(soak))
    const states = ['nomad-only', 'both-running', 'half-way', 'looked-at', 'k8s-only', 'stopped'] as const
    const planOf = (...rest: readonly PlanStep[]): Plan => ({ ...seed.plan, states, steps: [...before, ...rest] })
    const last: PlanStep = { ...stop, reaches: 'stopped' }
    const plan = planOf(over, soak, alone, last)
    const well = stageOf(shared, BACK)
    expect((await well.run({ plan, goal: { do: 'run', to: 'looked-at' } })).result).toMatchObject({ outcome: 'done' })

    const dead = stageOf(leftBy(well), DEAD)
    const paused = (await dead.run({ plan, goal: { do: 'run', to: 'stopped' } })).result
    expect(paused?.outcome === 'paused' && paused.next.at(-1)).toMatch(/then: jmc-migrate run plan.yaml --amend --to k8s-only$/)
    const amended = planOf(over, alone, last)
    expect((await dead.run({ plan: amended, goal: { do: 'run', to: 'stopped' } })).result).toMatchObject({
      outcome: 'failed',
      problems: [{ summary: expect.stringContaining('Nomad') }],
    })
    const { result } = await dead.run({ plan: amended, goal: TO_THE_END })
    expect(result).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    await expectAllOnKubernetes(dead)
    expect(dead.world.dynamicConfig).not.toContain('jmc-migrate-old-')
  })

  it('a rollback is refused while it is dead, with every visitor left where they are well; and done once it is back', async () => {
    const stage = stageOf(shared, DEAD)
    await stage.run()
    const { writes } = stage.world
    expect((await stage.rollback()).result).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('was not seen to answer') })
    expect(stage.world.writes).toBe(writes)
    await expectAllOnKubernetes(stage)
    const back = stageOf(leftBy(stage), BACK)
    expect((await back.rollback()).result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
    expect(await pictureOf(back.world)).toEqual(await pictureOf(new World(seed, startOf(seed))))
    expect(back.world.wrong).toEqual([])
  })
})

describe('killed at every record of it, and right after its write', () => {
  const atEveryDeath = async (body: (left: Left) => Promise<void>): Promise<void> => {
    const whole = stageOf(shared, DEAD)
    const { writesAt } = await whole.run()
    const before = shared.disk.entries.length
    const relief = whole.disk.entries.findIndex(({ record }) => record.type === 'relief-started')
    const deaths = whole.disk.entries.slice(relief - 1).flatMap(({ sequence, record }): readonly KillAt[] => {
      const wrote = (writesAt[sequence - 1 - before] ?? 0) > (writesAt[sequence - 2 - before] ?? 0)
      return [...(wrote || record.type === 'relieved' ? [{ sequence, durable: false }] : []), { sequence, durable: true }]
    })
    expect(deaths.length).toBeGreaterThan(5)
    for (const killAt of deaths) {
      const dead = stageOf(shared, DEAD)
      await dead.run({ killAt })
      await body(leftBy(dead)).catch((thrown: unknown) => {
        throw new Error(`killed at ${JSON.stringify(killAt)}`, { cause: thrown })
      })
    }
  }

  it('it is finished by the next run, or the share is put back where the old side is back meanwhile', async () => {
    await atEveryDeath(async (left) => {
      const again = stageOf(left, DEAD)
      await expectRelieved(again, await again.run())
      const back = stageOf(left, BACK)
      const { result } = await back.run({ goal: HALF_WAY })
      // A failure that was recorded and not answered is answered first: it turns out that there is nothing to take visitors off.
      const isOver = result?.outcome === 'paused' && result.reason.includes('answered') && result.reason.includes('left as it was')
      expect(isOver ? (await back.run({ goal: HALF_WAY })).result : result).toMatchObject({ outcome: 'done', state: 'half-way' })
      expect(back.world.wrong).toEqual([])
    })
  }, 120_000)

  it('it is taken back by a rollback', async () => {
    const start = await pictureOf(new World(seed, startOf(seed)))
    await atEveryDeath(async (left) => {
      const back = stageOf(left, BACK)
      expect((await back.rollback()).result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
      expect(await pictureOf(back.world)).toEqual(start)
      expect(back.world.wrong).toEqual([])
    })
  }, 120_000)
})
