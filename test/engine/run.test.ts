import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import type { Json } from '../../src/domain/json.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, inconclusive, pass } from '../../src/domain/observation.ts'
import type { ActingStepKind } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import type { SmallRun } from './small-world.ts'
import { END, freshWorld, picture, runSmall, smallKinds, smallPlan, START } from './small-world.ts'

const types = (disk: ReturnType<typeof emptyDisk>): string[] => disk.entries.map((entry) => entry.record.type)

describe('a run that goes well', () => {
  it('reaches every state in order and ends at the last', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const result = await runSmall({ world, disk })
    expect(result).toMatchObject({ outcome: 'done', state: 'nomad-removed', bundle: 'bundle' })
    expect(picture(world)).toBe(END)
    expect(world.lost).toEqual([])
    const reached = disk.entries.flatMap(({ record }) => (record.type === 'state-reached' ? [record.state] : []))
    expect(reached).toEqual(['both-running', 'k8s-only', 'nomad-removed'])
  })

  it('has the undo record on disk before each effect', async () => {
    const disk = emptyDisk()
    const world = freshWorld()
    let writesAtIntent = -1
    await runSmall({
      world,
      disk,
      goal: { do: 'run', to: 'both-running' },
      change: (dependencies) => ({ ...dependencies, emit: (event) => event.type === 'effect-started' && (writesAtIntent = world.writes) }),
    })
    const intent = disk.entries.find(({ record }) => record.type === 'intent')
    expect(writesAtIntent).toBe(0)
    expect(intent?.record.type === 'intent' && intent.record.direction === 'apply' && disk.blobs.has(intent.record.undoRecord.sha256)).toBe(
      true,
    )
  })

  it('stops at --to, and goes on from there', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    expect(await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(picture(world)).toBe('new=1 route=1 old=1 kept=1')
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })

  it('does nothing the second time, and looks before it says that all is well', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const events: Event[] = []
    await runSmall({ world, disk })
    const before = world.writes
    expect(await runSmall({ world, disk, events })).toMatchObject({ outcome: 'done', state: 'nomad-removed', nothingToDo: true })
    expect(world.writes).toBe(before)
    expect(events).toContainEqual(expect.objectContaining({ type: 'looked', observation: expect.objectContaining({ verdict: 'pass' }) }))
  })

  it.each([{ do: 'run' } as const, { do: 'rollback' } as const])(
    'never calls a silent site done: $do to where it is',
    async ({ do: what }) => {
      const world = freshWorld()
      const disk = emptyDisk()
      await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
      world.on.set('new', false)
      const result = await runSmall({ world, disk, goal: { do: what, to: 'k8s-only' } })
      expect(result).toMatchObject({ outcome: 'failed', state: 'k8s-only', problems: [{ code: 'reached-but-not-well' }] })
    },
  )

  it('does not call it nomad-only while a route that this journal does not know has moved visitors', async () => {
    const kinds = new Map(smallKinds(freshWorld()))
    const route = kinds.get('turn-route')
    if (!route) throw new Error('no such kind')
    kinds.set('turn-route', { ...route, preflight: async () => [{ what: 'visitors are on the old side', verdict: 'fail' }] })
    const result = await runSmall({
      world: freshWorld(),
      disk: emptyDisk(),
      goal: { do: 'run', to: 'nomad-only' },
      change: (d) => ({ ...d, kinds }),
    })
    expect(result).toMatchObject({ outcome: 'failed', state: 'nomad-only', problems: [{ code: 'reached-but-not-well' }] })
  })

  it("goes on in another process only with somebody's word, also where it only looks", async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    world.on.set('new', false)
    const before = world.writes
    const events: Event[] = []
    const result = await runSmall({
      world,
      disk,
      events,
      change: (d) => ({ ...d, questions: { ...d.questions, approve: async () => 'unanswerable' } }),
    })
    expect(result).toMatchObject({ outcome: 'failed', state: 'k8s-only', problems: [{ code: 'confirmation-missing' }] })
    expect(events.some((event) => event.type === 'step-started')).toBe(false)
    expect(world.writes).toBe(before)
  })

  it('holds a soak for as long as the plan says', async () => {
    const clock = createSelfAdvancingClock()
    await runSmall({ world: freshWorld(), disk: emptyDisk(), clock })
    expect(clock.monotonic()).toBeGreaterThanOrEqual(30_000)
  })
})

