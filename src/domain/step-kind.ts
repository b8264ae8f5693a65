import type { Change, Preview } from './change.ts'
import type { DescribedKind, TargetName } from './described-kind.ts'
import type { AnyGateKind } from './gate-kind.ts'
import type { GatePolicy } from './gate-policy.ts'
import type { Json } from './json.ts'
import type { Observation, Side } from './observation.ts'
import type { Plan, PlanStep } from './plan.ts'
import type { PlanFiles, Ports } from './ports/index.ts'
import type { Problem } from './problem.ts'
import type { Relief } from './relief.ts'
import type { ObjectsContext, RenderedChart, RenderedObject } from './rendered-object.ts'
import type { SideDoors } from './side-doors.ts'
import type { StepTraffic } from './traffic.ts'
import type { VisitorShare } from './visitors.ts'

export type * from './described-kind.ts'
export type * from './gate-kind.ts'

/** All that a kind's functions may use. Nothing else of the process is theirs: no console, no clock, no file system. */
export interface StepContext<Spec> {
  readonly spec: Spec
  readonly step: string
  readonly plan: Plan
  /** Marks what we make; `preview` in a dry run. */
  readonly runId: string
  /** Set where steps before this one may be done in the preview alone: what they would leave behind is not in the world yet. */
  readonly previewing?: true
  readonly ports: Ports
  readonly files: PlanFiles
  /**
   * A template of the spec with its references filled in, asked for late. `where` names the field, for problems. Rejects with
   * `unset-variable`, `empty-value`, `command-failed`, `bad-template`, or what the disk says of a file. In the lab it gives stand-ins.
   */
  readonly resolve: (template: string, where: string) => Promise<string>
  /** Aborts when the person said "now" or a time budget ended. */
  readonly signal: AbortSignal
  /**
   * Aborts when the run is to stop where it stands well: an effect that waits between its parts ends there by throwing this signal's reason,
   * and is settled as after a crash.
   */
  readonly stop?: AbortSignal
  /** How long an effect may wait between its parts, milliseconds: as long as the most patient gate of the step may take to settle. */
  readonly patience?: number
  /** One line about what is being waited for; shown live, not recorded. */
  readonly progress: (message: string) => void
  /**
   * What must go on holding now: because of the steps that are finished (and in gates and after apply because of this one), and for the
   * sake of those that are still to come.
   */
  readonly standing: readonly StandingCheck[]
  /**
   * Undo records of the steps before this one whose effect is there, by step id; in a preview also those that steps not yet done are
   * predicted to have. Only for a kind that goes on with what another step of its own family began.
   */
  readonly earlier: ReadonlyMap<string, Json>
  /** Ids of the steps that the rollback under way has still to undo, this one included; empty while going forward. */
  readonly undoing: ReadonlySet<string>
  /** How each side is asked through the real edge, where a finished step has opened its doors. */
  readonly doors: SideDoors | undefined
  /** True: visitors were taken off the old side's share of this step (`Relief`), and that was seen. */
  readonly relieved?: boolean
}

/**
 * Something that must stay true once a step is done: its pods are ready, its route wins, the old side can still answer.
 * A soak watches all of them without knowing the kinds they come from; `status` asks them too.
 */
export interface StandingCheck {
  readonly about: 'kubernetes-ready' | 'traefik-route' | 'old-side' | 'nomad-job' | 'nomad-agent'
  /** In a sentence after "checks": "the 4 objects of step deploy are ready". */
  readonly what: string
  readonly side: Side
  /** Of a check of the visitors' route: where they are while it holds. */
  readonly share?: VisitorShare
  observe(): Promise<Observation>
}

/** What really happened, asked after a crash or a failure instead of guessing. */
export type Settlement =
  /** The world is as before. */
  | { readonly status: 'none' }
  /** Some of it is there, all of it ours. */
  | { readonly status: 'partial'; readonly reason: string }
  | { readonly status: 'done' }
  /** Something is there under our name that we did not make. */
  | { readonly status: 'foreign'; readonly reason: string }
  /** Could not be seen. */
  | { readonly status: 'unknown'; readonly reason: string }

