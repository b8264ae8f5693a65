import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.ts'
import type { Event, RunResult } from '../../src/domain/event.ts'
import type { Json } from '../../src/domain/json.ts'
import { pass, pending } from '../../src/domain/observation.ts'
import type { Plan, PlanGate, PlanStep } from '../../src/domain/plan.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { Side } from '../../src/domain/observation.ts'
import type { EdgePort, EdgeRouter } from '../../src/domain/ports/edge.ts'
import type { ActingStepKind, GateKind } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import type { Goal } from '../../src/engine/next.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import { FakeClock } from '../fakes/ports/clock.ts'
import { FakeEdge } from '../fakes/ports/edge.ts'
import { emptyDisk } from '../fakes/journal.ts'
import type { SmallWorld } from './small-world.ts'
import { freshWorld, runSmall, smallKinds, smallPlan } from './small-world.ts'

/** Beside the small world: a route that both sides share, and who answers. */
interface Shared {
  readonly small: SmallWorld
  /** Which visitors the old side has. */
  share: 'all' | 'half' | 'none'
  oldAnswers: boolean
  newAnswers: boolean
  writes: string[]
  /** The soak sees nothing of what visitors get. */
  soakIsBlind?: boolean
  refuses?: 'no' | 'unknown'
}

const GATE = { ...DEFAULT_GATE_POLICY, timeout: 3_000 }

/** Sends half of the visitors to the new side. */
const sharing = (world: Shared): ActingStepKind<object, Json, Json> => {
  const write = (share: Shared['share'], what: string): void => {
    if (world.share === share) return
    world.share = share
    world.writes.push(what)
  }
  const old = () => (world.oldAnswers ? pass('the old side answers') : pending('the old side is dead', { side: 'old' }))
  return {
    nature: 'acts',
    kind: 'share',
    summary: 'shares visitors out',
    spec: z.strictObject({}),
    example: {},
    targets: [],
    traffic: () => ({
      forward: [{ do: 'route-add', to: 'new' }],
      back: [
        { do: 'prove', side: 'old' },
        { do: 'route-remove', from: 'new' },
      ],
    }),
    openDoors: () => ({
      old: { side: 'old', headers: { door: 'old' }, services: ['job@catalog'] },
      new: { side: 'new', headers: { door: 'new' }, services: ['cluster@file'] },
    }),
    preflight: async () => [],
    defaultGate: () => GATE,
    preview: async () => ({ changes: [], undoRecord: {}, basis: [] }),
    apply: async () => write('half', 'share'),
    settle: async () =>
      world.share === 'half'
        ? { status: 'done' }
        : world.share === 'all'
          ? { status: 'none' }
          : { status: 'partial', reason: 'all are on the new side' },
    verify: async () => (world.share === 'half' ? old() : pending('not shared')),
    relief: {
      affects: () => '50% of visitors',
      apply: async () => {
        if (world.share === 'none') return
        if (world.refuses) throw new ProblemError({ code: 'refused', summary: 'relief refused', next: ['mend it'], effect: world.refuses })
        write('none', 'relieve')
      },
      verify: async () => (world.share === 'none' && world.newAnswers ? pass('all are well on the new side') : pending('not yet')),
    },
    standing: (context) => [
      {
        about: 'traefik-route',
        side: 'new',
        what: context.relieved ? 'all on new' : 'half on new',
        observe: async () =>
          world.share === (context.relieved ? 'none' : 'half') ? pass('as written') : pending('not as written', { side: 'new' }),
      },
      { about: 'old-side', side: 'old', what: 'the old side answers', observe: async () => old() },
    ],
    undo: {
      apply: async () => {
        if (!world.oldAnswers)
          throw new ProblemError({ code: 'old-side-not-proven', summary: 'the old side is dead', next: [], effect: 'no' })
        write('all', 'home')
      },
      settle: async () => (world.share === 'all' ? { status: 'done' } : { status: 'none' }),
      verify: async () => pass('home'),
      manual: () => [],
    },
  }
}

/** Deployed, shared, looked at, and then the new side alone. */
const sharedPlan = (change: (steps: readonly PlanStep[]) => readonly PlanStep[] = (steps) => steps): Plan =>
  smallPlan((steps) => {
    const [deploy, cut, soak] = steps
    if (deploy === undefined || cut === undefined || soak === undefined) throw new Error('the small plan has these')
    return change([deploy, { ...soak, id: 'share', kind: 'share' }, soak, cut])
  })

