import { z } from 'zod'
import type { Event, RunResult, StepPreview } from '../../src/domain/event.ts'
import type { GatePolicy } from '../../src/domain/gate-policy.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import type { Json } from '../../src/domain/json.ts'
import { fail, pass, pending } from '../../src/domain/observation.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Plan, PlanStep } from '../../src/domain/plan.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import type { Ports } from '../../src/domain/ports/index.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { ActingStepKind, AnyStepKind, GateKind, Settlement, StepKinds } from '../../src/domain/step-kind.ts'
import type { StepTraffic } from '../../src/domain/traffic.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import type { Goal } from '../../src/engine/next.ts'
import { execute } from '../../src/engine/run.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { memoryJournal } from '../fakes/journal.ts'

/** A migration small enough to see at once: two sides, one switch. Every effect is two writes, so that a crash can fall between them. */
export interface SmallWorld {
  /** Which switches are on: `new` (the new side runs), `route` (visitors go there), `old` (the old side runs), `kept` (its record exists). */
  readonly on: Map<string, boolean>
  /** Half-done effects: the first of the two writes happened. */
  readonly half: Set<string>
  /** Moments at which a visitor was sent to a side that does not run. */
  readonly lost: string[]
  /** What the next looks and effects do wrong, by name: `apply:route`, `undo:route`, `see:soak`, `see:route`. */
  readonly faults: Map<string, 'reject' | 'reject-clean' | 'fail' | 'fail-old' | 'blind' | 'wrong'>
  writes: number
}

export const freshWorld = (): SmallWorld => ({
  on: new Map([
    ['new', false],
    ['route', false],
    ['old', true],
    ['kept', true],
  ]),
  half: new Set(),
  lost: [],
  faults: new Map(),
  writes: 0,
})

/** Where visitors are, and whether somebody answers them there. */
function visit(world: SmallWorld, when: string): void {
  const side = world.on.get('route') ? 'new' : 'old'
  if (!world.on.get(side)) world.lost.push(`${when}: visitors on ${side}, which does not run`)
}

const POLICY: GatePolicy = { ...DEFAULT_GATE_POLICY, timeout: 10_000 }

/** A kind that turns one switch of the world. */
function toggling(
  world: SmallWorld,
  name: string,
  to: boolean,
  traffic: StepTraffic,
  irreversible?: string,
): ActingStepKind<object, Json, Json> {
  const fault = (what: string): string | undefined => world.faults.get(`${what}:${name}`)
  const turn = async (value: boolean, what: string, note: (note: Json) => Promise<void>): Promise<void> => {
    if (fault(what) === 'reject-clean')
      throw new ProblemError({ code: 'refused', summary: `${what} ${name} refused`, next: [], effect: 'no' })
    if (world.on.get(name) === value && !world.half.has(name)) return
    world.half.add(name)
    world.writes += 1
    await note({ half: name })
    if (fault(what) === 'reject') throw new ProblemError({ code: 'broke', summary: `${what} ${name} broke`, next: [], effect: 'unknown' })
    world.on.set(name, value)
    world.half.delete(name)
    world.writes += 1
    visit(world, `${what} ${name}`)
  }
  const settle = async (value: boolean): Promise<Settlement> => {
    if (fault('settle') === 'blind') return { status: 'unknown', reason: 'cannot see' }
    if (world.half.has(name)) return { status: 'partial', reason: 'half' }
    return world.on.get(name) === value ? { status: 'done' } : { status: 'none' }
  }
  const seen = (value: boolean, what: string): Observation => {
    const bad = faulty(fault(what))
    if (bad) return bad
    return world.on.get(name) === value && !world.half.has(name)
      ? pass(`${name} is ${value ? 'on' : 'off'}`)
      : pending(`${name} is not ${value ? 'on' : 'off'} yet`)
  }
  return {
    nature: 'acts',
    kind: `turn-${name}`,
    summary: `turns ${name}`,
    spec: z.strictObject({}),
    example: {},
    targets: [],
    traffic: () => traffic,
    preflight: async () => [{ what: `may turn ${name}`, verdict: fault('preflight') ? 'fail' : 'pass' }],
    defaultGate: () => POLICY,
    preview: async () => ({
      changes:
        world.on.get(name) === to
          ? []
          : [{ system: 'test', object: name, action: 'update', before: world.on.get(name) ?? null, after: to }],
      undoRecord: { was: world.on.get(name) ?? null },
      basis: [{ name: `${name} before`, value: String(world.on.get(name)) }],
    }),
    apply: async (_context, _undo, note) => turn(to, 'apply', note),
    settle: async () => settle(to),
    verify: async () => seen(to, 'see'),
    ...(irreversible !== undefined && { confirmation: () => name }),
    restoreFiles: async () => [{ path: `${name}.txt`, bytes: Buffer.from(name), use: 'look at it' }],
    undo:
      irreversible !== undefined
        ? { irreversible }
        : {
            apply: async (_context, _undo, _notes, note) => turn(!to, 'undo', note),
            settle: async () => settle(!to),
            verify: async () => seen(!to, 'see-undo'),
            manual: () => [`turn ${name} ${to ? 'off' : 'on'} by hand`],
          },
  }
}

function faulty(fault: string | undefined): Observation | undefined {
  if (fault === 'fail') return fail('it broke', { side: 'new' })
  if (fault === 'fail-old') return fail('the old side is gone', { side: 'old' })
  if (fault === 'wrong') return pending('a visitor got a wrong answer', { side: 'new', visitorSawIt: true })
  if (fault === 'blind') return { verdict: 'inconclusive', reason: 'cannot see' }
  return undefined
}

