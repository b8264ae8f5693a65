import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import { fold } from '../../src/domain/fold.ts'
import type { Json } from '../../src/domain/json.ts'
import { progressOf } from '../../src/domain/run-state.ts'
import type { ActingStepKind } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import { END, freshWorld, picture, runSmall, smallKinds, smallPlan, START } from './small-world.ts'

const rollback = { do: 'rollback', to: 'nomad-only' } as const

/** Both signals at the moment that `when` names: the person pressed Ctrl-C twice. */
function cutOff(when: (event: Parameters<EngineDependencies['emit']>[0]) => boolean): (d: EngineDependencies) => EngineDependencies {
  const requested = new AbortController()
  const now = new AbortController()
  return (d) => ({
    ...d,
    emit: (event) => {
      if (!when(event)) return
      requested.abort()
      now.abort(new Error('interrupted twice'))
    },
    interrupt: { requested: requested.signal, now: now.signal, signalName: () => 'SIGINT' },
  })
}

describe('the second Ctrl-C', () => {
  it('in the middle of an effect is no failure of the step: the next run goes on, as after a crash', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    world.faults.set('apply:old', 'reject')
    const change = cutOff((event) => event.type === 'effect-started' && event.step === 'stop')
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome: 'interrupted' })
    expect(disk.entries.some(({ record }) => record.type === 'effect-failed')).toBe(false)
    world.faults.clear()
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
    expect(picture(world)).toBe(END)
  })

  it('in the middle of a soak is no bad look', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const change = cutOff((event) => event.type === 'observed' && event.step === 'soak')
    world.faults.set('see:soak', 'blind')
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome: 'interrupted' })
    world.faults.clear()
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done' })
  })
})

describe('the second Ctrl-C where nothing is being done', () => {
  it.each([
    ['preview that is shown', 1],
    ['preview right before the effect', 2],
  ])('cuts off the %s, which is no mistake of ours', async (_, which) => {
    const world = freshWorld()
    const disk = emptyDisk()
    const [requested, now] = [new AbortController(), new AbortController()]
    const turn = smallKinds(world).get('turn-new') as ActingStepKind<object, Json, Json>
    let previews = 0
    const preview: typeof turn.preview = async (context, predicted) => {
      previews += 1
      if (previews === which) {
        requested.abort()
        now.abort()
        context.signal.throwIfAborted()
      }
      return turn.preview(context, predicted)
    }
    const change = (d: EngineDependencies): EngineDependencies => ({
      ...d,
      kinds: new Map(d.kinds).set('turn-new', { ...turn, preview }),
      interrupt: { requested: requested.signal, now: now.signal, signalName: () => 'SIGINT' },
    })
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome: 'interrupted', signal: 'SIGINT' })
    expect(disk.entries.at(-1)?.record).toEqual({ type: 'process-detached', how: 'interrupted' })
    expect(picture(world)).toBe(START)
  })

  it('cuts off a preflight, of which no finding is told', async () => {
    const world = freshWorld()
    const [requested, now] = [new AbortController(), new AbortController()]
    const turn = smallKinds(world).get('turn-new') as ActingStepKind<object, Json, Json>
    const preflight: typeof turn.preflight = async (context) => {
      requested.abort()
      now.abort()
      context.signal.throwIfAborted()
      return []
    }
    const events: Event[] = []
    const change = (d: EngineDependencies): EngineDependencies => ({
      ...d,
      kinds: new Map(d.kinds).set('turn-new', { ...turn, preflight }),
      interrupt: { requested: requested.signal, now: now.signal, signalName: () => 'SIGINT' },
    })
    expect(await runSmall({ world, disk: emptyDisk(), change, events })).toMatchObject({ outcome: 'interrupted' })
    expect(events.filter((event) => event.type === 'preflight-finding' && event.finding.verdict === 'fail')).toEqual([])
  })
})

