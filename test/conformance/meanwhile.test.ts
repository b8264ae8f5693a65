import { beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/domain/event.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { runProcess } from './process.ts'
import type { Seed } from './seed.ts'
import { readSeed } from './seed.ts'
import type { WorldData } from './world.ts'
import { startOf, World } from './world.ts'

/** What somebody else does to the world while nobody of us looks: between two processes, or while a question is open. */
let seed: Seed
/** The records of a run that nobody disturbs. */
let undisturbed: JournalDisk
beforeAll(async () => {
  seed = await readSeed()
  undisturbed = emptyDisk()
  await runProcess({ seed, world: new World(seed, startOf(seed)), disk: undisturbed, goal: TO_THE_END })
})

interface Halfway {
  readonly disk: JournalDisk
  readonly data: WorldData
}

/** The seed run, dead right after the first record that `ends` it. */
async function diedAfter(ends: (record: JournalRecord) => boolean): Promise<Halfway> {
  const sequence = undisturbed.entries.find(({ record }) => ends(record))?.sequence ?? Number.NaN
  const world = new World(seed, startOf(seed))
  const disk = emptyDisk()
  await runProcess({ seed, world, disk, goal: TO_THE_END, killAt: { sequence, durable: true } })
  expect(world.wrong).toEqual([])
  return { disk, data: world.data() }
}

const TO_THE_END = { do: 'run', to: 'nomad-removed' } as const
const done =
  (step: string) =>
  (record: JournalRecord): boolean =>
    record.type === 'step-done' && record.step === step

/** Our router and all below it taken out, as a person would. */
function withoutRouter(dynamicConfig: string): string {
  const lines = dynamicConfig.split('\n')
  const from = lines.findIndex((line) => line.trim() === 'k8s-jmc:')
  const indent = lines[from]?.search(/\S/) ?? 0
  const length = lines.slice(from + 1).findIndex((line) => line.trim() !== '' && line.search(/\S/) <= indent) + 1
  expect(from).toBeGreaterThan(0)
  return lines.toSpliced(from, length).join('\n')
}

const brokenNewSide = (data: WorldData): WorldData => ({
  ...data,
  kubernetes: { ...data.kubernetes, application: { status: 500, body: 'broken' } },
})

const intents = (disk: JournalDisk): readonly string[] =>
  disk.entries.flatMap(({ record }) => (record.type === 'intent' && record.direction === 'apply' ? [record.step] : []))

describe('before the old side is stopped, after the soak', () => {
  const goesOn = async (change: (data: WorldData) => WorldData) => {
    const { disk, data } = await diedAfter(done('soak'))
    const world = new World(seed, change(data))
    const { result } = await runProcess({ seed, world, disk, goal: TO_THE_END })
    return { world, disk, result }
  }

  it('our router removed by hand: the job is not stopped, visitors stay on Nomad, and the reason says who wins', async () => {
    const { world, disk, result } = await goesOn((data) => ({ ...data, dynamicConfig: withoutRouter(data.dynamicConfig) }))
    expect(intents(disk)).not.toContain('stop')
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
    expect(reasonOf(result)).toMatch(/has not loaded router k8s-jmc@file/)
    expect(await world.look('at the end')).toBe('nomad')
    expect(world.wrong).toEqual([])
  })

  it('a new side that answers wrongly is found in the preflight: nothing is moved, and the way back is named', async () => {
    const { disk, result } = await goesOn(brokenNewSide)
    expect(intents(disk)).not.toContain('stop')
    expect(result).toMatchObject({ outcome: 'failed', state: 'k8s-only' })
    expect(result?.outcome === 'failed' && result.problems.at(-1)?.next.join('\n')).toMatch(/jmc-migrate rollback plan.yaml/)
  })

  it('all as it was: it is stopped', async () => {
    const { world, disk, result } = await goesOn((data) => data)
    expect(intents(disk)).toContain('stop')
    expect(result).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
    expect(world.wrong).toEqual([])
  })
})

it('before visitors are sent there, a new side that has died since it was proven gets none', async () => {
  const { disk, data } = await diedAfter(done('check-ingress'))
  const world = new World(seed, brokenNewSide(data))
  const { result } = await runProcess({ seed, world, disk, goal: TO_THE_END })
  expect(intents(disk)).not.toContain('cut-traffic')
  expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
  expect(reasonOf(result)).toMatch(/status 500/)
  expect(world.wrong).toEqual([])
})

describe('a rollback after the stop, with a new side that has died', () => {
  it('comes back to Nomad: it does not wait for the dead side to answer', async () => {
    const { disk, data } = await diedAfter(done('stop'))
    const world = new World(seed, brokenNewSide(data))
    const { result } = await runProcess({ seed, world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded' })
    expect(await world.look('at the end')).toBe('nomad')
    expect(world.dynamicConfig).toBe(startOf(seed).dynamicConfig)
  })

  it('where Nomad does not come back either, says how to move visitors by hand', async () => {
    const { disk, data } = await diedAfter(done('stop'))
    const world = new World(seed, brokenNewSide(data), { faults: ['nomad-gone'] })
    const { result } = await runProcess({ seed, world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result?.outcome === 'stuck' && result.manual.join('\n')).toMatch(
      /by the journal, visitors are still where step cut-traffic led them[^]*k8s-jmc/,
    )
  })
})

const reasonOf = (result: RunResult | undefined): string =>
  result?.outcome === 'rolled-back' ? [result.report.reason, ...result.report.evidence].join('\n') : JSON.stringify(result)
