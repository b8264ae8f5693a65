import type { Named } from './command-line.ts'
import type { PlanOptions } from './contract.ts'
import type { General } from './screen.ts'

/** Flags of `run` as commander hands them over. */
export interface RunFlags {
  readonly to?: string
  readonly dryRun?: boolean
  readonly lab?: boolean
  readonly labFault?: readonly string[]
  readonly yes?: boolean
  readonly confirm?: readonly string[]
  readonly amend?: boolean
  readonly out?: string
  readonly preview?: string
  readonly detailedExitcode?: boolean
  readonly stateDir?: string
}

export interface RollbackFlags {
  readonly to?: string
  readonly dryRun?: boolean
  readonly lab?: boolean
  readonly yes?: boolean
  readonly stateDir?: string
}

export interface LookFlags {
  readonly lab?: boolean
  readonly labFault?: readonly string[]
  readonly stateDir?: string
}

/** Languages of a report for other tools: SARIF 2.1.0 and JUnit XML, as code hosts and CI systems read them. */
export const REPORT_FORMATS = ['text', 'sarif', 'junit'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** What the user asked for, understood; nothing has been done yet. */
export type Invocation = { readonly general: General } & (
  | { readonly command: 'run'; readonly plan: string; readonly flags: RunFlags }
  | { readonly command: 'rollback'; readonly plan: string; readonly flags: RollbackFlags }
  | { readonly command: 'status'; readonly plan: string; readonly flags: LookFlags }
  | { readonly command: 'validate'; readonly plans: readonly string[]; readonly format: ReportFormat }
  | { readonly command: 'schema' }
  | { readonly command: 'lab'; readonly plan: string | undefined; readonly flags: LookFlags }
)

/** The options that every command on one plan shares. */
export function planOptions(plan: string, flags: LookFlags): PlanOptions {
  return {
    plan,
    lab: flags.lab ?? false,
    labFaults: flags.labFault ?? [],
    ...(flags.stateDir !== undefined && { stateDir: flags.stateDir }),
  }
}

/** The same, as far as it has to be typed again. */
export function named(plan: string, flags: LookFlags): Named {
  return { plan, lab: flags.lab ?? false, ...(flags.stateDir !== undefined && { stateDir: flags.stateDir }) }
}