describe('before anything is touched', () => {
  it('all preflight problems end the run with nothing changed', async () => {
    const world = freshWorld()
    world.faults.set('preflight:route', 'fail').set('preflight:old', 'fail')
    const disk = emptyDisk()
    const result = await runSmall({ world, disk })
    expect(result.outcome === 'failed' && result.problems).toHaveLength(2)
    expect(world.writes).toBe(0)
    expect(types(disk)).not.toContain('intent')
  })

  it('a declined approval changes nothing', async () => {
    const world = freshWorld()
    const result = await runSmall({
      world,
      disk: emptyDisk(),
      change: (d) => ({ ...d, questions: { ...d.questions, approve: async () => 'no' } }),
    })
    expect(result).toMatchObject({ outcome: 'declined', state: 'nomad-only' })
    expect(world.writes).toBe(0)
  })

  it('nobody to ask is a usage error that says which flag', async () => {
    const result = await runSmall({
      world: freshWorld(),
      disk: emptyDisk(),
      change: (d) => ({ ...d, questions: { ...d.questions, approve: async () => 'unanswerable' } }),
    })
    expect(result.outcome === 'failed' && result.problems[0]).toMatchObject({ code: 'confirmation-missing', exitCode: 64 })
  })
})

describe('a step that fails', () => {
  it('deploying: everything of it is taken back', async () => {
    const world = freshWorld()
    world.faults.set('see:new', 'fail')
    const result = await runSmall({ world, disk: emptyDisk() })
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'automatic' })
    expect(picture(world)).toBe(START)
  })

  it('an effect that breaks half-way is settled and undone', async () => {
    const world = freshWorld()
    world.faults.set('apply:route', 'reject')
    const disk = emptyDisk()
    const result = await runSmall({ world, disk })
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
    expect(types(disk)).toContain('settled')
  })

  it('an effect that was refused whole leaves the state as it was', async () => {
    const world = freshWorld()
    world.faults.set('apply:route', 'reject-clean')
    const result = await runSmall({ world, disk: emptyDisk() })
    expect(result).toMatchObject({ outcome: 'failed', state: 'both-running' })
    expect(result.outcome === 'failed' && result.problems[0]?.code).toBe('refused')
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('a soak that fails on the new side puts visitors back on the old one, not further', async () => {
    const world = freshWorld()
    world.faults.set('see:soak', 'fail')
    const events: Event[] = []
    const result = await runSmall({ world, disk: emptyDisk(), events })
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
    const finished = events.find((event) => event.type === 'rollback-finished')
    expect(finished?.report).toMatchObject({ reason: 'it broke', failedStep: 'soak', undone: ['soak', 'cut'] })
    expect(finished?.report.verified.at(-1)).toBe('the site is answered by old')
  })

  it('a soak that sees the old side die stays on the new one and says that there is no way back', async () => {
    const world = freshWorld()
    world.faults.set('see:soak', 'fail-old')
    const result = await runSmall({ world, disk: emptyDisk() })
    expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    expect(result.outcome === 'paused' && result.reason).toContain('no way back now')
    expect(picture(world)).toBe('new=1 route=1 old=1 kept=1')
  })

  it('two wrong answers to visitors in a row are a failure while still settling', async () => {
    const world = freshWorld()
    world.faults.set('see:route', 'wrong')
    const clock = createSelfAdvancingClock()
    expect(await runSmall({ world, disk: emptyDisk(), clock })).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(clock.monotonic()).toBeLessThan(5_000)
  })

  it('a soak that cannot see pauses: no data is neither success nor failure', async () => {
    const world = freshWorld()
    world.faults.set('see:soak', 'blind')
    const disk = emptyDisk()
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    world.faults.clear()
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })

  it('onFailure: pause stands still', async () => {
    const world = freshWorld()
    world.faults.set('see:soak', 'fail')
    const plan = smallPlan((steps) => steps.map((step) => (step.id === 'soak' ? { ...step, onFailure: 'pause' } : step)))
    expect(await runSmall({ world, disk: emptyDisk(), plan })).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
  })

  it('onFailure: rollbackTo goes further back', async () => {
    const world = freshWorld()
    world.faults.set('see:soak', 'fail')
    const plan = smallPlan((steps) =>
      steps.map((step) => (step.id === 'soak' ? { ...step, onFailure: { rollbackTo: 'nomad-only' } } : step)),
    )
    expect(await runSmall({ world, disk: emptyDisk(), plan })).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
    expect(picture(world)).toBe(START)
    expect(world.lost).toEqual([])
  })
})