describe('an undo that fails', () => {
  it('with its last request refused is settled before "nothing was moved" is said', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    // Half of it happens, and what fails then is refused for certain.
    world.faults.set('undo:route', 'reject')
    await runSmall({ world, disk, goal: rollback })
    world.faults.set('undo:route', 'reject-clean')
    const result = await runSmall({ world, disk, goal: rollback })
    expect(result).toMatchObject({ outcome: 'stuck', step: 'cut' })
    expect(progressOf(fold(disk.entries), 'cut').phase).not.toBe('done')
    world.faults.clear()
    expect(await runSmall({ world, disk, goal: rollback })).toMatchObject({ outcome: 'rolled-back' })
    expect(picture(world)).toBe(START)
  })
})

describe('after a pause', () => {
  it('a half-done effect is finished, not just looked at', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const plan = smallPlan((steps) => steps.map((step) => (step.id === 'cut' ? { ...step, onFailure: 'pause' } : step)))
    world.faults.set('apply:route', 'reject')
    expect(await runSmall({ world, disk, plan })).toMatchObject({ outcome: 'paused', step: 'cut' })
    expect(world.half.has('route')).toBe(true)
    world.faults.clear()
    expect(await runSmall({ world, disk, plan, goal: { do: 'run', to: 'k8s-only' } })).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(world.half.size).toBe(0)
    expect(world.on.get('route')).toBe(true)
  })
})

describe('the irreversible step', () => {
  /** Dies right after the intent of purge is on disk, before anything of it is done. */
  async function diedAtIntent() {
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole })
    const sequence = whole.entries.find(({ record }) => record.type === 'intent' && record.step === 'purge')?.sequence ?? 0
    const world = freshWorld()
    const disk = emptyDisk()
    await expect(runSmall({ world, disk, killAt: { sequence, durable: true } })).rejects.toBeInstanceOf(Killed)
    return { world, disk }
  }

  it('intended but not done does not bar the way back: what is there is looked at first', async () => {
    const { world, disk } = await diedAtIntent()
    expect(await runSmall({ world, disk, goal: rollback })).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
    expect(picture(world)).toBe(START)
  })

  it('intended but not done is asked for again', async () => {
    const { world, disk } = await diedAtIntent()
    let asked = 0
    const change = (d: EngineDependencies): EngineDependencies => ({
      ...d,
      questions: {
        ...d.questions,
        confirmIrreversible: async () => {
          asked += 1
          return { answer: 'no' }
        },
      },
    })
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome: 'declined' })
    expect(asked).toBe(1)
    expect(world.on.get('kept')).toBe(true)
  })

  it('is held to the world as it is after the person has answered', async () => {
    const world = freshWorld()
    const change = (d: EngineDependencies): EngineDependencies => ({
      ...d,
      questions: {
        ...d.questions,
        confirmIrreversible: async () => {
          world.on.set('kept', false)
          return { answer: 'yes', how: 'typed' }
        },
      },
    })
    const result = await runSmall({ world, disk: emptyDisk(), change })
    expect(result.outcome === 'failed' && result.problems[0]?.code).toBe('preview-outdated')
  })
})

describe('a clean failure', () => {
  it('is shown again in the next preview', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    world.faults.set('apply:new', 'reject-clean')
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'failed', state: 'nomad-only' })
    world.faults.clear()
    const shown: string[] = []
    const change = (d: EngineDependencies): EngineDependencies => ({
      ...d,
      questions: {
        ...d.questions,
        approve: async (previews) => {
          shown.push(...previews.map((preview) => preview.step))
          return 'yes'
        },
      },
    })
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome: 'done' })
    expect(shown).toContain('deploy')
  })
})

it('run --to a state that lies behind says which command goes back', async () => {
  const world = freshWorld()
  const disk = emptyDisk()
  await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
  const result = await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })
  expect(result.outcome === 'failed' && result.problems[0]).toMatchObject({ code: 'state-already-past', exitCode: 64 })
})
