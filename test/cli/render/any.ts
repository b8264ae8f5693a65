import fc from 'fast-check'
import type { DryRun, StatusView } from '../../../src/cli/contract.ts'
import type { Change } from '../../../src/domain/change.ts'
import type { Event, RollbackReport, RunEnd, RunResult, StepPreview, Whereabouts } from '../../../src/domain/event.ts'
import { DEFAULT_GATE_POLICY } from '../../../src/domain/gate-policy.ts'
import type { Json } from '../../../src/domain/json.ts'
import type { Observation } from '../../../src/domain/observation.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import type { GateProgress } from '../../../src/domain/records.ts'
import type { VisitorShare, VisitorsNow } from '../../../src/domain/visitors.ts'

/** Arbitrary data of the domain: texts of any length and alphabet, as servers and plans may hold them. */
export const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom(
    '',
    '\t\ttabs',
    '日本語のとても長い文がここに続きます。'.repeat(5),
    '\u001B[31mred\u001B[0m',
    '\u202Eevil',
    'x'.repeat(300),
  ),
)
const texts = fc.array(text, { maxLength: 3 })
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })
const amount = fc.nat({ max: 10_000_000 })

const location = fc.record({
  file: text,
  line: fc.nat(99_999),
  column: fc.integer({ min: 1, max: 400 }),
  text: optional(text),
  length: optional(fc.nat(300)),
})
export const problem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constantFrom('unknown-field', 'edge-file-changed'),
  summary: text,
  attempted: optional(text),
  details: optional(texts),
  next: texts,
  location: optional(location),
  cause: optional(text),
  effect: fc.constantFrom(undefined, 'no' as const, 'unknown' as const),
})

const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)
const value = fc.oneof(json, text, fc.constant(undefined))
export const change: fc.Arbitrary<Change> = fc.record({
  system: fc.constantFrom('kubernetes', 'nomad', 'traefik', 'else'),
  object: fc.oneof(text, fc.constant('Secret default/s')),
  action: fc.constantFrom('create' as const, 'update' as const, 'delete' as const, 'stop' as const),
  before: value,
  after: value,
  notCheckable: optional(text),
  remarks: optional(texts),
})
const policy = fc.constant({ ...DEFAULT_GATE_POLICY, hold: 300_000 })
export const preview: fc.Arbitrary<StepPreview> = fc.record({
  step: text,
  kind: text,
  reaches: optional(text),
  changes: fc.array(change, { maxLength: 3 }),
  waits: optional(fc.record({ what: text, policy })),
  gates: fc.array(fc.record({ kind: text, policy }), { maxLength: 2 }),
  basis: fc.constant([]),
  warnings: texts,
  ifItFails: fc.oneof(fc.record({ rollbackTo: text }), fc.record({ pause: text })),
  irreversible: optional(text),
})
const finding = fc.record({
  what: text,
  verdict: fc.constantFrom('pass' as const, 'warn' as const, 'fail' as const),
  problem: optional(problem),
})
export const dryRun: fc.Arbitrary<DryRun> = fc.record({
  schema: fc.constant(1 as const),
  plan: text,
  planDigest: text,
  files: fc.dictionary(text, text),
  from: text,
  to: text,
  lab: fc.boolean(),
  findings: fc.array(fc.record({ target: text, finding }), { maxLength: 3 }),
  steps: fc.array(preview, { maxLength: 3 }),
})

