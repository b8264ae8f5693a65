import { beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/domain/event.ts'
import { stepKinds } from '../../src/steps/registry.ts'
import type { Base, Stage } from './bases.ts'
import { FROM_CHART, readBases, stageOf, WITHOUT_NOMAD } from './bases.ts'
import { atEveryDeath } from './deaths.ts'
import { pictureOf } from './picture.ts'
import { World } from './world.ts'

/** Where each kind stands in the seed plans. A kind that the registry has and this has not is a kind without a conformance test. */
const STEPS_OF: Readonly<Record<string, readonly string[]>> = {
  'deploy-to-kubernetes': ['deploy', FROM_CHART],
  'verify-ingress': ['check-ingress'],
  'switch-traefik-route': ['cut-traffic'],
  'open-traefik-route': ['only-me'],
  'compare-sides': ['compare'],
  // The undo of the last goes back over all portions.
  'shift-traefik-route': ['canary', 'alone'],
  soak: ['soak'],
  'stop-nomad-job': ['stop'],
  'purge-nomad-job': ['uninstall'],
  'uninstall-nomad': [WITHOUT_NOMAD],
}

let bases: ReadonlyMap<string, Base>
beforeAll(async () => {
  bases = await readBases()
}, 30_000)

function baseOf(step: string): Base {
  const base = bases.get(step)
  if (base === undefined) throw new Error(`the seed plans have no step ${step}`)
  return base
}

it('every kind of the registry is here', () => {
  expect(Object.keys(STEPS_OF).toSorted()).toEqual([...stepKinds.keys()].toSorted())
})

for (const [name, kind] of stepKinds) {
  describe.each(STEPS_OF[name] ?? [])(`${name} (%s)`, (step) => {
    it('is of this kind', () => expect(baseOf(step).step.kind).toBe(name))
    if (kind.nature === 'waits') waiting(step)
    else if ('irreversible' in kind.undo) irreversible(step, kind.undo.irreversible)
    else reversible(step)
  })
}

function waiting(step: string): void {
  it('only looks: nothing is written, however often', async () => {
    const stage = stageOf(baseOf(step))
    const { writes, dynamicConfig } = stage.world
    await done(stage)
    await done(stage)
    expect([stage.world.writes, stage.world.dynamicConfig]).toEqual([writes, dynamicConfig])
  })

  it('killed at every record, it is run again to its end, or gone back from', async () => {
    const start = await pictureBefore(step)
    const { writes } = stageOf(baseOf(step)).world
    await atEveryDeath(baseOf(step), 'run', async (dead) => {
      const [again, back] = [dead(), dead()]
      await done(again)
      expect(again.world.writes).toBe(writes)
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })
}

function aDeclinedPreviewChangesNothing(step: string): void {
  it('a preview that is declined changes nothing on any server', async () => {
    const stage = stageOf(baseOf(step))
    const { writes, dynamicConfig } = stage.world
    const { result, events } = await stage.run({ approve: 'no' })
    expect(result).toMatchObject({ outcome: 'declined' })
    const shown = events.flatMap((event) => (event.type === 'step-previewed' ? event.preview.changes : []))
    expect(shown.length).toBeGreaterThan(0)
    expect([stage.world.writes, stage.world.dynamicConfig]).toEqual([writes, dynamicConfig])
  })
}

function reversible(step: string): void {
  aDeclinedPreviewChangesNothing(step)

  it('there, again, back, and there again: the world is the same each time', async () => {
    const stage = stageOf(baseOf(step))
    const start = await pictureBefore(step)
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
    const [start, end] = [await pictureBefore(step), await pictureAfter(step)]
    await atEveryDeath(baseOf(step), 'run', async (dead) => {
      const [again, back] = [dead(), dead()]
      await done(again)
      expect(await pictureOf(again.world)).toEqual(end)
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })

  it('killed at every record of its rollback, the rollback is finished', async () => {
    const start = await pictureBefore(step)
    const stage = stageOf(baseOf(step))
    await done(stage)
    const there: Base = { ...baseOf(step), data: stage.world.data(), disk: stage.disk }
    await atEveryDeath(there, 'rollback', async (dead) => {
      const back = dead()
      await undone(back)
      expect(await pictureOf(back.world)).toEqual(start)
    })
  })
}

function irreversible(step: string, why: string): void {
  aDeclinedPreviewChangesNothing(step)

  it('once done there is no way back: it says why, and touches nothing', async () => {
    const stage = stageOf(baseOf(step))
    await done(stage)
    const { writes } = stage.world
    expectRefused((await stage.rollback()).result, why)
    expect(stage.world.writes).toBe(writes)
  })

  it('killed at every record, it is run again to the same end; there is a way back until something of it has happened', async () => {
    const end = await pictureAfter(step)
    const before = await pictureOf(stageOf(baseOf(step)).world)
    const outcomes = new Set<string>()
    await atEveryDeath(baseOf(step), 'run', async (dead) => {
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

/** Of the state that a rollback of the step leads to. */
async function pictureBefore(step: string) {
  const { seed, home } = baseOf(step)
  return pictureOf(new World(seed, home))
}

async function pictureAfter(step: string) {
  const stage = stageOf(baseOf(step))
  await done(stage)
  return pictureOf(stage.world)
}

function expectRefused(result: RunResult | undefined, why: string): void {
  expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'past-the-boundary', summary: expect.stringContaining(why) }] })
}