/** One finding before anything is touched: a right that apply or undo needs, a credential, a trap. */
export interface Finding {
  /** "may patch deployments in namespace default". */
  readonly what: string
  readonly verdict: 'pass' | 'warn' | 'fail'
  /** Set unless `pass`. */
  readonly problem?: Problem
}

/** A file of the restore bundle, for a human: path inside the bundle and content. */
export interface RestoreFile {
  readonly path: string
  readonly bytes: Uint8Array
  /** One line for the bundle's README: how to use it. */
  readonly use: string
}

/** A fact to keep although the process may die a moment later: a UID just created. Resolves when it is on disk. */
export type Note<NoteValue extends Json> = (note: NoteValue) => Promise<void>

interface StepKindBase<Spec> extends DescribedKind<Spec> {
  /** True: it watches all that must go on holding (`standing`), also for the sake of steps still to come, so it needs their targets. */
  readonly watchesStanding?: boolean
  /** Pure. What it needs of and does to visitors, given the steps of the plan before it. */
  traffic(spec: Spec, before: readonly PlanStep[]): StepTraffic
  /** Pure. Whether it opens doors to both sides (`openDoors` says which), closes them, or cannot work without them; undefined: none of these. */
  doors?(spec: Spec): 'opens' | 'closes' | 'needs' | undefined
  /** Paths (relative to the plan) whose content belongs to the plan's snapshot. */
  files?(spec: Spec): readonly string[]
  /** Pure. Texts of the spec that may hold templates, with their fields: all that are not set are named at once, before anything is touched. */
  templates?(spec: Spec): readonly { readonly template: string; readonly where: string }[]
  /** Pure. Values that the spec hands on as they are written, with their fields: a secret among them lies in the plan and in the run's snapshot. */
  literals?(spec: Spec): readonly { readonly value: string; readonly where: string }[]
  /** Host names of visitors that the step is about, with where they are said; a rule compares them all to the site's. */
  hosts?(spec: Spec, files: PlanFiles): Promise<readonly { readonly host: string; readonly where: string }[]>
  /** The Kubernetes objects that it will send, without asking a cluster: what policies are about. */
  objects?(context: ObjectsContext<Spec>): Promise<readonly RenderedObject[]>
  charts?(context: ObjectsContext<Spec>): Promise<readonly RenderedChart[]>
  /** Pure checks of the spec against the whole plan beyond its schema ("through names no …"). */
  check?(spec: Spec, plan: Plan): readonly Problem[]
  /** Pure. What is allowed, but hardly meant: told, and the plan is still good. */
  warnings?(spec: Spec, plan: Plan): readonly Problem[]
  /** All that apply AND undo need, before the first effect of the whole plan. */
  preflight(context: StepContext<Spec>): Promise<readonly Finding[]>
}

/** How an effect is done, asked about and looked at; forward and back have the same shape. */
export interface Undo<Spec, UndoRecord extends Json, NoteValue extends Json> {
  /**
   * Restores, from any prefix of apply; idempotent; never touches what this run did not make. Proves the side that visitors return to
   * before moving them.
   */
  apply(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[], note: Note<NoteValue>): Promise<void>
  /** `none`: nothing of the undo has happened yet (or all of apply is still there); `done`: the world is as before apply. */
  settle(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): Promise<Settlement>
  /** One look: is the world as before apply, also for visitors. */
  verify(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): Promise<Observation>
  /** Exact commands for a person when the undo fails. */
  manual(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): readonly string[]
}

export interface Irreversible {
  /** "a purged job and its allocations are gone from Nomad for good". */
  readonly irreversible: string
}

