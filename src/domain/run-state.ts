import type { Json } from './json.ts'
import type { Side } from './observation.ts'
import type { Problem } from './problem.ts'
import type { BlobReference, ChangeSummary, GateAfterEffect, GateProgress, RollbackCause } from './records.ts'
import type { Settlement } from './step-kind.ts'

/** Where one step is. The in-between phases are what a crash can leave behind. */
export type StepPhase =
  /** Nothing of it is there. */
  | 'pending'
  /** The intent is on disk, the effect's outcome is not: `settle` must be asked. */
  | 'applying'
  /** The effect came back with an error; `settle` has not been asked yet. */
  | 'apply-failed'
  /** `settle` said that nothing (any more) of a failed effect is there. */
  | 'failed-clean'
  /** The effect (or, for a waiting step, its start) is behind us; its gates are not. */
  | 'gating'
  | 'gate-failed'
  | 'done'
  | 'undoing'
  | 'undo-failed'
  /** The undo's effect came back; it is not verified. */
  | 'undo-applied'

export interface StepProgress {
  readonly phase: StepPhase
  readonly undoRecord?: BlobReference
  readonly changes: readonly ChangeSummary[]
  /** Facts made durable during apply and undo, in order. */
  readonly notes: readonly Json[]
  readonly ownGatePassed: boolean
  /** How many of the plan's gates have passed. */
  readonly gatesPassed: number
  readonly gate?: { readonly name: GateAfterEffect; readonly progress: GateProgress }
  readonly failure?: StepFailure
  /** What `settle` last said of an effect whose outcome was not known. */
  readonly settlement?: Settlement
  /** What the phase was before the undo began, for an undo that provably changed nothing. */
  readonly before?: StepPhase
  readonly undoAttempts: number
}

export interface StepFailure {
  readonly reason: string
  readonly evidence: readonly string[]
  readonly side?: Side
  readonly inconclusive: boolean
  readonly problem?: Problem
}

export interface Rollback {
  readonly from: string
  readonly to: string
  readonly cause: RollbackCause
  readonly reason: string
  readonly failedStep?: string
  readonly failedSide?: Side
  readonly evidence: readonly string[]
  readonly startedAt: number
  readonly undone: readonly string[]
}

export interface FinishedRollback extends Rollback {
  readonly verified: readonly string[]
  readonly left: readonly string[]
  readonly visitors: { readonly observations: number; readonly wrong: number; readonly wrongForMs: number }
  readonly finishedAt: number
}

export interface Pause {
  readonly step?: string
  readonly reason: string
  readonly evidence: readonly string[]
  readonly next: readonly string[]
}

/** Visitors were taken off the old side, which failed while they were shared. */
export interface Relief {
  readonly step: string
  /** Who had it: "95% of visitors". */
  readonly affected: string
  readonly reason: string
  readonly evidence: readonly string[]
  readonly startedAt: number
  /** How all of them were last seen to be on the new side; undefined: not seen yet. */
  readonly verified?: string
  /** True: what is known of it is another process' knowledge (or this one could not do it): it is done and looked at again first. */
  readonly stale?: true
  /** True: the old side answers again; until the step has been applied anew, its share is still on the new side. */
  readonly ended?: true
}

/** Folded from the journal, never stored. */
export interface RunState {
  readonly runId: string
  readonly planName: string
  readonly planPath: string
  readonly startedAt: number
  readonly lastRecordAt: number
  readonly snapshot?: BlobReference
  readonly lab: boolean
  /** States in the order they were reached and still hold; the first state of the plan is not among them. */
  readonly reached: readonly { readonly state: string; readonly step: string; readonly at: number }[]
  readonly steps: ReadonlyMap<string, StepProgress>
  /** The watch's budget was crossed, and nothing has been done about it yet. */
  readonly tripped?: { readonly reason: string; readonly evidence: readonly string[]; readonly side?: Side }
  /** Set until the old side answers again, or a later step leaves it. */
  readonly relief?: Relief
  /** Set while a rollback is under way. */
  readonly rollback?: Rollback
  /** The last rollback that was finished and verified, until the run goes forward again. */
  readonly rolledBack?: FinishedRollback
  readonly paused?: Pause
  readonly stuck?: { readonly step: string; readonly problem: Problem; readonly manual: readonly string[] }
  readonly process?: {
    readonly pid: number
    readonly host: string
    readonly user: string
    readonly since: number
    readonly ended?: 'ended' | 'interrupted'
  }
  readonly bundle?: { readonly path: string; readonly files: readonly string[] }
  readonly finished?: { readonly state: string; readonly at: number }
}

export const PENDING_STEP: StepProgress = {
  phase: 'pending',
  changes: [],
  notes: [],
  ownGatePassed: false,
  gatesPassed: 0,
  undoAttempts: 0,
}

export const EMPTY_RUN: RunState = {
  runId: '',
  planName: '',
  planPath: '',
  startedAt: 0,
  lastRecordAt: 0,
  lab: false,
  reached: [],
  steps: new Map(),
}

/** Nothing of the step is there: it has not begun, or its failed effect left nothing. */
export const isUntouched = (state: RunState, step: string): boolean => ['pending', 'failed-clean'].includes(progressOf(state, step).phase)

/** Its undo was begun, and is not verified. */
export const isInItsUndo = ({ phase }: StepProgress): boolean => phase === 'undoing' || phase === 'undo-failed' || phase === 'undo-applied'

export const progressOf = (state: RunState, step: string): StepProgress => state.steps.get(step) ?? PENDING_STEP

/** The state in force: the last one reached, or the plan's first. */
export const currentState = (state: RunState, first: string): string => state.reached.at(-1)?.state ?? first