describe('a rollback', () => {
  it.each(['both-running', 'k8s-only'])('on command from %s gives the start back', async (to) => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to } })
    const result = await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded' })
    expect(picture(world)).toBe(START)
    expect(world.lost).toEqual([])
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })

  it('past the boundary is refused and names the bundle', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk })
    const result = await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result.outcome === 'failed' && result.problems[0]).toMatchObject({
      code: 'past-the-boundary',
      details: ['restore bundle: bundle'],
    })
    expect(picture(world)).toBe(END)
  })

  it('that provably moved nothing pauses', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    world.faults.set('undo:route', 'reject-clean')
    const result = await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    expect(picture(world)).toBe('new=1 route=1 old=1 kept=1')
    world.faults.clear()
    expect(await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })).toMatchObject({ outcome: 'rolled-back' })
  })

  it('that keeps breaking gets stuck with the exact commands, and can be tried again', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    world.faults.set('undo:route', 'reject')
    const result = await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(result).toMatchObject({ outcome: 'stuck', step: 'cut', manual: ['turn route off by hand'] })
    world.faults.clear()
    expect(await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })).toMatchObject({ outcome: 'rolled-back' })
    expect(picture(world)).toBe(START)
  })

  it('is not said to be done until the undo was seen', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    world.faults.set('see-undo:route', 'fail')
    expect(await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })).toMatchObject({ outcome: 'stuck', step: 'cut' })
    expect(types(disk)).not.toContain('rollback-finished')
  })
})

describe('the undo of the new side', () => {
  const guarded = (world: ReturnType<typeof freshWorld>, seen: Observation) => {
    const kinds = new Map(smallKinds(world))
    kinds.set('turn-route', { ...(kinds.get('turn-route') as ActingStepKind<object, Json, Json>), unmoved: async () => seen })
    return kinds
  }

  it.each([fail('visitors are on it by a router of another run'), inconclusive('the edge cannot be seen')])(
    'is not begun while visitors may be on it ($verdict)',
    async (seen) => {
      const world = freshWorld()
      const disk = emptyDisk()
      await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })
      const before = world.writes
      const goal = { do: 'rollback', to: 'nomad-only' } as const
      const result = await runSmall({ world, disk, goal, change: (d) => ({ ...d, kinds: guarded(world, seen) }) })
      expect(result).toMatchObject({ outcome: 'paused', step: 'deploy', reason: expect.stringContaining('nothing was moved') })
      expect(world.writes).toBe(before)
      expect(await runSmall({ world, disk, goal, change: (d) => ({ ...d, kinds: guarded(world, pass('unmoved')) }) })).toMatchObject({
        outcome: 'rolled-back',
        state: 'nomad-only',
      })
      expect(picture(world)).toBe(START)
    },
  )

  it('is finished by a run that finds it under way, which says so first', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })
    // After process-attached and rollback-started.
    const killAt = { sequence: disk.entries.length + 2, durable: true }
    await expect(runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' }, killAt })).rejects.toThrow(Killed)
    const events: Event[] = []
    expect(await runSmall({ world, disk, events })).toMatchObject({ outcome: 'rolled-back' })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'warning', problem: expect.objectContaining({ code: 'rollback-under-way' }) }),
    )
  })
})

describe('a process that is killed at any record', () => {
  it.each([true, false])('and resumed always ends right (the record durable: %s)', async (durable) => {
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole })
    for (let sequence = 1; sequence <= whole.entries.length; sequence++) {
      const world = freshWorld()
      const disk = emptyDisk()
      await expect(runSmall({ world, disk, killAt: { sequence, durable } })).rejects.toBeInstanceOf(Killed)
      expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
      expect(picture(world)).toBe(END)
      expect(world.lost).toEqual([])
    }
  })

  it.each([true, false])('and rolled back always gives the start back, unless past the boundary (durable: %s)', async (durable) => {
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole })
    for (let sequence = 1; sequence <= whole.entries.length; sequence++) {
      const world = freshWorld()
      const disk = emptyDisk()
      await expect(runSmall({ world, disk, killAt: { sequence, durable } })).rejects.toBeInstanceOf(Killed)
      const result = await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
      if (result.outcome === 'failed') {
        expect(result.problems[0]?.code).toBe('past-the-boundary')
        expect(disk.entries.some(({ record }) => record.type === 'intent' && record.step === 'purge')).toBe(true)
        continue
      }
      expect(['rolled-back', 'done']).toContain(result.outcome)
      expect(picture(world)).toBe(START)
      expect(world.lost).toEqual([])
    }
  })

  it('in the middle of a rollback finishes it first', async () => {
    const whole = emptyDisk()
    const wholeWorld = freshWorld()
    await runSmall({ world: wholeWorld, disk: whole, goal: { do: 'run', to: 'k8s-only' } })
    const start = whole.entries.length
    await runSmall({ world: wholeWorld, disk: whole, goal: { do: 'rollback', to: 'nomad-only' } })
    for (let sequence = start + 2; sequence < whole.entries.length; sequence++) {
      const world = freshWorld()
      const disk = emptyDisk()
      await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
      const killed = runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' }, killAt: { sequence, durable: true } })
      await expect(killed).rejects.toBeInstanceOf(Killed)
      const rollingBack =
        disk.entries.at(-1)?.record.type !== 'rollback-finished' && disk.entries.some(({ record }) => record.type === 'rollback-started')
      const result = await runSmall({ world, disk })
      if (rollingBack) {
        expect(result).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
        expect(picture(world)).toBe(START)
      } else {
        expect(result).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
      }
      expect(world.lost).toEqual([])
    }
  })
})

