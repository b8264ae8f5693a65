import { describe, expect, it } from 'vitest'
import type { Event, RunResult } from '../../src/domain/event.ts'
import type { Json } from '../../src/domain/json.ts'
import { look } from '../../src/domain/look.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, pass, pending } from '../../src/domain/observation.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { ActingStepKind, AnyStepKind, StepKinds } from '../../src/domain/step-kind.ts'
import { ALL_ON_NEW, ALL_ON_OLD } from '../../src/domain/visitors.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import type { Goal } from '../../src/engine/next.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import type { SmallRun, SmallWorld } from './small-world.ts'
import { freshWorld, runSmall, smallKinds, smallPlan } from './small-world.ts'

/** The small kinds, whose switch of the route says where visitors are; an edge may be out of sight. */
function telling(world: SmallWorld, edge: { blind: boolean }): StepKinds {
  const kinds = new Map<string, AnyStepKind>(smallKinds(world))
  const seeing = (observe: () => Observation) =>
    look('the edge', async () => {
      if (edge.blind) throw new ProblemError({ code: 'unreachable', summary: 'it does not answer', next: [] })
      return observe()
    })
  kinds.set('turn-route', {
    ...(kinds.get('turn-route') as ActingStepKind<object, Json, Json>),
    standing: () => [
      {
        about: 'traefik-route',
        side: 'new',
        what: 'the route wins',
        share: ALL_ON_NEW,
        observe: () => seeing(() => (world.on.get('route') ? pass('the route wins') : pending('the route is not loaded'))),
      },
    ],
    unmoved: () =>
      seeing(() => (world.on.get('route') ? fail('visitors are on the new side by a router of somebody') : pass('no route leads there'))),
  })
  return kinds
}

function migration() {
  const world = freshWorld()
  const edge = { blind: false }
  const disk = emptyDisk()
  const clock = createSelfAdvancingClock()
  const go = (more: Partial<SmallRun> = {}, change: (given: EngineDependencies) => EngineDependencies = (given) => given) =>
    runSmall({ world, disk, clock, ...more, change: (given) => change({ ...given, kinds: telling(world, edge) }) })
  return { world, edge, disk, clock, go }
}

const CUT: Goal = { do: 'run', to: 'k8s-only' }
const HOME: Goal = { do: 'rollback', to: 'nomad-only' }

describe('every end says where visitors are, as it was seen', () => {
  it('done', async () => {
    const { go, clock } = migration()
    const result = await go({ goal: CUT })
    expect(result).toMatchObject({
      outcome: 'done',
      visitors: { seen: true, share: ALL_ON_NEW, how: 'the route wins', answer: { verdict: 'pass' } },
      ahead: 'nomad-removed',
    })
    expect(result.visitors?.seen === true && result.visitors.at).toBe(clock.now())
  })

  it('rolled back', async () => {
    const { go } = migration()
    await go({ goal: CUT })
    const result = await go({ goal: HOME })
    expect(result).toMatchObject({ outcome: 'rolled-back', visitors: { seen: true, share: ALL_ON_OLD, answer: { verdict: 'pass' } } })
    expect(result.inPlace).toBeUndefined()
  })

  it('failed before anything was touched', async () => {
    const { go, world } = migration()
    world.faults.set('preflight:route', 'fail')
    expect(await go()).toMatchObject({ outcome: 'failed', visitors: { seen: true, share: ALL_ON_OLD } })
  })

  it('declined', async () => {
    const { go } = migration()
    const result = await go({}, (given) => ({ ...given, questions: { ...given.questions, approve: async () => 'no' } }))
    expect(result).toMatchObject({ outcome: 'declined', visitors: { seen: true, share: ALL_ON_OLD } })
  })

  it('paused, and what of the run is in place', async () => {
    const { go, world } = migration()
    world.faults.set('see:soak', 'fail-old')
    expect(await go()).toMatchObject({
      outcome: 'paused',
      visitors: { seen: true, share: ALL_ON_NEW },
      inPlace: [{ step: 'deploy' }, { step: 'cut', changes: [{ object: 'route' }] }],
    })
  })

  it('interrupted between two steps, and in the middle of a rollback', async () => {
    const { go } = migration()
    const asked = new AbortController()
    const until = (type: Event['type'], step: string) => (given: EngineDependencies) => ({
      ...given,
      interrupt: { ...given.interrupt, requested: asked.signal },
      emit: (event: Event) => void (event.type === type && 'step' in event && event.step === step && asked.abort()),
    })
    expect(await go({}, until('step-done', 'cut'))).toMatchObject({ outcome: 'interrupted', visitors: { seen: true, share: ALL_ON_NEW } })
    const back = new AbortController()
    const result = await go({ goal: HOME }, (given) => ({
      ...given,
      interrupt: { ...given.interrupt, requested: back.signal },
      emit: (event: Event) => void (event.type === 'effect-done' && event.direction === 'undo' && back.abort()),
    }))
    expect(result).toMatchObject({
      outcome: 'interrupted',
      visitors: { seen: true, share: ALL_ON_OLD },
      inPlace: [{ step: 'deploy' }, { step: 'cut', unsettled: true }],
      rollingBack: { to: 'nomad-only', left: ['cut', 'deploy'], whole: true },
    })
  })

  it('stuck', async () => {
    const { go, world } = migration()
    await go({ goal: CUT })
    world.faults.set('undo:route', 'reject')
    expect(await go({ goal: HOME })).toMatchObject({ outcome: 'stuck', visitors: { seen: true, share: ALL_ON_NEW } })
  })

  it('past the boundary, that there is no way back', async () => {
    const { go } = migration()
    expect(await go()).toMatchObject({ outcome: 'done', noWayBack: expect.stringContaining('purge'), visitors: { share: ALL_ON_NEW } })
  })

  it('what one visitor gets in that moment stands beside it', async () => {
    const { go, world } = migration()
    await go({ goal: CUT })
    world.on.set('new', false)
    expect(await go({ goal: CUT })).toMatchObject({ outcome: 'failed', visitors: { share: ALL_ON_NEW, answer: { verdict: 'pending' } } })
  })
})

