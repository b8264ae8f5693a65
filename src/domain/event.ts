import type { Change } from './change.ts'
import type { GatePolicy } from './gate-policy.ts'
import type { Observation, Side } from './observation.ts'
import type { Problem } from './problem.ts'
import type { ChangeSummary, Direction, GateName, GateProgress, RollbackCause } from './records.ts'
import type { Finding, Settlement } from './step-kind.ts'
import type { VisitorsNow } from './visitors.ts'
import type { WatchPolicy } from './watch.ts'

/** The version of `--json` lines. Fields are added, never renamed, within a version. */
export const EVENT_SCHEMA = 1

/** What the engine says while it works. Nothing below `cli` prints; a live view, plain lines and `--json` are three readings of these. */
export type Event =
  | {
      readonly type: 'run-started'
      readonly runId: string
      readonly plan: string
      readonly resumed: boolean
      readonly state: string
      readonly goal: string
      readonly lab: boolean
      readonly journal: string
    }
  | { readonly type: 'preflight-started' }
  | { readonly type: 'preflight-finding'; readonly target: string; readonly finding: Finding }
  | {
      readonly type: 'preflight-finished'
      readonly passed: number
      readonly warnings: number
      readonly failed: number
      /** Ids of the steps after `--to`: what they need was not checked. */
      readonly later?: readonly string[]
    }
  | { readonly type: 'step-previewed'; readonly preview: StepPreview }
  | {
      readonly type: 'step-started'
      readonly step: string
      readonly kind: string
      readonly index: number
      readonly of: number
      readonly direction: Direction
    }
  | { readonly type: 'step-progress'; readonly step: string; readonly message: string }
  | {
      readonly type: 'effect-started'
      readonly step: string
      readonly direction: Direction
      readonly changes: readonly Pick<Change, 'system' | 'object' | 'action'>[]
    }
  | { readonly type: 'effect-done'; readonly step: string; readonly direction: Direction; readonly ms: number }
  | { readonly type: 'effect-failed'; readonly step: string; readonly direction: Direction; readonly problem: Problem }
  | { readonly type: 'settled'; readonly step: string; readonly direction: Direction; readonly settlement: Settlement }
  | {
      readonly type: 'gate-started'
      readonly step: string
      readonly gate: GateName
      readonly kind: string
      readonly policy: GatePolicy
      readonly progress: GateProgress
    }
  | {
      readonly type: 'observed'
      readonly step: string
      readonly gate: GateName
      readonly kind: string
      readonly observation: Observation
      readonly progress: GateProgress
      readonly policy: GatePolicy
    }
  | {
      readonly type: 'gate-passed'
      readonly step: string
      readonly gate: GateName
      readonly kind: string
      readonly progress: GateProgress
      readonly reason: string
      readonly ms: number
    }
  | {
      readonly type: 'gate-failed'
      readonly step: string
      readonly gate: GateName
      readonly kind: string
      readonly progress: GateProgress
      readonly reason: string
      readonly evidence: readonly string[]
      readonly side?: Side
      /** `inconclusive`: it could not decide; nothing is said to be wrong. */
      readonly verdict?: 'fail' | 'timeout' | 'inconclusive'
    }
  | { readonly type: 'step-done'; readonly step: string; readonly ms: number }
  | { readonly type: 'state-reached'; readonly state: string; readonly step: string }
  | {
      readonly type: 'rollback-started'
      readonly from: string
      readonly to: string
      readonly cause: RollbackCause
      readonly reason: string
      readonly failedStep?: string
      readonly evidence: readonly string[]
      readonly steps: readonly string[]
    }
  | { readonly type: 'step-undone'; readonly step: string; readonly verified: string; readonly ms: number }
  | { readonly type: 'rollback-finished'; readonly report: RollbackReport }
  | { readonly type: 'bundle-written'; readonly step: string; readonly path: string; readonly files: readonly string[] }
  /** Where there was nothing to do: how what was reached before looks now. */
  | { readonly type: 'looked'; readonly what: string; readonly observation: Observation }
  | { readonly type: 'watch-started'; readonly policy: WatchPolicy }
  /** The watch saw a visitor get a wrong answer. */
  | { readonly type: 'watch-wrong'; readonly reason: string }
  /** The watch has seen nothing for so long. */
  | { readonly type: 'watch-blind'; readonly ms: number; readonly reason: string }
  | { readonly type: 'watch-sees'; readonly afterMs: number }
  /** `side`: which of the two failed, where both could be asked and only one did. */
  | { readonly type: 'watch-tripped'; readonly reason: string; readonly evidence: readonly string[]; readonly side?: Side }
  /** Visitors are being taken off the old side, which fails while they are shared. */
  | {
      readonly type: 'relief-started'
      readonly step: string
      readonly affected: string
      readonly reason: string
      readonly evidence: readonly string[]
    }
  /** All visitors are on the new side, seen. */
  | { readonly type: 'relieved'; readonly step: string; readonly affected: string; readonly verified: string; readonly ms: number }
  | { readonly type: 'relief-failed'; readonly step: string; readonly problem: Problem }
  /** The old side answers again: the step is applied anew. */
  | { readonly type: 'relief-ended'; readonly step: string; readonly affected: string; readonly seen: string }
  | { readonly type: 'watch-ended'; readonly looks: number; readonly wrong: number; readonly unseenMs: number }
  | { readonly type: 'warning'; readonly problem: Problem }
  | { readonly type: 'finished'; readonly result: RunResult }