describe('the irreversible step', () => {
  it('keeps what the first step found of a file in its place, and what later ones found beside it', async () => {
    const world = freshWorld()
    const found = (content: string) => [
      { path: 'edge/file.yml', bytes: Buffer.from(content), use: 'cp edge/file.yml /etc' },
      { path: 'same.txt', bytes: Buffer.from('same'), use: 'look at it' },
    ]
    const written: { path: string; text: string; use: string }[] = []
    const change: SmallRun['change'] = (given) => {
      const kinds = new Map(given.kinds)
      for (const [kind, content] of [
        ['turn-new', 'before the run'],
        ['turn-route', 'with our first router'],
      ] as const)
        kinds.set(kind, { ...(kinds.get(kind) as ActingStepKind<object, Json, Json>), restoreFiles: async () => found(content) })
      const write: EngineDependencies['bundle']['write'] = async (files) => {
        written.push(...files.map(({ path, bytes, use }) => ({ path, text: Buffer.from(bytes).toString(), use })))
        return { path: 'bundle', sha256: '' }
      }
      return { ...given, kinds, bundle: { write } }
    }
    await runSmall({ world, disk: emptyDisk(), change })
    expect(written.filter(({ path }) => path.endsWith('file.yml') || path.endsWith('same.txt'))).toEqual([
      { path: 'edge/file.yml', text: 'before the run', use: 'cp edge/file.yml /etc' },
      { path: 'same.txt', text: 'same', use: 'look at it' },
      { path: 'cut/edge/file.yml', text: 'with our first router', use: 'as step cut found it: cp cut/edge/file.yml /etc' },
    ])
  })

  it('writes and reads back the bundle before it asks, and asks before the effect', async () => {
    const order: string[] = []
    const world = freshWorld()
    await runSmall({
      world,
      disk: emptyDisk(),
      change: (d) => ({
        ...d,
        bundle: {
          write: async (files) => {
            order.push(`bundle ${files.map((file) => file.path).join(' ')}`)
            return { path: 'bundle', sha256: '' }
          },
        },
        questions: {
          ...d.questions,
          confirmIrreversible: async ({ name }) => {
            order.push(`ask for ${name}, kept=${String(world.on.get('kept'))}`)
            return { answer: 'yes', how: 'typed' }
          },
        },
      }),
    })
    expect(order).toEqual(['bundle new.txt route.txt old.txt kept.txt', 'ask for kept, kept=true'])
  })

  it('declined: everything before it stays, and a rollback is still possible', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const declined = await runSmall({
      world,
      disk,
      change: (d) => ({ ...d, questions: { ...d.questions, confirmIrreversible: async () => ({ answer: 'no' }) } }),
    })
    expect(declined).toMatchObject({ outcome: 'declined', step: 'purge', state: 'k8s-only' })
    expect(await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })).toMatchObject({ outcome: 'rolled-back' })
    expect(picture(world)).toBe(START)
    expect(world.lost).toEqual([])
  })

  it('failing is settled and pauses: there is nothing to roll back to', async () => {
    const world = freshWorld()
    world.faults.set('see:kept', 'fail')
    const result = await runSmall({ world, disk: emptyDisk() })
    expect(result).toMatchObject({ outcome: 'paused', step: 'purge' })
  })
})

describe('the first Ctrl-C', () => {
  it('ends between actions, and the run goes on later', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const controller = new AbortController()
    const result = await runSmall({
      world,
      disk,
      change: (d) => ({
        ...d,
        emit: (event) => event.type === 'effect-started' && event.step === 'cut' && controller.abort(),
        interrupt: { ...d.interrupt, requested: controller.signal, signalName: () => 'SIGTERM' },
      }),
    })
    expect(result).toMatchObject({ outcome: 'interrupted', signal: 'SIGTERM' })
    expect(world.half.size).toBe(0)
    expect(disk.entries.at(-1)?.record).toEqual({ type: 'process-detached', how: 'interrupted' })
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })
})