/** What each step that moves visitors sees of them before it is done. */
const saying =
  (seen: Readonly<Record<string, Observation>>) =>
  (given: EngineDependencies): EngineDependencies => {
    const kinds = new Map(given.kinds)
    const route = kinds.get('turn-route') as ActingStepKind<object, Json, Json>
    kinds.set('turn-route', { ...route, unmoved: async ({ step }) => seen[step] ?? fail(`nothing is said of ${step}`) })
    return { ...given, kinds }
  }

describe('where nobody could look', () => {
  const shares = (result: RunResult) => result.visitors

  it('that is said, with what was verified last', async () => {
    const { go, edge, disk } = migration()
    await go({ goal: CUT })
    const verified = disk.entries.findLast(({ record }) => record.type === 'gate-passed' && record.step === 'cut')?.at
    edge.blind = true
    expect(shares(await go({ goal: CUT }))).toEqual({
      seen: false,
      why: 'the edge could not be seen: it does not answer',
      last: { at: verified, share: ALL_ON_NEW },
    })
  })

  it('nothing was verified before anything moved', async () => {
    const { go, edge } = migration()
    edge.blind = true
    expect(shares(await go({ goal: { do: 'run', to: 'both-running' } }))).toEqual({
      seen: false,
      why: 'the edge could not be seen: it does not answer',
    })
  })

  it('an undo that was seen to be right is the last fact, not the step before it', async () => {
    const { go, edge } = migration()
    await go({ goal: CUT })
    await go({ goal: { do: 'rollback', to: 'both-running' } })
    edge.blind = true
    expect(shares(await go({ goal: HOME }))).toMatchObject({ seen: false, last: { share: ALL_ON_OLD } })
  })

  it('an undo whose process died before it was recorded as undone leads back all the same', async () => {
    const { go, edge } = migration()
    await go({ goal: CUT })
    const twin = migration()
    await twin.go({ goal: CUT })
    await twin.go({ goal: HOME })
    const passed = twin.disk.entries.findLast(({ record }) => record.type === 'gate-passed' && record.step === 'cut')
    const undone = twin.disk.entries.find(({ record }) => record.type === 'step-undone' && record.step === 'cut')
    expect(passed?.sequence).toBe((undone?.sequence ?? 0) - 1)
    await go({ goal: HOME, killAt: { sequence: passed?.sequence ?? 0, durable: true } }).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
    edge.blind = true
    const stopped = await go({ goal: HOME }, (given) => ({ ...given, interrupt: { ...given.interrupt, requested: AbortSignal.abort() } }))
    expect(shares(stopped)).toMatchObject({ seen: false, last: { at: passed?.at, share: ALL_ON_OLD } })
  })

  it('nobody looks after "now"', async () => {
    const { go } = migration()
    await go({ goal: CUT })
    const now = AbortSignal.abort()
    const result = await go({}, (given) => ({ ...given, interrupt: { ...given.interrupt, requested: now, now } }))
    expect(result).toMatchObject({ outcome: 'interrupted', visitors: { seen: false, last: { share: ALL_ON_NEW } } })
  })

  it('a record of it that cannot be read costs "last verified", not how the command ended', async () => {
    const { go, edge, disk } = migration()
    await go({ goal: CUT })
    edge.blind = true
    disk.blobs.clear()
    const events: Event[] = []
    const result = await go({}, (given) => ({
      ...given,
      interrupt: { ...given.interrupt, requested: AbortSignal.abort() },
      emit: (event) => events.push(event),
    }))
    expect(result).toMatchObject({ outcome: 'interrupted', visitors: { seen: false } })
    expect(result.visitors).not.toHaveProperty('last')
    expect(events.at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'interrupted' } })
  })

  it('a site that no router answers is nowhere, not on the old side', async () => {
    const { go } = migration()
    const result = await go(
      { goal: { do: 'run', to: 'both-running' } },
      saying({ cut: { verdict: 'pass', reason: 'no router answers', nowhere: true } }),
    )
    expect(shares(result)).toEqual({ seen: false, why: 'no router answers' })
  })

  it('every step that moves visitors is asked, and a reason that they share is said once', async () => {
    const plan = smallPlan((steps) => steps.flatMap((step) => (step.id === 'cut' ? [step, { ...step, id: 'cut-more' }] : [step])))
    const look = async (more: Observation) => {
      const { go } = migration()
      return shares(await go({ plan, goal: { do: 'run', to: 'both-running' } }, saying({ cut: pass('none'), 'cut-more': more })))
    }
    expect(await look(fail('they are on another router'))).toEqual({ seen: false, why: 'they are on another router' })
    expect(await look(pass('none'))).toMatchObject({ seen: true, share: ALL_ON_OLD, how: 'none' })
    expect(await look(pass('none either'))).toMatchObject({ seen: true, how: 'none; none either' })
  })

  it('an edge that never answers does not keep the end waiting', async () => {
    const { go, clock } = migration()
    await go({ goal: CUT })
    const silent = (given: EngineDependencies): EngineDependencies => {
      const kinds = new Map(given.kinds)
      const route = kinds.get('turn-route') as ActingStepKind<object, Json, Json>
      const never = () => new Promise<never>(() => undefined)
      const standing: NonNullable<typeof route.standing> = (...asked) =>
        (route.standing?.(...asked) ?? []).map((check) => ({ ...check, observe: never }))
      kinds.set('turn-route', { ...route, standing })
      return { ...given, kinds }
    }
    const before = clock.monotonic()
    expect(await go({ goal: CUT }, silent)).toMatchObject({ visitors: { seen: false, why: 'no answer in time' } })
    expect(clock.monotonic() - before).toBeLessThan(60_000)
  })
})