/** One step as a dry run shows it. */
export interface StepPreview {
  readonly step: string
  readonly kind: string
  readonly reaches?: string
  readonly changes: readonly Change[]
  /** For a waiting step: what it will look at and how long. */
  readonly waits?: { readonly what: string; readonly says?: string; readonly policy: GatePolicy }
  /** `says`: what it will look at and by which limits, in one line. */
  readonly gates: readonly { readonly kind: string; readonly says?: string; readonly policy: GatePolicy }[]
  readonly basis: readonly { readonly name: string; readonly sha256: string }[]
  readonly warnings: readonly string[]
  /** Where visitors are put if this step fails: a state, or `pause` for a step that cannot be undone. */
  readonly ifItFails: { readonly rollbackTo: string } | { readonly pause: string }
  /** Set on the step after which there is no way back. */
  readonly irreversible?: string
  /** What has to be typed, or given to `--confirm`, before that step. */
  readonly confirm?: string
}

/** What a rollback did, each line seen. */
export interface RollbackReport {
  readonly cause: RollbackCause
  readonly reason: string
  readonly failedStep?: string
  readonly evidence: readonly string[]
  readonly from: string
  readonly to: string
  readonly verified: readonly string[]
  readonly undone: readonly string[]
  /** What stays on purpose: namespaces, PVCs, a human's edit. */
  readonly left: readonly string[]
  /** Our own observations as a visitor during the run; the honest measure that we have. */
  readonly visitors: { readonly observations: number; readonly wrong: number; readonly wrongForMs: number }
  readonly ms: number
}

/** How a command ended, and what it leaves; the exit code is a function of it. */
export type RunResult = RunEnd & Whereabouts

/** What a person wants to know of every end. */
export interface Whereabouts {
  /** Left out where no step of the plan moves visitors. */
  readonly visitors?: VisitorsNow
  /** Steps whose effect is there by the journal, in the plan's order; `unsettled`: perhaps in part, or not at all. */
  readonly inPlace?: readonly { readonly step: string; readonly changes: readonly ChangeSummary[]; readonly unsettled?: true }[]
  readonly rollingBack?: RollingBack
  /** Why nothing leads back to the first state any more. */
  readonly noWayBack?: string
  /** The plan's last state, where it is not reached. */
  readonly ahead?: string
}

/** A rollback under way, whether a process is at it or not. */
export interface RollingBack {
  readonly to: string
  /** What it has still to undo, in that order. */
  readonly left: readonly string[]
  /** It leads to the first state, as one for which none is named. */
  readonly whole: boolean
}

/** How a command ended. */
export type RunEnd =
  | {
      readonly outcome: 'done'
      readonly state: string
      readonly bundle?: string
      /** It had been reached before; it was only looked at. */
      readonly nothingToDo?: true
    }
  /** A commanded rollback, verified. */
  | { readonly outcome: 'rolled-back'; readonly state: string; readonly cause: RollbackCause; readonly report: RollbackReport }
  | { readonly outcome: 'failed'; readonly state: string; readonly problems: readonly Problem[] }
  | { readonly outcome: 'declined'; readonly state: string; readonly step?: string }
  | {
      readonly outcome: 'paused'
      readonly state: string
      readonly step?: string
      readonly reason: string
      readonly evidence: readonly string[]
      readonly next: readonly string[]
    }
  | {
      readonly outcome: 'stuck'
      readonly state: string
      readonly step: string
      readonly problem: Problem
      readonly manual: readonly string[]
    }
  | { readonly outcome: 'interrupted'; readonly state: string; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