export const report: fc.Arbitrary<RollbackReport> = fc.record({
  cause: fc.constantFrom('automatic' as const, 'commanded' as const),
  reason: text,
  failedStep: optional(text),
  evidence: texts,
  from: text,
  to: text,
  verified: texts,
  undone: texts,
  left: texts,
  visitors: fc.record({ observations: amount, wrong: amount, wrongForMs: amount }),
  ms: amount,
})
const share = fc.constantFrom<VisitorShare>({ old: 100, new: 0 }, { old: 95, new: 5 }, { old: 0, new: 100, spare: 'old' })
export const visitors: fc.Arbitrary<VisitorsNow> = fc.oneof(
  fc.record({
    seen: fc.constant(true as const),
    at: amount,
    share,
    how: text,
    answer: fc.record({ verdict: fc.constantFrom('pass' as const, 'pending' as const, 'inconclusive' as const), reason: text }),
  }),
  fc.record({ seen: fc.constant(false as const), why: text, last: optional(fc.record({ at: amount, share })) }),
)
const rollingBack = fc.record({ to: text, left: texts, whole: fc.boolean() })
const whereabouts: fc.Arbitrary<Whereabouts> = fc.record({
  visitors: optional(visitors),
  inPlace: optional(
    fc.array(fc.record({ step: text, changes: fc.array(change, { maxLength: 3 }), unsettled: fc.constantFrom(undefined, true as const) }), {
      maxLength: 3,
    }),
  ),
  rollingBack: optional(rollingBack),
  noWayBack: optional(text),
  ahead: optional(text),
})
const end: fc.Arbitrary<RunEnd> = fc.oneof(
  fc.record({ outcome: fc.constant('done' as const), state: text, bundle: optional(text) }),
  fc.record({ outcome: fc.constant('rolled-back' as const), state: text, cause: fc.constant('automatic' as const), report }),
  fc.record({ outcome: fc.constant('failed' as const), state: text, problems: fc.array(problem, { minLength: 1, maxLength: 3 }) }),
  fc.record({ outcome: fc.constant('declined' as const), state: text, step: optional(text) }),
  fc.record({ outcome: fc.constant('paused' as const), state: text, step: optional(text), reason: text, evidence: texts, next: texts }),
  fc.record({ outcome: fc.constant('stuck' as const), state: text, step: text, problem, manual: fc.constant([]) }),
  fc.record({ outcome: fc.constant('interrupted' as const), state: text, signal: fc.constantFrom('SIGINT' as const, 'SIGTERM' as const) }),
)

export const result: fc.Arbitrary<RunResult> = fc.tuple(end, whereabouts).map(([ended, where]) => ({ ...ended, ...where }))

const progress: fc.Arbitrary<GateProgress> = fc.record({
  phase: fc.constantFrom('settling' as const, 'holding' as const, 'passed' as const, 'failed' as const),
  successesInARow: amount,
  observations: amount,
  passed: amount,
  failed: amount,
  inconclusive: amount,
  observedHoldMs: amount,
  unobservedMs: amount,
})
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({
    verdict: fc.constantFrom('pass' as const, 'pending' as const, 'fail' as const, 'inconclusive' as const),
    reason: text,
  }),
  fc.record({ verdict: fc.constant('inconclusive' as const), reason: text, tooLittle: text }),
)
const gate = { step: text, gate: fc.constantFrom('own' as const, 0), kind: text, progress }
const direction = fc.constantFrom('apply' as const, 'undo' as const)

