import { describe, expect, it } from 'vitest'
import type { Event, RunResult } from '../../src/domain/event.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { fold } from '../../src/domain/fold.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { Settlement } from '../../src/domain/step-kind.ts'
import { afterTrip } from '../../src/engine/after-failure.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { emptyDisk } from '../fakes/journal.ts'
import type { SmallWorld } from './small-world.ts'
import { freshWorld, picture, runSmall, smallKinds, smallPlan } from './small-world.ts'

const WATCHED: Plan = { ...smallPlan(), watch: { interval: 1_000, failureThreshold: 2, within: 30_000 } }
const SITE_BROKEN = { ok: true, status: 500, headers: {}, body: '', timings: {} } as const

/** The small migration under a watch; `visitors` may change what a visitor sees on the way. */
async function watched(options: {
  readonly visitors?: (world: SmallWorld, elapsed: number) => 'right' | 'broken' | 'unseen'
  readonly change?: (dependencies: EngineDependencies, world: SmallWorld) => EngineDependencies
  readonly plan?: Plan
}) {
  const world = freshWorld()
  const disk = emptyDisk()
  const events: Event[] = []
  const clock = createSelfAdvancingClock()
  const go = (goal?: { readonly do: 'rollback'; readonly to: string }): Promise<RunResult> =>
    runSmall({
      world,
      disk,
      events,
      clock,
      plan: options.plan ?? WATCHED,
      ...(goal && { goal }),
      change: (given) => {
        const { ports } = given
        const ask: typeof ports.visitor.ask = async (request, signal) => {
          const seen = options.visitors?.(world, clock.monotonic()) ?? 'right'
          if (seen === 'broken') return SITE_BROKEN
          if (seen === 'unseen') return { ok: false, failure: 'dns', detail: 'no resolver answers', timings: {} }
          return ports.visitor.ask(request, signal)
        }
        const dependencies = { ...given, ports: { ...ports, visitor: { ask } } }
        return options.change?.(dependencies, world) ?? dependencies
      },
    })
  return { world, disk, events, clock, go }
}

/** A soak that sees nothing of what visitors get: only the watch can. */
const soaking = (minutes: number) => (dependencies: EngineDependencies, world: SmallWorld) => {
  const kinds = new Map(smallKinds(world))
  const soak = kinds.get('soak')
  if (soak?.nature !== 'waits') throw new Error('the small world has a soak')
  kinds.set('soak', { ...soak, policy: () => ({ ...soak.policy({}), hold: minutes * 60_000 }) })
  return { ...dependencies, kinds }
}

const types = (events: readonly Event[]): readonly string[] => events.map((each) => each.type)