const freshShared = (): Shared => ({ small: freshWorld(), share: 'all', oldAnswers: true, newAnswers: true, writes: [] })

function stage(plan = sharedPlan(), world = freshShared(), disk = emptyDisk(), edge?: EdgePort) {
  const events: Event[] = []
  const clock = createSelfAdvancingClock()
  const answers = (headers: Readonly<Record<string, string>> | undefined, turn: number): boolean => {
    const onOld = world.share === 'all' || (world.share === 'half' && turn % 2 === 0)
    const side = world.small.on.get('route') ? 'new' : (headers?.['door'] ?? (onOld ? 'old' : 'new'))
    return side === 'old' ? world.oldAnswers : world.newAnswers
  }
  let turn = 0
  const withSharing = (given: EngineDependencies): EngineDependencies => ({
    ...given,
    gates: new Map([
      ['visit', visit],
      ['blind', { ...visit, kind: 'blind', observe: async () => pass('it looks at nothing') }],
    ]),
    kinds: new Map([...smallKinds(world.small), ['share', sharing(world)], ['soak', soaking(world)]]),
    ports: {
      ...given.ports,
      ...(edge && { edge }),
      visitor: {
        ask: async ({ headers }) => ({ ok: true, status: answers(headers, ++turn) ? 200 : 502, headers: {}, body: '', timings: {} }),
      },
    },
  })
  const run = (how: { readonly plan?: Plan; readonly goal?: Goal; readonly during?: (event: Event) => void } = {}): Promise<RunResult> =>
    runSmall({
      world: world.small,
      disk,
      clock,
      plan: how.plan ?? plan,
      goal: how.goal ?? { do: 'run', to: 'k8s-only' },
      change: (given) => withSharing({ ...given, emit: (event) => (events.push(event), how.during?.(event)) }),
    })
  const types = (): readonly JournalRecord['type'][] => disk.entries.map(({ record }) => record.type)
  return { world, disk, events, run, types, state: () => fold(disk.entries) }
}

/** Looks at what finished steps keep up, as the real one does. */
function soaking(world: Shared) {
  const kind = smallKinds(world.small).get('soak')
  if (kind?.nature !== 'waits') throw new Error('the small world has a soak')
  return {
    ...kind,
    policy: () => ({ ...GATE, hold: 20_000, failureThreshold: 0 }),
    observe: async () => (world.oldAnswers || world.soakIsBlind ? pass('well') : pending('the old side is dead', { side: 'old' as const })),
  }
}

/** A visitor's own look, which says nothing of sides. */
const visit: GateKind<object> = {
  kind: 'visit',
  summary: 'visits the site',
  spec: z.strictObject({}),
  example: {},
  targets: [],
  defaultPolicy: GATE,
  observe: async ({ ports }) => {
    const seen = await ports.visitor.ask({ url: 'https://example.test/' })
    return seen.ok && seen.status === 200 ? pass('a visitor is well') : pending('a visitor got 502', { visitorSawIt: true })
  },
}
const VISITING: PlanGate = {
  kind: 'visit',
  spec: {},
  policy: { ...GATE, hold: 10_000 },
  location: { file: 'plan.yaml', line: 1, column: 1 },
}

const dies = (world: Shared) => (event: Event) => {
  if (event.type === 'gate-started' && event.step === 'soak') world.oldAnswers = false
}

