import type { Event, RollingBack, StepPreview } from '../domain/event.ts'
import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Ports } from '../domain/ports/index.ts'
import type { GateAfterEffect, GateProgress } from '../domain/records.ts'
import type { Finding, GateKinds, RestoreFile, StepKinds, TargetName } from '../domain/step-kind.ts'

/** Proves that one target can be used, before anything is touched: reachable, credentials valid (long enough). */
export interface TargetCheck {
  /** `kubernetes`, `nomad`, `edge`, `site`. */
  readonly target: string
  /** With the session's ports, so that a look as a visitor is counted as one. */
  check(ports: Ports): Promise<readonly Finding[]>
}

/** What the engine asks a person. Without a terminal the answers come from flags, or the answer is `unanswerable`. */
export interface Questions {
  /** "Do this?" after the preview was shown. */
  approve(previews: readonly StepPreview[]): Promise<'yes' | 'no' | 'unanswerable'>
  /** The irreversible step: the person types `name`. */
  confirmIrreversible(
    question: { readonly step: string; readonly name: string; readonly why: string; readonly bundle: string },
    /** Aborts when the answer no longer matters. */
    withdrawn?: AbortSignal,
  ): Promise<{ readonly answer: 'yes'; readonly how: 'typed' | 'flag' | 'lab' } | { readonly answer: 'no' | 'unanswerable' }>
}

/** First Ctrl-C: finish or settle, record, stop. Second: now. */
export interface Interrupt {
  readonly requested: AbortSignal
  readonly now: AbortSignal
  readonly signalName: () => 'SIGINT' | 'SIGTERM' | 'SIGHUP'
}

/** Writes the restore bundle and reads it back; rejects when what came back differs. */
export interface RestoreBundle {
  write(files: readonly RestoreFile[]): Promise<{ readonly path: string; readonly sha256: string }>
}

/** Everything that a run needs; `cli/wire` builds it. */
export interface EngineDependencies {
  readonly kinds: StepKinds
  readonly gates: GateKinds
  readonly ports: Ports
  /** Fills in a template of a step's field; left out where no step has one. */
  readonly resolve?: (template: string, where: string) => Promise<string>
  readonly checks: readonly TargetCheck[]
  /** The targets that this process uses: what its steps need, forward and back. Left out: all. */
  readonly targets?: ReadonlySet<TargetName>
  readonly emit: (event: Event) => void
  readonly questions: Questions
  readonly interrupt: Interrupt
  readonly bundle: RestoreBundle
  /**
   * What differs between a preview that was saved and what would be done, in words. Left out: `savedDifference`; a saved one without its
   * secrets needs more.
   */
  readonly heldToSaved?: (saved: StepPreview, fresh: StepPreview) => Promise<readonly string[]>
  /** The lab caps long holds here (and says so); left out on real targets. */
  readonly adjustPolicy?: (policy: GatePolicy) => GatePolicy
  readonly process: {
    readonly pid: number
    readonly host: string
    readonly user: string
    readonly toolVersion: string
    readonly lab: boolean
    /** What follows `jmc-migrate run`, so that a person's next command is about the same run: "plans/x.yaml --lab". */
    readonly arguments: string
  }
}

/** Where a run is, folded from its journal; what `status` shows, before the live look. */
export interface StatusReport {
  readonly plan: string
  readonly runId: string
  readonly startedAt: number
  readonly states: readonly { readonly name: string; readonly reachedAt?: number; readonly current: boolean }[]
  readonly steps: readonly StepStatus[]
  readonly mode: 'forward' | 'rolling-back' | 'paused' | 'stuck' | 'finished' | 'rolled-back' | 'interrupted'
  readonly rollingBack?: RollingBack
  readonly why?: string
  readonly evidence: readonly string[]
  readonly manual: readonly string[]
  /** The process at work now, if any holds the lock. */
  readonly heldBy?: { readonly pid: number; readonly host: string; readonly user: string; readonly since: number }
  readonly rollback:
    | { readonly possible: true; readonly to: string }
    | { readonly possible: false; readonly why: string; readonly bundle?: string }
  /** Commands to type next, most useful first. */
  readonly next: readonly string[]
  readonly lastRecordAt: number
}

export interface StepStatus {
  readonly id: string
  readonly kind: string
  readonly reaches?: string
  readonly phase: 'pending' | 'applying' | 'waiting' | 'gating' | 'done' | 'failed' | 'undoing' | 'undone'
  readonly gate?: { readonly name: GateAfterEffect; readonly progress: GateProgress; readonly holdMs: number }
}