/** A kind with an effect. */
export interface ActingStepKind<Spec, UndoRecord extends Json, NoteValue extends Json> extends StepKindBase<Spec> {
  readonly nature: 'acts'
  /** How `verify` is repeated after apply (and after undo, unless `undoGate` says otherwise); the plan's own gates come after it. */
  defaultGate(spec: Spec): GatePolicy
  /** How the `verify` of the undo is repeated, where what the effect has to be watched for is no matter on the way back. */
  undoGate?(spec: Spec): GatePolicy
  /** The preview rests on nothing that steps before it have not done yet: it is made beside theirs, with nothing predicted. */
  readonly previewsAlone?: true
  /** Reads only. `predicted`: changes that steps before this one have not made yet. */
  preview(context: StepContext<Spec>, predicted: readonly Change[]): Promise<Preview<UndoRecord>>
  /** Does exactly the previewed changes. Idempotent. Rejects with a ProblemError; its `effect` says whether anything may have happened. */
  apply(context: StepContext<Spec>, undoRecord: UndoRecord, note: Note<NoteValue>, notes: readonly NoteValue[]): Promise<void>
  settle(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): Promise<Settlement>
  /** One observation: is the effect there and working. */
  verify(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): Promise<Observation>
  readonly undo: Undo<Spec, UndoRecord, NoteValue> | Irreversible
  /** While visitors are shared: the way forward when the old side fails. */
  readonly relief?: Relief<Spec, UndoRecord>
  /** For an irreversible kind: what a person must type. */
  confirmation?(spec: Spec): string
  /** What must go on holding once the step is done. */
  standing?(context: StepContext<Spec>, undoRecord: UndoRecord, notes: readonly NoteValue[]): readonly StandingCheck[]
  /** The doors as this step, once it is done, leaves them; undefined: as they were. */
  openDoors?(context: StepContext<Spec>, undoRecord: UndoRecord): SideDoors | 'closed' | undefined
  /** Subjects of earlier steps' standing checks that end once this step is done: nobody can be asked about them any more, or this step asks in their place. */
  readonly ends?: readonly StandingCheck['about'][]
  /** What must go on holding until the step is done: the job that it will stop still runs, so that there is a way back. */
  standingUntil?(context: StepContext<Spec>): readonly StandingCheck[]
  /**
   * While the step is not done, or undone again: one look whether visitors are elsewhere than it would move them, whoever may have moved
   * them. Asked before an undo takes that side down.
   */
  unmoved?(context: StepContext<Spec>): Promise<Observation>
  /** What a human would need to bring the old world back by hand. */
  restoreFiles?(context: StepContext<Spec>, undoRecord: UndoRecord): Promise<readonly RestoreFile[]>
}

/** A kind that only looks and waits: nothing to undo. */
export interface WaitingStepKind<Spec> extends StepKindBase<Spec> {
  readonly nature: 'waits'
  policy(spec: Spec): GatePolicy
  observe(context: StepContext<Spec>): Promise<Observation>
}

export type StepKind<Spec = unknown, UndoRecord extends Json = Json, NoteValue extends Json = Json> =
  | ActingStepKind<Spec, UndoRecord, NoteValue>
  | WaitingStepKind<Spec>

/**
 * A step kind with its type parameters forgotten, as the registry holds it: its functions are methods, whose parameters TypeScript compares both
 * ways. Sound because the engine only ever hands a kind values that the same kind produced: its parsed spec, its undo record, its notes.
 */
export type AnyStepKind = StepKind

/** Why what a kind does can never be undone; undefined where it can, or where it does nothing. */
export const irreversibleBecause = (kind: AnyStepKind | undefined): string | undefined =>
  kind?.nature === 'acts' && 'irreversible' in kind.undo ? kind.undo.irreversible : undefined

export type StepKinds = ReadonlyMap<string, AnyStepKind>

/** All targets that a kind uses with this spec; none where it is not registered. */
export const targetsUsed = (kind: AnyStepKind | AnyGateKind | undefined, spec: unknown): readonly TargetName[] =>
  kind === undefined ? [] : [...kind.targets, ...(kind.usesAlso?.(spec) ?? [])]
