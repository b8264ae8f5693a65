import { expect, it } from 'vitest'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import type { Json } from '../../src/domain/json.ts'
import { pass, pending } from '../../src/domain/observation.ts'
import type { ActingStepKind } from '../../src/domain/step-kind.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import type { SmallRun } from './small-world.ts'
import { freshWorld, runSmall, smallKinds } from './small-world.ts'

const READY_AFTER_MS = 4_500

/** The small migration's first step, ready a while after the first look; when each look of its gate began. */
function lateReady() {
  const world = freshWorld()
  const disk = emptyDisk()
  const clock = createSelfAdvancingClock()
  let looks: number[] = []
  const kinds = new Map(smallKinds(world))
  kinds.set('turn-new', {
    ...(kinds.get('turn-new') as ActingStepKind<object, Json, Json>),
    defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, dense: { interval: 500, for: 2_000 } }),
    verify: async () => {
      looks.push(clock.monotonic())
      return clock.monotonic() - (looks[0] ?? 0) >= READY_AFTER_MS ? pass('ready') : pending('not ready')
    },
  })
  return {
    disk,
    clock,
    run: (more: Pick<SmallRun, 'killAt'> = {}) => {
      looks = []
      return runSmall({
        world,
        disk,
        clock,
        goal: { do: 'run', to: 'both-running' },
        change: (dependencies) => ({ ...dependencies, kinds }),
        ...more,
      })
    },
    apart: () => looks.map((at) => at - (looks[0] ?? 0)),
  }
}

it('a gate that wants it looks closely right after the effect, and at its interval from then on', async () => {
  const { run, apart } = lateReady()
  expect(await run()).toMatchObject({ outcome: 'done' })
  expect(apart()).toEqual([0, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000])
})

it('a process that comes later looks at the interval alone: its effect is long past', async () => {
  const whole = lateReady()
  await whole.run()
  const done = whole.disk.entries.find(({ record }) => record.type === 'effect-done')?.sequence ?? Number.NaN
  const { run, clock, apart } = lateReady()
  await expect(run({ killAt: { sequence: done, durable: true } })).rejects.toBeInstanceOf(Killed)
  await clock.sleep(60_000)
  expect(await run()).toMatchObject({ outcome: 'done' })
  expect(apart()).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000])
})
