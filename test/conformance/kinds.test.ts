import { beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/domain/event.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import type { Base, Stage } from './bases.ts'
import { readBases, stageOf } from './bases.ts'
import { pictureOf } from './picture.ts'
import type { KillAt } from './process.ts'

/** Where each kind stands in the seed plan. A kind that the registry has and this has not is a kind without a conformance test. */
const STEP_OF: Readonly<Record<string, string>> = {
  'deploy-to-kubernetes': 'deploy',
  'verify-ingress': 'check-ingress',
  'switch-traefik-route': 'cut-traffic',
  soak: 'soak',
  'stop-nomad-job': 'stop',
  'purge-nomad-job': 'uninstall',
}

let bases: ReadonlyMap<string, Base>
beforeAll(async () => {
  bases = await readBases()
}, 30_000)

function baseOf(kind: string): Base {
  const base = bases.get(STEP_OF[kind] ?? '')
  if (base?.step.kind !== kind) throw new Error(`the seed plan has no step of kind ${kind}`)
  return base
}

it('every kind of the registry is here', () => {
  expect(Object.keys(STEP_OF).toSorted()).toEqual([...stepKinds.keys()].toSorted())
})

for (const [name, kind] of stepKinds) {
  describe(name, () => {
    aPreviewChangesNothing(name)
    if (kind.nature === 'waits') waiting(name)
    else if ('irreversible' in kind.undo) irreversible(name, kind.undo.irreversible)
    else reversible(name)
  })
}

function aPreviewChangesNothing(kind: string): void {
  it('a preview that is declined changes nothing on any server', async () => {
    const stage = stageOf(baseOf(kind))
    const { writes } = stage.world
    const { result, events } = await stage.run({ approve: 'no' })
    // Looking needs nobody's word.
    expect(result?.outcome).toBe(stepKinds.get(kind)?.nature === 'waits' ? 'done' : 'declined')
    expect(events.some((event) => event.type === 'effect-started')).toBe(false)
    expect(stage.world.writes).toBe(writes)
  })
}

function waiting(kind: string): void {
  it('only looks: nothing is written there, back, and there again', async () => {
    const stage = stageOf(baseOf(kind))
    const { writes, dynamicConfig } = stage.world
    await done(stage)
    await stage.run()
    expect([stage.world.writes, stage.world.dynamicConfig]).toEqual([writes, dynamicConfig])
  })

  it('killed at every record, it is run again to its end', () =>
    atEveryRecord(kind, async (stage, killAt) => {
      const { writes } = stage.world
      await stage.run({ killAt })
      await done(stage)
      expect(stage.world.writes).toBe(writes)
    }))

  it('killed at every record, it is gone back from', async () => {
    const start = await pictureBefore(kind)
    await atEveryRecord(kind, async (stage, killAt) => {
      await stage.run({ killAt })
      await undone(stage)
      expect(await pictureOf(stage.world)).toEqual(start)
    })
  })
}

function reversible(kind: string): void {
  it('there, again, back, and there again: the world is the same each time', async () => {
    const stage = stageOf(baseOf(kind))
    const start = await pictureOf(stage.world)
    await done(stage)
    const { writes } = stage.world
    const end = await pictureOf(stage.world)
    expect(end).not.toEqual(start)
    await done(stage)
    expect(stage.world.writes).toBe(writes)
    await undone(stage)
    expect(await pictureOf(stage.world)).toEqual(start)
    await done(stage)
    expect(await pictureOf(stage.world)).toEqual(end)
  })

  killedAndRunAgain(kind)

  it('killed at every record, it is rolled back to the start', async () => {
    const start = await pictureBefore(kind)
    await atEveryRecord(kind, async (stage, killAt) => {
      await stage.run({ killAt })
      await undone(stage)
      expect(await pictureOf(stage.world)).toEqual(start)
    })
  })

  it('killed at every record of its rollback, the rollback is finished', async () => {
    const start = await pictureBefore(kind)
    const finished = stageOf(baseOf(kind))
    await done(finished)
    const there: Base = { ...baseOf(kind), data: finished.world.data(), disk: finished.disk }
    await atEveryRecordOf((stage) => stage.rollback(), there, async (stage, killAt) => {
      await stage.rollback({ killAt })
      await undone(stage)
      expect(await pictureOf(stage.world)).toEqual(start)
    })
  })
}

function irreversible(kind: string, why: string): void {
  it('once done there is no way back: it says why, and touches nothing', async () => {
    const stage = stageOf(baseOf(kind))
    await done(stage)
    const { writes } = stage.world
    expectRefused((await stage.rollback()).result, why)
    expect(stage.world.writes).toBe(writes)
  })

  killedAndRunAgain(kind)

  it('killed at every record, it is rolled back as long as nothing of it can have happened, and refused from then on', async () => {
    const outcomes = new Set<string>()
    await atEveryRecord(kind, async (stage, killAt) => {
      await stage.run({ killAt })
      const begun = stage.disk.entries.some(({ record }) => record.type === 'intent' && record.step === STEP_OF[kind])
      const { writes } = stage.world
      const { result } = await stage.rollback()
      outcomes.add(result?.outcome ?? 'killed')
      if (!begun) return expect(result).toMatchObject({ outcome: 'rolled-back' })
      expectRefused(result, why)
      expect(stage.world.writes).toBe(writes)
    })
    expect([...outcomes].toSorted()).toEqual(['failed', 'rolled-back'])
  })
}

function killedAndRunAgain(kind: string): void {
  it('killed at every record, it is run again to the same end', async () => {
    const whole = stageOf(baseOf(kind))
    await done(whole)
    const end = await pictureOf(whole.world)
    await atEveryRecord(kind, async (stage, killAt) => {
      await stage.run({ killAt })
      await done(stage)
      expect(await pictureOf(stage.world)).toEqual(end)
    })
  })
}

/** Right before and right after each record that a run of the step makes, on a fresh copy of the world. */
async function atEveryRecord(kind: string, body: (stage: Stage, killAt: KillAt) => Promise<void>): Promise<void> {
  await atEveryRecordOf((stage) => stage.run(), baseOf(kind), body)
}

async function atEveryRecordOf(
  work: (stage: Stage) => Promise<unknown>,
  base: Base,
  body: (stage: Stage, killAt: KillAt) => Promise<void>,
): Promise<void> {
  const whole = stageOf(base)
  await work(whole)
  const last = whole.disk.entries.length
  expect(last).toBeGreaterThan(base.disk.entries.length)
  for (let sequence = base.disk.entries.length + 1; sequence <= last; sequence++) {
    for (const durable of [false, true]) {
      const stage = stageOf(base)
      const record = whole.disk.entries[sequence - 1]?.record.type ?? ''
      await explained(`killed ${durable ? 'after' : 'before'} record ${sequence} (${record})`, () => body(stage, { sequence, durable }))
      expect(stage.world.wrong, `killed ${durable ? 'after' : 'before'} record ${sequence} (${record})`).toEqual([])
    }
  }
}

/** Says where it was when it went wrong. */
async function explained(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message = `${where}: ${thrown.message}`
    throw thrown
  }
}

async function done(stage: Stage): Promise<void> {
  expect((await stage.run()).result).toMatchObject({ outcome: 'done' })
  expect(stage.world.wrong).toEqual([])
}

/** `done` where nothing had been touched. */
async function undone(stage: Stage): Promise<void> {
  const { result } = await stage.rollback()
  expect(['rolled-back', 'done'], JSON.stringify(result)).toContain(result?.outcome)
  expect(stage.world.wrong).toEqual([])
}

const pictureBefore = (kind: string) => pictureOf(stageOf(baseOf(kind)).world)

function expectRefused(result: RunResult | undefined, why: string): void {
  expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'past-the-boundary', summary: expect.stringContaining(why) }] })
}