describe('an old side that fails while visitors share it', () => {
  it('loses them to the new side, in one write, and nothing is rolled back', async () => {
    const { world, run, types, events } = stage()
    const result = await run({ during: dies(world) })
    expect(result).toMatchObject({ outcome: 'paused', step: 'share' })
    expect(result.outcome === 'paused' && result.next.at(-1)).toMatch(/then: jmc-migrate run plan.yaml --amend --to k8s-only$/)
    expect(result.outcome === 'paused' && result.reason).toContain(
      'the old side is dead; that side had 50% of visitors: all are on Kubernetes now, which was verified; there is no way back while the old side is away',
    )
    expect(world.writes).toEqual(['share', 'relieve'])
    expect(types()).not.toContain('rollback-started')
    expect(events.filter(({ type }) => type.startsWith('relie')).map(({ type }) => type)).toEqual(['relief-started', 'relieved'])
  })

  it('has its intent on disk before the write', async () => {
    const { world, run, disk } = stage()
    let recorded: readonly JournalRecord[] = []
    const push = world.writes.push.bind(world.writes)
    world.writes.push = (...what) => {
      if (what.includes('relieve')) recorded = disk.entries.map(({ record }) => record)
      return push(...what)
    }
    await run({ during: dies(world) })
    expect(recorded.at(-1)).toMatchObject({
      type: 'relief-started',
      step: 'share',
      affected: '50% of visitors',
      reason: expect.stringContaining('the old side is dead'),
    })
  })

  it('is looked for by the next run: while it is away nothing is moved, and the same is said', async () => {
    const { world, run } = stage()
    const first = await run({ during: dies(world) })
    const again = await run()
    expect(again.outcome === 'paused' && again.reason).toBe(first.outcome === 'paused' && first.reason)
    expect(again.outcome === 'paused' && again.evidence).toEqual(['verified: all are well on the new side', 'the old side is dead'])
    expect(world.writes).toEqual(['share', 'relieve'])
  })

  it('gets its share back once it answers, and what looks at the step begins anew', async () => {
    const { world, run, disk, state } = stage()
    await run({ during: dies(world) })
    world.oldAnswers = true
    const from = disk.entries.length
    expect(await run()).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(world.writes.slice(0, 3)).toEqual(['share', 'relieve', 'share'])
    const told = disk.entries
      .slice(from)
      .map(({ record }) => ('step' in record && record.step !== undefined ? `${record.type} ${record.step}` : record.type))
    expect(told.slice(0, 6)).toEqual([
      'process-attached',
      'relief-ended share',
      'effect-done share',
      'gate-passed share',
      'step-done share',
      'gate-progress soak',
    ])
    expect(state().relief).toBeUndefined()
  })

  it('that dies again before its share is back keeps every visitor where they are', async () => {
    const { world, run } = stage()
    await run({ during: dies(world) })
    world.oldAnswers = true
    const result = await run({ during: (event) => void (event.type === 'relief-ended' && (world.oldAnswers = false)) })
    expect(result).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('all are on Kubernetes now') })
    expect(world.writes).toEqual(['share', 'relieve'])
    world.oldAnswers = true
    expect(await run()).toMatchObject({ outcome: 'done' })
  })

  it('and is gone for good: without what waits for it the run leaves it behind', async () => {
    const { world, run, state } = stage()
    await run({ during: dies(world) })
    const amended = sharedPlan((steps) => steps.filter(({ id }) => id !== 'soak'))
    expect(await run({ plan: amended })).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(world.writes).toEqual(['share', 'relieve'])
    expect(world.small.on.get('route')).toBe(true)
    expect(state().relief).toBeUndefined()
  })

  it('is proven before a rollback moves anybody', async () => {
    const { world, run, state } = stage()
    await run({ during: dies(world) })
    const back = { do: 'rollback', to: 'nomad-only' } as const
    expect(await run({ goal: back })).toMatchObject({ outcome: 'paused' })
    expect(world.writes).toEqual(['share', 'relieve'])
    expect(state().relief).toMatchObject({ step: 'share' })
    world.oldAnswers = true
    expect(await run({ goal: back })).toMatchObject({ outcome: 'rolled-back', state: 'nomad-only' })
    expect(world.writes).toEqual(['share', 'relieve', 'home'])
    expect(state().relief).toBeUndefined()
  })

  it('keeps the next portion from being tried', async () => {
    const plan = sharedPlan((steps) => steps.flatMap((step) => (step.id === 'soak' ? [{ ...step, id: 'more', kind: 'share' }] : [step])))
    const { world, run } = stage(plan)
    const result = await run({
      during: (event) => void (event.type === 'step-started' && event.step === 'more' && (world.oldAnswers = false)),
    })
    expect(result).toMatchObject({ outcome: 'paused', step: 'share', reason: expect.stringContaining('all are on Kubernetes now') })
    expect(world.writes).toEqual(['share', 'relieve'])
  })
})