describe('a watch over a run', () => {
  it('looks all the time, and says at the end what it saw', async () => {
    const { events, disk, go } = await watched({ change: soaking(5) })
    expect(await go()).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
    const ended = events.find((each) => each.type === 'watch-ended')
    expect(ended).toMatchObject({ wrong: 0, unseenMs: 0 })
    expect(ended?.type === 'watch-ended' && ended.looks).toBeGreaterThan(290)
    expect(disk.entries.at(-2)?.record).toMatchObject({ type: 'watched', wrong: 0 })
  })

  it('takes visitors back in the middle of a soak that sees nothing wrong, at once and with what it saw', async () => {
    const { world, events, clock, go } = await watched({
      change: soaking(5),
      visitors: (now, elapsed) => (now.on.get('route') && elapsed > 60_000 ? 'broken' : 'right'),
    })
    const result = await go()
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
    expect(result.outcome === 'rolled-back' && result.report.reason).toMatch(/the watch saw 3 wrong answers .* status 500/)
    expect(result.outcome === 'rolled-back' && result.report.evidence).toHaveLength(3)
    expect(result.outcome === 'rolled-back' && result.report.visitors.wrong).toBeGreaterThanOrEqual(3)
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
    expect(clock.monotonic()).toBeLessThan(70_000)
    expect(types(events)).toContain('watch-tripped')
  })

  it('withdraws the question before what cannot be undone, and goes back from there', async () => {
    let asked = false
    const { world, go } = await watched({
      visitors: (now) => (asked && now.on.get('route') ? 'broken' : 'right'),
      change: (dependencies) => ({
        ...dependencies,
        questions: {
          ...dependencies.questions,
          confirmIrreversible: async (_question, withdrawn) => {
            asked = true
            return new Promise((resolve) => withdrawn?.addEventListener('abort', () => resolve({ answer: 'unanswerable' })))
          },
        },
      }),
    })
    const result = await go()
    expect(asked).toBe(true)
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('cuts off an effect that goes on for too long, and undoes what there is of it', async () => {
    const { world, clock, go } = await watched({
      visitors: (now) => (now.on.get('route') && now.half.has('old') ? 'broken' : 'right'),
      change: (dependencies, now) => {
        const kinds = new Map(smallKinds(now))
        const stop = kinds.get('turn-old')
        if (stop?.nature !== 'acts') throw new Error('the small world has a stop')
        kinds.set('turn-old', {
          ...stop,
          apply: async (context, _undo, note) => {
            now.half.add('old')
            await note({ half: 'old' })
            await context.ports.clock.sleep(600_000, context.signal)
          },
        })
        return { ...dependencies, kinds }
      },
    })
    expect(await go()).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
    expect(clock.monotonic()).toBeLessThan(120_000)
  })

  it('moves nobody where visitors are on the old side: it pauses, with what it saw', async () => {
    const { world, go } = await watched({
      visitors: (now) => (now.on.get('new') ? 'broken' : 'right'),
      change: (dependencies, now) => {
        const kinds = new Map(smallKinds(now))
        const deploy = kinds.get('turn-new')
        if (deploy?.nature !== 'acts') throw new Error('the small world has a deploy')
        kinds.set('turn-new', { ...deploy, defaultGate: () => ({ ...deploy.defaultGate({}), hold: 60_000 }) })
        return { ...dependencies, kinds }
      },
    })
    const result = await go()
    expect(result).toMatchObject({ outcome: 'paused', state: 'nomad-only' })
    expect(result.outcome === 'paused' && result.reason).toMatch(/the watch saw 3 wrong answers .*; no reached state/)
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('says that it could not see, and takes that neither for right nor for wrong', async () => {
    const { events, go } = await watched({
      change: soaking(5),
      visitors: (_now, elapsed) => (elapsed > 60_000 && elapsed < 120_000 ? 'unseen' : 'right'),
    })
    expect(await go()).toMatchObject({ outcome: 'done' })
    expect(types(events).filter((each) => each === 'watch-blind')).toHaveLength(1)
    expect(types(events)).toContain('watch-sees')
    const ended = events.find((each) => each.type === 'watch-ended')
    expect(ended?.type === 'watch-ended' && ended.unseenMs).toBeGreaterThanOrEqual(59_000)
  })

  it('counts through a commanded rollback, and never turns it round', async () => {
    const { world, disk, events, clock } = await watched({})
    await runSmall({ world, disk, clock, plan: WATCHED, goal: { do: 'run', to: 'k8s-only' } })
    const broken = await runSmall({
      world,
      disk,
      events,
      clock,
      plan: WATCHED,
      goal: { do: 'rollback', to: 'nomad-only' },
      change: (given) => ({
        ...given,
        ports: {
          ...given.ports,
          visitor: { ask: async () => (world.on.get('route') ? SITE_BROKEN : given.ports.visitor.ask({ url: 'https://example.test/' })) },
        },
      }),
    })
    expect(broken).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded' })
    expect(types(events)).not.toContain('watch-tripped')
    expect(types(events)).toContain('watch-ended')
  })

  it('is not begun where nobody has said yes', async () => {
    const { events, go } = await watched({
      change: (dependencies) => ({ ...dependencies, questions: { ...dependencies.questions, approve: async () => 'no' } }),
    })
    expect(await go()).toMatchObject({ outcome: 'declined' })
    expect(types(events)).not.toContain('watch-started')
  })
})

describe('a trip', () => {
  const holdingUp = (name: string, settle?: Settlement) => (dependencies: EngineDependencies, now: SmallWorld) => {
    const kinds = new Map(smallKinds(now))
    const kind = kinds.get(name)
    if (kind?.nature !== 'acts') throw new Error(`the small world has ${name}`)
    kinds.set(name, {
      ...kind,
      apply: async (context) => context.ports.clock.sleep(600_000, context.signal),
      ...(settle && { settle: async () => settle }),
    })
    return { ...dependencies, kinds }
  }
  const brokenWhenStopped = (now: SmallWorld): 'broken' | 'right' => (now.on.get('route') && !now.on.get('old') ? 'broken' : 'right')

  it('in the middle of what cannot be undone, of which nothing has happened, leads back', async () => {
    const { world, go } = await watched({ visitors: brokenWhenStopped, change: holdingUp('turn-kept', { status: 'none' }) })
    expect(await go()).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('in the middle of what cannot be undone, of which a part has happened, pauses and says so', async () => {
    const { go } = await watched({
      visitors: brokenWhenStopped,
      change: holdingUp('turn-kept', { status: 'partial', reason: 'half of it is gone' }),
    })
    const result = await go()
    expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    expect(result.outcome === 'paused' && result.reason).toMatch(/the watch saw .*it cannot be undone/)
  })

  it.each(['pause', { rollbackTo: 'nomad-only' }] as const)(
    'leads back whatever `onFailure` of the last step says of its own gates (%o)',
    async (onFailure) => {
      const world = freshWorld()
      const disk = emptyDisk()
      const told = smallPlan((steps) => steps.map((each) => (each.id === 'cut' ? { ...each, onFailure } : each)))
      await runSmall({ world, disk, plan: told, goal: { do: 'run', to: 'k8s-only' } })
      const trip = { reason: 'wrong answers', evidence: [], side: 'new' as const }
      expect(afterTrip(told, smallKinds(world), fold(disk.entries), trip)).toMatchObject({
        do: 'begin-rollback',
        to: 'both-running',
        cause: 'automatic',
      })
    },
  )

  it('during a preview that fails for the same reason is not forgotten', async () => {
    const { go } = await watched({
      visitors: (now) => (now.on.get('route') ? 'broken' : 'right'),
      change: (dependencies, now) => {
        const kinds = new Map(smallKinds(now))
        const stop = kinds.get('turn-old')
        if (stop?.nature !== 'acts') throw new Error('the small world has a stop')
        kinds.set('turn-old', {
          ...stop,
          preview: async (context) => {
            if (now.on.get('route')) {
              await context.ports.clock.sleep(20_000)
              throw new ProblemError({ code: 'unreachable', summary: 'nobody answers', next: [], effect: 'no' })
            }
            return stop.preview(context, [])
          },
        })
        const soak = kinds.get('soak')
        if (soak?.nature === 'waits') kinds.set('soak', { ...soak, policy: () => ({ ...soak.policy({}), hold: 0 }) })
        return { ...dependencies, kinds }
      },
    })
    expect(await go()).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
  })

  it('that a process died on is answered by the next one', async () => {
    const { world, disk, go } = await watched({
      change: soaking(5),
      visitors: (now, elapsed) => (now.on.get('route') && elapsed > 60_000 ? 'broken' : 'right'),
    })
    await go()
    const tripped = disk.entries.findIndex(({ record }) => record.type === 'watch-tripped')
    const died: JournalDisk = { entries: disk.entries.slice(0, tripped + 1), blobs: disk.blobs }
    world.on.set('route', true)
    const next = await runSmall({ world, disk: died, plan: WATCHED })
    expect(next).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
  })

  it('never keeps a rollback from telling what it could not see', async () => {
    const { world, disk } = await watched({})
    const kept = (record: JournalRecord): boolean => record.type === 'intent' && record.step === 'purge'
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole, plan: smallPlan() })
    const sequence = whole.entries.find(({ record }) => kept(record))?.sequence ?? Number.NaN
    await runSmall({ world, disk, plan: smallPlan(), killAt: { sequence, durable: true } }).catch(() => undefined)
    world.faults.set('settle:kept', 'blind')
    const result = await runSmall({
      world,
      disk,
      plan: WATCHED,
      goal: { do: 'rollback', to: 'nomad-only' },
      change: (given) => ({ ...given, ports: { ...given.ports, visitor: { ask: async () => SITE_BROKEN } } }),
    })
    expect(result.outcome).not.toBe('interrupted')
  })
})