export function smallKinds(world: SmallWorld): StepKinds {
  const kinds: AnyStepKind[] = [
    toggling(world, 'new', true, { forward: [{ do: 'start', side: 'new' }], back: [{ do: 'stop', side: 'new' }] }),
    toggling(world, 'route', true, {
      forward: [
        { do: 'route-add', to: 'new' },
        { do: 'route-remove', from: 'old' },
      ],
      back: [
        { do: 'prove', side: 'old' },
        { do: 'route-add', to: 'old' },
        { do: 'route-remove', from: 'new' },
      ],
    }),
    toggling(world, 'old', false, {
      forward: [{ do: 'stop', side: 'old' }],
      back: [
        { do: 'start', side: 'old' },
        { do: 'prove', side: 'old' },
      ],
    }),
    toggling(world, 'kept', false, { forward: [], back: 'irreversible' }, 'the old side is gone for good'),
    {
      nature: 'waits',
      kind: 'soak',
      summary: 'looks for a while',
      spec: z.strictObject({}),
      example: {},
      targets: [],
      traffic: () => ({ forward: [{ do: 'prove', side: 'new' }], back: [] }),
      preflight: async () => [],
      policy: () => ({ ...POLICY, hold: 30_000, failureThreshold: 1, inconclusive: 'pause' }),
      observe: async () => faulty(world.faults.get('see:soak')) ?? pass('all is well'),
    },
  ]
  return new Map(kinds.map((kind) => [kind.kind, kind]))
}

const LOCATION = { file: 'plan.yaml', line: 1, column: 1 }
const step = (id: string, kind: string, reaches?: string): PlanStep => ({
  id,
  kind,
  spec: {},
  gates: [],
  onFailure: 'rollback',
  location: LOCATION,
  ...(reaches !== undefined && { reaches }),
})

export const smallPlan = (change: (steps: readonly PlanStep[]) => readonly PlanStep[] = (steps) => steps): Plan => ({
  name: 'small',
  path: 'plan.yaml',
  text: 'name: small',
  site: { url: 'https://example.test/', expect: { status: 200 } },
  targets: { hosts: {} },
  states: ['nomad-only', 'both-running', 'k8s-only', 'nomad-removed'],
  steps: change([
    step('deploy', 'turn-new', 'both-running'),
    step('cut', 'turn-route', 'k8s-only'),
    step('soak', 'soak'),
    step('stop', 'turn-old'),
    step('purge', 'turn-kept', 'nomad-removed'),
  ]),
  singleWriter: false,
})

export interface SmallRun {
  readonly world: SmallWorld
  readonly disk: JournalDisk
  readonly plan?: Plan
  readonly goal?: Goal
  readonly clock?: Clock
  readonly killAt?: { readonly sequence: number; readonly durable: boolean }
  readonly events?: Event[]
  readonly change?: (dependencies: EngineDependencies) => EngineDependencies
  readonly approved?: readonly StepPreview[]
}

/** One process: runs the plan (or what `goal` says) on the world and the journal's disk. */
export async function runSmall(run: SmallRun): Promise<RunResult> {
  const { world, disk, events = [] } = run
  const clock = run.clock ?? createSelfAdvancingClock()
  const plan = run.plan ?? smallPlan()
  const never = new AbortController().signal
  const absent = (): never => {
    throw new Error('this world has no such target')
  }
  const ports: Ports = {
    clock,
    randomHex: () => 'abcd',
    visitor: {
      ask: async () => ({
        ok: true,
        status: world.on.get(world.on.get('route') ? 'new' : 'old') ? 200 : 503,
        headers: {},
        body: '',
        timings: {},
      }),
    },
    kubernetes: new Proxy({} as Ports['kubernetes'], { get: absent }),
    nomad: new Proxy({} as Ports['nomad'], { get: absent }),
    edge: new Proxy({} as Ports['edge'], { get: absent }),
  }
  const dependencies: EngineDependencies = {
    kinds: smallKinds(world),
    gates: new Map<string, GateKind<object>>(),
    ports,
    checks: [
      {
        target: 'site',
        check: async () => {
          const side = world.on.get('route') ? 'new' : 'old'
          return [{ what: `the site is answered by ${side}`, verdict: world.on.get(side) ? 'pass' : 'fail' }]
        },
      },
    ],
    emit: (event) => events.push(event),
    questions: { approve: async () => 'yes', confirmIrreversible: async () => ({ answer: 'yes', how: 'typed' }) },
    interrupt: { requested: never, now: never, signalName: () => 'SIGINT' },
    bundle: { write: async () => ({ path: 'bundle', sha256: '00' }) },
    process: { pid: 1, host: 'here', user: 'me', toolVersion: '0', lab: true, arguments: 'plan.yaml' },
  }
  const journal = memoryJournal(disk, () => clock.now(), run.killAt)
  const files = { list: async () => [], read: async () => '' }
  const snapshot = { schema: 1 as const, planPath: plan.path, planText: plan.text, listings: {}, files: {} }
  const goal: Goal = run.goal ?? { do: 'run', to: 'nomad-removed' }
  return execute(
    { plan, files, snapshot, journal, goal, journalPath: 'journal', ...(run.approved && { approved: run.approved }) },
    run.change?.(dependencies) ?? dependencies,
  )
}

/** What the world looks like, for comparing. */
export const picture = (world: SmallWorld): string =>
  [...world.on].map(([name, on]) => `${name}=${on ? 1 : 0}${world.half.has(name) ? '?' : ''}`).join(' ')
export const START = 'new=0 route=0 old=1 kept=1'
export const END = 'new=1 route=1 old=0 kept=0'