describe('a relief that does not come right', () => {
  it('with nothing written pauses with its reason; the next run looks at all anew', async () => {
    const { world, run, state } = stage()
    world.refuses = 'no'
    const result = await run({ during: dies(world) })
    expect(result).toMatchObject({
      outcome: 'paused',
      reason: expect.stringMatching(/no reached state .*50% of visitors could not be taken off the old side: relief refused/),
    })
    expect(result.outcome === 'paused' && result.next[0]).toBe('mend it')
    expect(state().relief).toBeUndefined()
    delete world.refuses
    expect(await run()).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('all are on Kubernetes now') })
  })

  it('of which nobody knows what it wrote is done again first', async () => {
    const { world, run, state } = stage()
    world.refuses = 'unknown'
    await run({ during: dies(world) })
    expect(state().relief).toMatchObject({ stale: true })
    delete world.refuses
    expect(await run()).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('all are on Kubernetes now') })
    expect(world.writes).toEqual(['share', 'relieve'])
  })

  it('that cannot be seen to be right does not say that visitors are well', async () => {
    const { world, run } = stage()
    const result = await run({
      during: (event) => {
        dies(world)(event)
        if (event.type === 'relief-started') world.newAnswers = false
      },
    })
    expect(result.outcome === 'paused' && result.reason).toMatch(
      /all visitors were not seen to be well on Kubernetes: not settled .*not yet/,
    )
  })
})

describe('a watch that trips while both sides are visited', () => {
  const WATCHED = { ...sharedPlan(), watch: { interval: 1_000, failureThreshold: 2, within: 30_000 } }
  const tripped = async (when: Partial<Shared>) => {
    const set = stage(WATCHED)
    set.world.soakIsBlind = true
    const result = await set.run({
      during: (event) => void (event.type === 'gate-passed' && event.step === 'share' && Object.assign(set.world, when)),
    })
    return { ...set, result, side: set.events.flatMap((event) => (event.type === 'watch-tripped' ? [event.side] : [])) }
  }

  it('by the old side: they are taken off it', async () => {
    const { result, side, world, types } = await tripped({ oldAnswers: false })
    expect(side).toEqual(['old'])
    expect(types()).not.toContain('rollback-started')
    expect(result).toMatchObject({
      outcome: 'paused',
      reason: expect.stringMatching(/the watch saw 3 wrong answers .*all are on Kubernetes now/),
    })
    expect(world.writes).toEqual(['share', 'relieve'])
  })

  it('by the new side: they are taken home', async () => {
    const { result, side, world } = await tripped({ newAnswers: false })
    expect(side).toEqual(['new'])
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(world.writes).toEqual(['share', 'home'])
  })

  it('by both: nobody is moved to a side that fails', async () => {
    const { result, side, world } = await tripped({ oldAnswers: false, newAnswers: false })
    expect(side).toEqual([undefined])
    expect(result).toMatchObject({ outcome: 'paused' })
    expect(world.writes).toEqual(['share'])
  })

  it('that a process died on: the next one knows whose fault it was', async () => {
    const { disk, world } = await tripped({ oldAnswers: false })
    const index = disk.entries.findIndex(({ record }) => record.type === 'watch-tripped')
    disk.entries.splice(index + 1)
    world.share = 'half'
    const result = await stage(WATCHED, world, disk).run()
    expect(result).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('all are on Kubernetes now') })
  })
})

