import { beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/domain/event.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import type { Base, Stage } from './bases.ts'
import { readBases, stageOf, WITHOUT_NOMAD } from './bases.ts'
import { atEveryDeath } from './deaths.ts'
import { pictureOf } from './picture.ts'

/** Where each kind stands in the seed plan. A kind that the registry has and this has not is a kind without a conformance test. */
const STEP_OF: Readonly<Record<string, string>> = {
  'deploy-to-kubernetes': 'deploy',
  'verify-ingress': 'check-ingress',
  'switch-traefik-route': 'cut-traffic',
  soak: 'soak',
  'stop-nomad-job': 'stop',
  'purge-nomad-job': 'uninstall',
  'uninstall-nomad': WITHOUT_NOMAD,
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
    if (kind.nature === 'waits') waiting(name)
    else if ('irreversible' in kind.undo) irreversible(name, kind.undo.irreversible)
    else reversible(name)
  })
}

function waiting(kind: string): void {
  it('only looks: nothing is written, however often', async () => {
    const stage = stageOf(baseOf(kind))
    const { writes, dynamicConfig } = stage.world
    await done(stage)
    await done(stage)
    expect([stage.world.writes, stage.world.dynamicConfig]).toEqual([writes, dynamicConfig])
  })

  it('killed at every record, it is run again to its end, or gone back from', async () => {
    const start = await pictureBefore(kind)
    const { writes } = stageOf(baseOf(kind)).world
    await atEveryDeath(baseOf(kind), 'run', async (dead) => {
      const [again, back] = [dead(), dead()]
      await done(again)
      expect(again.world.writes).toBe(writes)
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })
}

function aDeclinedPreviewChangesNothing(kind: string): void {
  it('a preview that is declined changes nothing on any server', async () => {
    const stage = stageOf(baseOf(kind))
    const { writes, dynamicConfig } = stage.world
    const { result, events } = await stage.run({ approve: 'no' })
    expect(result).toMatchObject({ outcome: 'declined' })
    const shown = events.flatMap((event) => (event.type === 'step-previewed' ? event.preview.changes : []))
    expect(shown.length).toBeGreaterThan(0)
    expect([stage.world.writes, stage.world.dynamicConfig]).toEqual([writes, dynamicConfig])
  })
}

function reversible(kind: string): void {
  aDeclinedPreviewChangesNothing(kind)

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

  it('killed at every record, it is run again to the same end, or rolled back to the start', async () => {
    const [start, end] = [await pictureBefore(kind), await pictureAfter(kind)]
    await atEveryDeath(baseOf(kind), 'run', async (dead) => {
      const [again, back] = [dead(), dead()]
      await done(again)
      expect(await pictureOf(again.world)).toEqual(end)
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })

  it('killed at every record of its rollback, the rollback is finished', async () => {
    const start = await pictureBefore(kind)
    const stage = stageOf(baseOf(kind))
    await done(stage)
    const there: Base = { ...baseOf(kind), data: stage.world.data(), disk: stage.disk }
    await atEveryDeath(there, 'rollback', async (dead) => {
      const back = dead()
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })
}

function irreversible(kind: string, why: string): void {
  aDeclinedPreviewChangesNothing(kind)

  it('once done there is no way back: it says why, and touches nothing', async () => {
    const stage = stageOf(baseOf(kind))
    await done(stage)
    const { writes } = stage.world
    expectRefused((await stage.rollback()).result, why)
    expect(stage.world.writes).toBe(writes)
  })

  it('killed at every record, it is run again to the same end; there is a way back until something of it has happened', async () => {
    const end = await pictureAfter(kind)
    const before = await pictureBefore(kind)
    const outcomes = new Set<string>()
    await atEveryDeath(baseOf(kind), 'run', async (dead) => {
      const [again, back] = [dead(), dead()]
      await done(again)
      expect(await pictureOf(again.world)).toEqual(end)
      const happened = JSON.stringify(await pictureOf(back.world)) !== JSON.stringify(before)
      const { writes } = back.world
      const { result } = await back.rollback()
      outcomes.add(result?.outcome ?? 'killed')
      if (!happened) return expect(result).toMatchObject({ outcome: 'rolled-back' })
      expectRefused(result, why)
      expect(back.world.writes).toBe(writes)
    })
    expect([...outcomes].toSorted()).toEqual(['failed', 'rolled-back'])
  })
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

async function pictureAfter(kind: string) {
  const stage = stageOf(baseOf(kind))
  await done(stage)
  return pictureOf(stage.world)
}

function expectRefused(result: RunResult | undefined, why: string): void {
  expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'past-the-boundary', summary: expect.stringContaining(why) }] })
}
