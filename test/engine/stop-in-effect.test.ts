import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fold } from '../../src/domain/fold.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import type { Json } from '../../src/domain/json.ts'
import { pass } from '../../src/domain/observation.ts'
import { progressOf } from '../../src/domain/run-state.ts'
import type { ActingStepKind, GateKind, StepContext } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import { emptyDisk } from '../fakes/journal.ts'
import type { SmallRun } from './small-world.ts'
import { END, freshWorld, picture, runSmall, smallKinds, smallPlan, START } from './small-world.ts'

type Change = (given: EngineDependencies) => EngineDependencies

/** The small migration, whose first effect waits after the first of its two writes, and stops there when it is asked to. */
function migration() {
  const world = freshWorld()
  const disk = emptyDisk()
  const contexts: StepContext<object>[] = []
  const go = (how: Partial<SmallRun> & { readonly onHalf?: () => void } = {}, change: Change = (given) => given) => {
    const kinds = new Map(smallKinds(world))
    const turn = kinds.get('turn-new') as ActingStepKind<object, Json, Json>
    kinds.set('turn-new', {
      ...turn,
      apply: (context, record, note, notes) => {
        contexts.push(context as StepContext<object>)
        const waiting = async (value: Json): Promise<void> => {
          await note(value)
          how.onHalf?.()
          context.stop?.throwIfAborted()
        }
        return turn.apply(context as StepContext<object>, record, waiting, notes)
      },
    })
    return runSmall({ world, disk, ...how, change: (given) => change({ ...given, kinds }) })
  }
  return { world, disk, contexts, go, types: () => disk.entries.map(({ record }) => record.type) }
}

const interruptible =
  (requested: AbortSignal): Change =>
  (given) => ({ ...given, interrupt: { ...given.interrupt, requested } })

describe('the first "stop" while an effect waits between its parts', () => {
  const stopped = async () => {
    const set = migration()
    const asked = new AbortController()
    const result = await set.go({ onHalf: () => asked.abort() }, interruptible(asked.signal))
    return { ...set, result }
  }

  it('ends it there: what is there is recorded, and it has not failed', async () => {
    const { result, disk, world, types } = await stopped()
    expect(result).toMatchObject({ outcome: 'interrupted', signal: 'SIGINT' })
    expect(picture(world)).toContain('new=0?')
    expect(types()).not.toContain('effect-failed')
    expect(disk.entries.findLast(({ record }) => record.type === 'settled')?.record).toMatchObject({ settlement: { status: 'partial' } })
    expect(progressOf(fold(disk.entries), 'deploy').phase).toBe('applying')
  })

  it('is no reason to roll back: the next process goes on from there', async () => {
    const { go, world, types } = await stopped()
    expect(await go()).toMatchObject({ outcome: 'done' })
    expect(picture(world)).toBe(END)
    expect(types()).not.toContain('rollback-started')
  })

  it('and a rollback takes the part back', async () => {
    const { go, world } = await stopped()
    expect(await go({ goal: { do: 'rollback', to: 'nomad-only' } })).toMatchObject({ outcome: 'rolled-back' })
    expect(picture(world)).toBe(START)
  })
})

it('an effect that fails for another reason in that moment has failed', async () => {
  const { go, types } = migration()
  const asked = new AbortController()
  const broken = (): never => {
    asked.abort()
    throw new Error('it broke')
  }
  await go({ onHalf: broken }, interruptible(asked.signal))
  expect(types()).toContain('effect-failed')
})

it('an effect has the patience of the most patient gate of its step, as the lab shortens it', async () => {
  const policy = { ...DEFAULT_GATE_POLICY, timeout: 900_000 }
  const gate: GateKind<object> = {
    kind: 'see',
    summary: 'sees',
    spec: z.strictObject({}),
    example: {},
    targets: [],
    defaultPolicy: policy,
    observe: async () => pass('seen'),
  }
  const plan = smallPlan((steps) =>
    steps.map((step) => (step.id === 'deploy' ? { ...step, gates: [{ kind: 'see', spec: {}, policy, location: step.location }] } : step)),
  )
  const patience = async (adjust: Partial<EngineDependencies>) => {
    const { go, contexts } = migration()
    await go({ plan, goal: { do: 'run', to: 'both-running' } }, (given) => ({ ...given, ...adjust, gates: new Map([['see', gate]]) }))
    return contexts.map((each) => each.patience)
  }
  expect(await patience({})).toEqual([900_000])
  expect(await patience({ adjustPolicy: (given) => ({ ...given, timeout: 20_000 }) })).toEqual([20_000])
})