export const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    type: fc.constant('run-started' as const),
    runId: text,
    plan: text,
    resumed: fc.boolean(),
    state: text,
    goal: text,
    lab: fc.boolean(),
    journal: text,
  }),
  fc.record({ type: fc.constant('preflight-finding' as const), target: text, finding }),
  fc.record({ type: fc.constant('preflight-finished' as const), passed: amount, warnings: amount, failed: amount }),
  fc.record({ type: fc.constant('step-previewed' as const), preview }),
  fc.record({ type: fc.constant('step-started' as const), step: text, kind: text, index: fc.nat(9), of: fc.nat(9), direction }),
  fc.record({ type: fc.constant('step-progress' as const), step: text, message: text }),
  fc.record({ type: fc.constant('effect-started' as const), step: text, direction, changes: fc.array(change, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('effect-failed' as const), step: text, direction, problem }),
  fc.record({
    type: fc.constant('settled' as const),
    step: text,
    direction,
    settlement: fc.oneof(
      fc.record({ status: fc.constantFrom('partial' as const, 'foreign' as const, 'unknown' as const), reason: text }),
      fc.record({ status: fc.constantFrom('none' as const, 'done' as const) }),
    ),
  }),
  fc.record({ type: fc.constant('gate-started' as const), ...gate, policy }),
  fc.record({ type: fc.constant('observed' as const), ...gate, policy, observation }),
  fc.record({ type: fc.constant('gate-passed' as const), ...gate, reason: text, ms: amount }),
  fc.record({
    type: fc.constant('gate-failed' as const),
    ...gate,
    reason: text,
    evidence: texts,
    verdict: fc.constantFrom('fail' as const, 'inconclusive' as const),
  }),
  fc.record({ type: fc.constant('step-done' as const), step: text, ms: amount }),
  fc.record({ type: fc.constant('state-reached' as const), state: text, step: text }),
  fc.record({
    type: fc.constant('rollback-started' as const),
    from: text,
    to: text,
    cause: fc.constant('automatic' as const),
    reason: text,
    failedStep: optional(text),
    evidence: texts,
    steps: texts,
  }),
  fc.record({ type: fc.constant('step-undone' as const), step: text, verified: text, ms: amount }),
  fc.record({ type: fc.constant('rollback-finished' as const), report }),
  fc.record({ type: fc.constant('bundle-written' as const), step: text, path: text, files: texts }),
  fc.record({
    type: fc.constant('watch-started' as const),
    policy: fc.record({ interval: amount, failureThreshold: fc.nat(9), within: amount }),
  }),
  fc.record({ type: fc.constant('watch-wrong' as const), reason: text }),
  fc.record({ type: fc.constant('watch-blind' as const), ms: amount, reason: text }),
  fc.record({ type: fc.constant('watch-sees' as const), afterMs: amount }),
  fc.record({ type: fc.constant('watch-tripped' as const), reason: text, evidence: texts }),
  fc.record({ type: fc.constant('relief-started' as const), step: text, affected: text, reason: text, evidence: texts }),
  fc.record({ type: fc.constant('relieved' as const), step: text, affected: text, verified: text, ms: amount }),
  fc.record({ type: fc.constant('relief-failed' as const), step: text, problem }),
  fc.record({ type: fc.constant('relief-ended' as const), step: text, affected: text, seen: text }),
  fc.record({ type: fc.constant('watch-ended' as const), looks: amount, wrong: amount, unseenMs: amount }),
  fc.record({ type: fc.constant('warning' as const), problem }),
  fc.record({ type: fc.constant('finished' as const), result }),
)

const phase = fc.constantFrom(
  'pending' as const,
  'applying' as const,
  'gating' as const,
  'done' as const,
  'failed' as const,
  'undone' as const,
)
const stepStatus = fc.record({
  id: text,
  kind: text,
  reaches: optional(text),
  phase,
  gate: optional(fc.record({ name: fc.constantFrom('own' as const, 0), progress, holdMs: amount })),
})

export const status: fc.Arbitrary<StatusView> = fc.record({
  journal: text,
  visitors: optional(visitors),
  live: fc.array(fc.record({ what: text, observation }), { maxLength: 3 }),
  lastRollback: optional(report),
  report: fc.record({
    plan: text,
    runId: text,
    startedAt: amount,
    states: fc.array(fc.record({ name: text, reachedAt: optional(amount), current: fc.boolean() }), { maxLength: 6 }),
    steps: fc.oneof(fc.array(stepStatus, { maxLength: 3 }), fc.array(stepStatus, { minLength: 10, maxLength: 12 })),
    mode: fc.constantFrom('forward' as const, 'stuck' as const, 'rolled-back' as const, 'interrupted' as const),
    rollingBack: optional(rollingBack),
    why: optional(text),
    evidence: texts,
    manual: fc.constant([]),
    heldBy: optional(fc.record({ pid: amount, host: text, user: text, since: amount })),
    rollback: fc.oneof(
      fc.record({ possible: fc.constant(true as const), to: text }),
      fc.record({ possible: fc.constant(false as const), why: text, bundle: optional(text) }),
    ),
    next: texts,
    lastRecordAt: amount,
  }),
})
