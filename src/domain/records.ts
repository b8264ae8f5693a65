import type { Change } from './change.ts'
import type { Json } from './json.ts'
import type { Side } from './observation.ts'
import type { Problem } from './problem.ts'
import type { Settlement } from './step-kind.ts'

/** The version of the journal's records; a newer one is refused. */
export const JOURNAL_SCHEMA = 1

/** Bytes beside the journal, by content: `sha256` lower-case hex. */
export interface BlobReference {
  readonly sha256: string
  readonly size: number
}

export type Direction = 'apply' | 'undo'

/** A change without its before and after: what the journal and reports say of it. The rest is in the blob. */
export type ChangeSummary = Pick<Change, 'system' | 'object' | 'action'>

/** How far a gate has come; hold time counts only while observed. */
export interface GateProgress {
  readonly phase: 'settling' | 'holding' | 'passed' | 'failed'
  readonly successesInARow: number
  readonly observations: number
  readonly passed: number
  readonly failed: number
  readonly inconclusive: number
  /** Looks that saw, and had too little yet to judge by. */
  readonly gathering?: number
  readonly observedHoldMs: number
  /** Time that passed without observations close enough together: a dead process, a sleeping laptop. */
  readonly unobservedMs: number
  /** Wall clock (milliseconds) of the last observation, so that a resumed hold knows how long nobody looked. */
  readonly lastObservedAt?: number
}

/** Which gate after a step's effect: its own (`verify`, or a waiting kind's `observe`), or one of the plan's by index. */
export type GateAfterEffect = 'own' | number

/** `before`: the look right before an effect. Only its failure is recorded: a good one is soon out of date. */
export type GateName = 'before' | GateAfterEffect

export type RollbackCause = 'commanded' | 'automatic'

/** What happened, in the order it happened. The state of a run is folded from these and is stored nowhere else. */
export type JournalRecord =
  | {
      readonly type: 'run-started'
      readonly schema: number
      readonly runId: string
      readonly planName: string
      readonly planPath: string
      /** Snapshot of the plan and the files it refers to (JSON: see engine/snapshot). */
      readonly snapshot: BlobReference
      readonly toolVersion: string
      readonly lab: boolean
    }
  | {
      readonly type: 'process-attached'
      readonly pid: number
      readonly host: string
      readonly user: string
      readonly command: 'run' | 'rollback'
      readonly goal: string
    }
  | { readonly type: 'process-detached'; readonly how: 'ended' | 'interrupted' }
  | { readonly type: 'plan-amended'; readonly snapshot: BlobReference; readonly difference: readonly string[] }
  | { readonly type: 'preflight-passed'; readonly findings: number; readonly warnings: readonly string[] }
  /** Written, durable, before the first effect of the step in that direction. */
  | {
      readonly type: 'intent'
      readonly step: string
      readonly direction: 'apply'
      readonly undoRecord: BlobReference
      readonly changes: readonly ChangeSummary[]
      /** Names and SHA-256 of the facts that the preview rested on. */
      readonly basis: readonly { readonly name: string; readonly sha256: string }[]
    }
  | { readonly type: 'intent'; readonly step: string; readonly direction: 'undo' }
  | { readonly type: 'note'; readonly step: string; readonly direction: Direction; readonly note: Json }
  /** The effect's function came back. */
  | { readonly type: 'effect-done'; readonly step: string; readonly direction: Direction }
  | { readonly type: 'effect-failed'; readonly step: string; readonly direction: Direction; readonly problem: Problem }
  /** What was really there, asked after a crash or a failure. */
  | { readonly type: 'settled'; readonly step: string; readonly direction: Direction; readonly settlement: Settlement }
  /** A waiting step began to look. */
  | { readonly type: 'wait-started'; readonly step: string }
  | { readonly type: 'gate-progress'; readonly step: string; readonly gate: GateAfterEffect; readonly progress: GateProgress }
  | {
      readonly type: 'gate-passed'
      readonly step: string
      readonly gate: GateAfterEffect
      readonly progress: GateProgress
      readonly reason: string
    }
  | {
      readonly type: 'gate-failed'
      readonly step: string
      readonly gate: GateName
      readonly progress: GateProgress
      readonly reason: string
      readonly evidence: readonly string[]
      readonly side?: Side
      /** `inconclusive` where nothing was seen to fail. */
      readonly verdict: 'fail' | 'timeout' | 'inconclusive'
    }
  | { readonly type: 'step-done'; readonly step: string }
  | { readonly type: 'state-reached'; readonly state: string; readonly step: string }
  | {
      readonly type: 'rollback-started'
      readonly to: string
      readonly cause: RollbackCause
      readonly reason: string
      readonly failedStep?: string
      readonly failedSide?: Side
      readonly evidence: readonly string[]
    }
  /** The undo of this step was verified (or it had nothing to undo). */
  | {
      readonly type: 'step-undone'
      readonly step: string
      readonly verified: string
      /** What of it stays on purpose, each with why; older journals do not say. */
      readonly left?: readonly string[]
    }
  | {
      readonly type: 'rollback-finished'
      readonly state: string
      readonly verified: readonly string[]
      readonly left: readonly string[]
      /** What our own requests as a visitor saw in the process that finished it. */
      readonly visitors: { readonly observations: number; readonly wrong: number; readonly wrongForMs: number }
    }
  | {
      readonly type: 'bundle-written'
      readonly step: string
      readonly path: string
      readonly sha256: string
      readonly files: readonly string[]
    }
  | { readonly type: 'confirmed'; readonly step: string; readonly how: 'typed' | 'flag' | 'lab' }
  | { readonly type: 'declined'; readonly step: string }
  /** Stands still on purpose: a person decides. */
  | {
      readonly type: 'paused'
      readonly step?: string
      readonly reason: string
      readonly evidence: readonly string[]
      readonly next: readonly string[]
    }
  /** An undo failed, or what happened cannot be told: the exact commands for a person. */
  | { readonly type: 'stuck'; readonly step: string; readonly problem: Problem; readonly manual: readonly string[] }
  /** The plan's watch saw more wrong answers than it tolerates. `side`: which of the two failed, where both could be asked and only one did. */
  | { readonly type: 'watch-tripped'; readonly reason: string; readonly evidence: readonly string[]; readonly side?: Side }
  /** Written, durable, before visitors are taken off the old side that fails; `affected`: "95% of visitors". */
  | {
      readonly type: 'relief-started'
      readonly step: string
      readonly affected: string
      readonly reason: string
      readonly evidence: readonly string[]
    }
  | { readonly type: 'relief-failed'; readonly step: string; readonly problem: Problem }
  /** All visitors were seen to be on the new side, and well. `evidence`: how the old side was seen to fail still, where that was looked at anew. */
  | { readonly type: 'relieved'; readonly step: string; readonly verified: string; readonly evidence?: readonly string[] }
  /** The old side was seen to answer again; written, durable, before the step is applied anew. */
  | { readonly type: 'relief-ended'; readonly step: string; readonly seen: string }
  /** What the watch of a process saw in all; milliseconds in which it saw nothing. */
  | { readonly type: 'watched'; readonly looks: number; readonly wrong: number; readonly unseenMs: number }
  | { readonly type: 'run-finished'; readonly state: string }

/** A record as the journal holds it. `hash` chains it to the one before. */
export interface JournalEntry {
  /** From 1, without gaps. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly record: JournalRecord
  /** SHA-256 (hex) over the previous hash and this entry. */
  readonly hash: string
}
