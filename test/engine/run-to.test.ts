import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import { freshWorld, picture, runSmall, smallPlan } from './small-world.ts'

/** A run to the end that dies with the record (durable, or lost) that says that the effect of `cut` is there. */
async function cutUnderWay(durable: boolean) {
  const whole = emptyDisk()
  await runSmall({ world: freshWorld(), disk: whole })
  const done = whole.entries.find(({ record }) => record.type === 'effect-done' && record.step === 'cut')
  expect(done).toBeDefined()
  const [world, disk] = [freshWorld(), emptyDisk()]
  await runSmall({ world, disk, killAt: { sequence: done?.sequence ?? 0, durable } }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
  return { world, disk }
}

describe('run --to a state before a step that has begun', () => {
  it.each([true, false])('is refused, with the commands that lead on and back (the effect is recorded: %s)', async (durable) => {
    const { world, disk } = await cutUnderWay(durable)
    const [before, known] = [picture(world), disk.entries.length]
    expect(await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })).toMatchObject({
      outcome: 'failed',
      state: 'both-running',
      problems: [
        {
          code: 'state-already-past',
          summary: expect.stringMatching(/step cut/),
          next: [expect.stringMatching(/run plan\.yaml$/), expect.stringMatching(/rollback plan\.yaml --to both-running$/)],
          exitCode: 64,
        },
      ],
    })
    expect(picture(world)).toBe(before)
    expect(disk.entries).toHaveLength(known)
    expect(await runSmall({ world, disk, goal: { do: 'rollback', to: 'both-running' } })).toMatchObject({ outcome: 'rolled-back' })
    expect(await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })).toMatchObject({ outcome: 'done' })
  })

  it('is no matter where that step only looks', async () => {
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole })
    const began = whole.entries.find(({ record }) => record.type === 'wait-started')?.sequence ?? 0
    const [world, disk] = [freshWorld(), emptyDisk()]
    await runSmall({ world, disk, killAt: { sequence: began, durable: true } }).catch(() => undefined)
    expect(await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })).toMatchObject({ outcome: 'done', state: 'k8s-only' })
  })

  it('is refused, and leaves as it is why the run stands still', async () => {
    const plan = smallPlan((steps) => steps.map((step) => (step.id === 'cut' ? { ...step, onFailure: 'pause' as const } : step)))
    const [world, disk] = [freshWorld(), emptyDisk()]
    world.faults.set('see:route', 'wrong')
    expect(await runSmall({ world, disk, plan })).toMatchObject({ outcome: 'paused' })
    const { paused } = fold(disk.entries)
    expect(await runSmall({ world, disk, plan, goal: { do: 'run', to: 'both-running' } })).toMatchObject({
      outcome: 'failed',
      problems: [{ code: 'state-already-past' }],
    })
    expect(fold(disk.entries).paused).toEqual(paused)
    expect(paused?.step).toBe('cut')
  })

  it('takes visitors back first where that step has failed', async () => {
    const { world, disk } = await cutUnderWay(true)
    world.faults.set('see:route', 'wrong')
    const cut = disk.entries.length
    // It fails its gate; the process dies before the rollback begins.
    const twin = { world: structuredClone(world), disk: structuredClone(disk) }
    await runSmall(twin)
    const failed = twin.disk.entries.findIndex(({ record }, at) => at >= cut && record.type === 'gate-failed') + 1
    await runSmall({ world, disk, killAt: { sequence: failed, durable: true } }).catch(() => undefined)
    expect(await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })).toMatchObject({
      outcome: 'rolled-back',
      state: 'both-running',
    })
  })
})