describe('a watch that trips by the old side where Kubernetes alone comes next', () => {
  /** Looks for a minute, and never at a visitor. */
  const LONG: PlanGate = { ...VISITING, kind: 'blind', policy: { ...GATE, hold: 60_000 } }
  const plan: Plan = {
    ...sharedPlan((steps) =>
      steps.filter(({ id }) => id !== 'soak').map((step) => (step.id === 'share' ? { ...step, gates: [LONG] } : step)),
    ),
    watch: { interval: 1_000, failureThreshold: 2, within: 30_000 },
  }
  /** Nothing may begin over and over. */
  const bounded = (during: (event: Event) => void) => {
    let begun = 0
    return (event: Event) => {
      if (event.type === 'gate-started' && ++begun > 50) throw new Error('gates begin for ever')
      during(event)
    }
  }
  const oldDies = (world: Shared) => (event: Event) => {
    if (event.type === 'gate-passed' && event.step === 'share' && event.gate === 'own') world.oldAnswers = false
  }

  it('goes on to it, under a watch that begins afresh', async () => {
    const { world, run, disk, events } = stage(plan)
    expect(await run({ during: bounded(oldDies(world)) })).toMatchObject({ outcome: 'done', state: 'k8s-only' })
    expect(world.writes).toEqual(['share', 'relieve'])
    const told = disk.entries.map(({ record }) => record.type).filter((type) => /^watch|^relie/.test(type))
    expect(told).toEqual(['watch-tripped', 'relief-started', 'relieved', 'watched', 'watched'])
    expect(events.filter(({ type }) => type === 'watch-started')).toHaveLength(2)
    expect(disk.entries.findLast(({ record }) => record.type === 'watched')?.record).toMatchObject({ wrong: 0 })
  })

  it('trips again where the new side fails as well, and a person is called', async () => {
    const { world, run, types } = stage(plan)
    const result = await run({
      during: bounded((event) => {
        oldDies(world)(event)
        if (event.type === 'gate-started' && event.kind === 'blind' && world.share === 'none') world.newAnswers = false
      }),
    })
    expect(['paused', 'stuck', 'failed']).toContain(result.outcome)
    expect(types().filter((type) => type === 'watch-tripped')).toHaveLength(2)
    expect(world.writes).toEqual(['share', 'relieve'])
  })
})

describe('a gate that does not know the sides', () => {
  it('is told by the doors whose wrong answer it saw', async () => {
    const plan = sharedPlan((steps) => steps.map((step) => (step.id === 'share' ? { ...step, gates: [VISITING] } : step)))
    const { world, run, disk } = stage(plan)
    const result = await run({
      during: (event) => void (event.type === 'gate-started' && event.kind === 'visit' && (world.oldAnswers = false)),
    })
    expect(disk.entries.find(({ record }) => record.type === 'gate-failed')?.record).toMatchObject({ gate: 0, side: 'old' })
    expect(result).toMatchObject({ outcome: 'paused', reason: expect.stringContaining('all are on Kubernetes now') })
  })

  const visiting = sharedPlan((steps) => steps.map((step) => (step.id === 'share' ? { ...step, gates: [VISITING] } : step)))
  const door = (side: Side, status: EdgeRouter['status']): EdgeRouter => ({
    name: `door-${side}@file`,
    provider: 'file',
    rule: `Header(\`door\`, \`${side}\`)`,
    service: side === 'old' ? 'job@catalog' : 'cluster',
    entryPoints: ['web'],
    priority: 2,
    status,
    errors: status === 'disabled' ? ['its service is gone'] : [],
  })
  /** An edge with these doors: a request is answered by the one whose side its header names. */
  function edgeWith(...doors: readonly EdgeRouter[]): EdgePort {
    const edge = new FakeEdge(new FakeClock(), '')
    edge.routers = async () => doors
    edge.winner = (routers, { headers }) => {
      const winner = routers.find(({ status, rule }) => status === 'enabled' && rule.includes(`\`${headers?.['door']}\``))
      return { certain: true, winner }
    }
    return edge
  }
  const blamed = async (edge: EdgePort) => {
    const { world, run, disk } = stage(visiting, freshShared(), emptyDisk(), edge)
    await run({ during: (event) => void (event.type === 'gate-started' && event.kind === 'visit' && (world.newAnswers = false)) })
    const found = disk.entries.map(({ record }) => record).find((record) => record.type === 'gate-failed')
    return found?.type === 'gate-failed' ? (found.side ?? 'nobody') : undefined
  }

  it('is told by doors that are open', async () => {
    expect(await blamed(edgeWith(door('old', 'enabled'), door('new', 'enabled')))).toBe('new')
  })
  it('is told by one that Traefik has disabled, whoever answers its requests', async () => {
    expect(await blamed(edgeWith(door('old', 'disabled'), door('new', 'enabled')))).toBe('nobody')
    expect(await blamed(edgeWith(door('old', 'enabled'), door('new', 'disabled')))).toBe('new')
  })
  it('is told nothing by one that is not loaded: its requests go the way of visitors', async () => {
    expect(await blamed(edgeWith(door('old', 'enabled')))).toBe('nobody')
  })
})
