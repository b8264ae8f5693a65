import type { Event, RollbackReport, RunResult, StepPreview } from '../domain/event.ts'
import type { Observation } from '../domain/observation.ts'
import type { PolicyPack, PolicyReport } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import type { Finding } from '../domain/step-kind.ts'
import type { VisitorsNow } from '../domain/visitors.ts'
import type { Interrupt, Questions, StatusReport } from '../engine/contract.ts'

/** What every command that opens a plan is told. Paths are as the user typed them. */
export interface PlanOptions {
  readonly plan: string
  /** Default: `.jmc-migrate/FILE` beside the plan, named after its file (`.jmc-migrate/FILE.lab` with `lab`). */
  readonly stateDir?: string
  readonly lab: boolean
  readonly labFaults: readonly string[]
}

/** How a command talks to the person: the application never prints. */
export interface UserInterface {
  readonly emit: (event: Event) => void
  readonly questions: Questions
  readonly interrupt: Interrupt
}

/** A step's preview, and where the step stands in the whole plan (`index` from 0); a saved one has forgotten that. */
export type PlacedPreview = StepPreview & { readonly place?: { readonly index: number; readonly of: number } }

/** A dry run, whole: what is printed, what `--out` saves and what `--preview` holds the world to. */
export interface DryRun {
  readonly schema: 1
  readonly plan: string
  /** SHA-256 over the plan and the files it refers to. */
  readonly planDigest: string
  /** SHA-256 of each of those files, by the path that the plan says; the plan itself under its own name. */
  readonly files: Readonly<Record<string, string>>
  readonly from: string
  readonly to: string
  readonly lab: boolean
  readonly findings: readonly { readonly target: string; readonly finding: Finding }[]
  readonly steps: readonly PlacedPreview[]
  /** Ids of the steps after `to`: what they need was not checked. */
  readonly notChecked?: readonly string[]
  /** Left out where no step shows a secret. */
  readonly seals?: PreviewSeals
}

/** What steps with secrets were shown to do, kept without the secrets. */
export interface PreviewSeals {
  /** Of this preview only, hexadecimal: what is equal in two previews does not look equal. */
  readonly salt: string
  /** By step: a digest of all that is compared, secrets included, hexadecimal. */
  readonly steps: Readonly<Record<string, string>>
}

/** What a rollback would do, without doing it. */
export interface RollbackPreview {
  readonly from: string
  readonly to: string
  /** In the order they would be undone. */
  readonly steps: readonly { readonly step: string; readonly kind: string; readonly undo: readonly string[] }[]
  readonly impossible?: string
}

/** `status`: the folded journal and one live look. */
export interface StatusView {
  readonly report: StatusReport
  readonly live: readonly { readonly what: string; readonly observation: Observation }[]
  /** Left out where no step of the plan moves visitors. */
  readonly visitors?: VisitorsNow
  /** The plan names no site: there is nothing to say of visitors. */
  readonly withoutVisitors?: true
  /** The plan or its files are not what the run began with; `next` is what `run` does then: goes on with `--amend` only, begins anew with what is there, or refuses. */
  readonly edited?: { readonly difference: readonly string[]; readonly next: 'amends' | 'begins-anew' | 'refuses' }
  readonly lastRollback?: RollbackReport
  /** `rollback` command line to type, and so on, come with the report. */
  readonly journal: string
}

export interface ValidatedPlan {
  readonly path: string
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** For a valid plan: its name, and for each step where a failure leads. */
  readonly name?: string
  readonly steps?: number
  /** What the rules said of its objects; left out where it has none, or where they could not be rendered. */
  readonly policies?: { readonly packs: readonly PolicyPack[]; readonly report: PolicyReport }
}

/** Everything the commands can ask for; `wire.ts` builds it, tests give a fake. */
export interface Application {
  run(
    options: PlanOptions & { readonly to?: string; readonly amend: boolean; readonly preview?: DryRun },
    ui: UserInterface,
  ): Promise<RunResult>
  /** `shown`: what the person agreed to; under the lock it is that or nothing. */
  rollback(options: PlanOptions & { readonly to?: string; readonly shown?: RollbackPreview }, ui: UserInterface): Promise<RunResult>
  dryRun(options: PlanOptions & { readonly to?: string }, ui: Pick<UserInterface, 'emit' | 'interrupt'>): Promise<DryRun>
  dryRollback(options: PlanOptions & { readonly to?: string }): Promise<RollbackPreview>
  /** `undefined`: no run of this plan has been started. `plan` may also be a state folder. */
  status(options: PlanOptions): Promise<StatusView | undefined>
  validate(paths: readonly string[]): Promise<readonly ValidatedPlan[]>
  schema(): unknown
  /** Keeps a lab running for other tools until the signal aborts; `announce` gets the addresses once they listen. */
  lab(options: PlanOptions, announce: (lines: readonly string[]) => void, until: AbortSignal): Promise<void>
  /** Replaces secrets that were resolved in this process. */
  redact(text: string): string
}