it('whenever a process is killed, the next one says what is so: the route may be there, or not yet', async () => {
  const whole = migration()
  await whole.go({ goal: CUT })
  const of = (type: string) =>
    whole.disk.entries.findIndex(({ record }) => record.type === type && 'step' in record && record.step === 'cut')
  const seen = new Set<boolean | undefined>()
  for (let sequence = of('intent'); sequence <= of('step-done') + 1; sequence++) {
    const { go, world } = migration()
    const killed = go({ goal: CUT, killAt: { sequence, durable: true } })
    await expect(killed).rejects.toBeInstanceOf(Killed)
    const result = await go({}, (given) => ({ ...given, interrupt: { ...given.interrupt, requested: AbortSignal.abort() } }))
    expect(result.visitors).toMatchObject({ seen: true, share: world.on.get('route') ? ALL_ON_NEW : ALL_ON_OLD })
    seen.add(world.on.get('route'))
  }
  expect(seen).toEqual(new Set([false, true]))
})

it('of a plan that moves no visitors nothing is said of them', async () => {
  const { go } = migration()
  const plan = smallPlan((steps) => steps.filter((step) => step.id === 'deploy'))
  const result = await go({ plan: { ...plan, states: ['nomad-only', 'both-running'] }, goal: { do: 'run', to: 'both-running' } })
  expect(result).toMatchObject({ outcome: 'done' })
  expect(result.visitors).toBeUndefined()
})
