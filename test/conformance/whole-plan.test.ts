import { beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/domain/event.ts'
import { formatDuration } from '../../src/domain/duration.ts'
import type { LabFault } from '../../src/lab/contract.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { shellHost } from './host.ts'
import { pictureOf } from './picture.ts'
import { runProcess } from './process.ts'
import type { Seed } from './seed.ts'
import { readSeed } from './seed.ts'
import type { WorldOptions } from './world.ts'
import { startOf, World } from './world.ts'

const MINUTE = 60_000
const TO_THE_END = { do: 'run', to: 'nomad-removed' } as const

let seed: Seed
beforeAll(async () => {
  seed = await readSeed()
})

/** The seed plan on a fresh lab. */
async function migrated(work: (world: World) => Promise<void>, ...faults: readonly LabFault[]): Promise<void> {
  return onWorld(work, { faults })
}

async function onWorld(work: (world: World) => Promise<void>, options: WorldOptions): Promise<void> {
  const world = new World(seed, startOf(seed), options)
  try {
    await work(world)
  } finally {
    world.close()
  }
}

describe('the seed plan', () => {
  it('moves the site there, without a visitor noticing, and keeps what a person needs to bring it back: we no longer can', () =>
    migrated(async (world) => {
      const disk = emptyDisk()
      const { result, bundle } = await runProcess({ seed, world, disk, goal: TO_THE_END })
      expect(result).toMatchObject({ outcome: 'done', state: 'nomad-removed', bundle: 'restore-bundle' })
      expect(world.wrong).toEqual([])
      const reached = disk.entries.flatMap(({ record }) => (record.type === 'state-reached' ? [record.state] : []))
      expect(reached).toEqual(['both-running', 'k8s-only', 'nomad-removed'])
      expect(await world.look('at the end')).toBe('kubernetes')
      expect(world.data().nomad.jobs).toEqual([])
      expect(bundle.map((file) => file.path)).toEqual(
        expect.arrayContaining(['nomad/jayne-martin-counselling.json', 'edge/dynamic_conf.before.yml']),
      )
      const soaked = disk.entries.flatMap(({ record }) =>
        record.type === 'gate-passed' && record.step === 'soak' ? [record.progress] : [],
      )
      expect(soaked[0]?.observedHoldMs, formatDuration(soaked[0]?.observedHoldMs ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE)
      expect(soaked[0]?.unobservedMs).toBe(0)
      const { writes } = world
      const back = await runProcess({ seed, world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
      expect(back.result).toMatchObject({ outcome: 'failed', state: 'nomad-removed', problems: [{ code: 'past-the-boundary' }] })
      expect(JSON.stringify(back.result)).toContain('restore-bundle')
      expect(world.writes).toBe(writes)
    }))

  it('moves it there and back with the real scripts of the edge host: the world is as it was, the file byte for byte', () =>
    onWorld(
      async (world) => {
        const start = await pictureOf(world)
        const disk = emptyDisk()
        const there = await runProcess({ seed, world, disk, goal: { do: 'run', to: 'k8s-only' } })
        expect(there.result).toMatchObject({ outcome: 'done', state: 'k8s-only' })
        expect(await world.look('in between')).toBe('kubernetes')
        const back = await runProcess({ seed, world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
        expect(back.result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded' })
        expect(await pictureOf(world)).toEqual(start)
        expect(world.wrong).toEqual([])
      },
      { host: shellHost },
    ))
})

describe('with a fault', () => {
  const run = async (world: World): Promise<RunResult | undefined> => {
    const { result } = await runProcess({ seed, world, disk: emptyDisk(), goal: TO_THE_END })
    return result
  }
  const reasonOf = (result: RunResult | undefined): string =>
    result?.outcome === 'rolled-back' ? [result.report.reason, ...result.report.evidence].join('\n') : JSON.stringify(result)

  it('pods-crash: everything is taken back to nomad-only, visitors never noticed', () =>
    migrated(async (world) => {
      const start = await pictureOf(world)
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'automatic' })
      expect(reasonOf(result)).toMatch(/CrashLoopBackOff/)
      expect(await pictureOf(world)).toEqual(start)
      expect(world.wrong).toEqual([])
    }, 'pods-crash'))

  it('image-not-found: ends within seconds, back at nomad-only', () =>
    migrated(async (world) => {
      const began = world.clock.monotonic()
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'automatic' })
      expect(reasonOf(result)).toMatch(/not found/)
      expect(world.clock.monotonic() - began).toBeLessThan(MINUTE)
      expect(world.wrong).toEqual([])
    }, 'image-not-found'))

  it('bad-body-after-cutover: visitors are back on Nomad, the rest stays at both-running', () =>
    migrated(async (world) => {
      const before = world.dynamicConfig
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
      expect(reasonOf(result)).toMatch(/Jayne Martin/)
      expect(world.dynamicConfig).toBe(before)
      expect(await world.look('at the end')).toBe('nomad')
      // The edge alone shows it: nobody could know before visitors were there, and they are brought back at once.
      const began = world.wrong[0]?.at ?? Number.NaN
      const ended = world.wrong.at(-1)?.at ?? Number.NaN
      expect(ended - began).toBeLessThan(10_000)
      await world.clock.sleep(MINUTE)
      expect(world.wrong.at(-1)?.at).toBe(ended)
    }, 'bad-body-after-cutover'))

  it('traefik-ignores-file: the edit is taken back, at both-running, and the reason says what Traefik did', () =>
    migrated(async (world) => {
      const before = world.dynamicConfig
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
      expect(reasonOf(result)).toMatch(/has not loaded router k8s-jmc@file/)
      expect(world.dynamicConfig).toBe(before)
      expect(await world.look('at the end')).toBe('nomad')
      expect(world.wrong).toEqual([])
    }, 'traefik-ignores-file'))

  it('nomad-gone before the start: failed, and nothing was changed anywhere', () =>
    migrated(async (world) => {
      const before = world.dynamicConfig
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'failed', state: 'nomad-only' })
      expect(JSON.stringify(result)).toMatch(/nomad/i)
      expect(world.writes).toBe(0)
      expect(world.visits).toBeGreaterThan(0)
      expect(world.dynamicConfig).toBe(before)
    }, 'nomad-gone'))

  it('nomad-gone-in-soak: visitors stay on Kubernetes, paused, and it says that there is no way back now', () =>
    migrated(async (world) => {
      const result = await run(world)
      expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
      expect(result?.outcome === 'paused' && [result.reason, ...result.next].join('\n')).toMatch(/no way back|cannot .*back|not go back/i)
      expect(await world.look('at the end')).toBe('kubernetes')
      expect(world.wrong).toEqual([])
    }, 'nomad-gone-in-soak'))
})
