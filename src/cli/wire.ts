import type { DryRun, PlanOptions, UserInterface, Application, RollbackPreview, StatusView } from './contract.ts'
import { dryRollback, dryRun } from './wire/dry-run.ts'
import { rollbackPlan, runPlan } from './wire/run.ts'
import { schema, validate } from './wire/plans.ts'
import { statusOfPlan } from './wire/status.ts'
import type { RunResult } from '../domain/event.ts'

/** The only place that knows both the engine and the adapters. */
export function createApplication(): Application {
  const redactions: ((text: string) => string)[] = []
  const onSecrets = (redact: (text: string) => string): void => void redactions.push(redact)
  return {
    run: (
      options: PlanOptions & { readonly to?: string; readonly amend: boolean; readonly preview?: DryRun },
      ui: UserInterface,
    ): Promise<RunResult> => runPlan(options, ui, onSecrets),
    rollback: (options, ui): Promise<RunResult> => rollbackPlan(options, ui, onSecrets),
    dryRun: (options, ui): Promise<DryRun> => dryRun(options, ui, onSecrets),
    dryRollback: (options): Promise<RollbackPreview> => dryRollback(options),
    status: (options): Promise<StatusView | undefined> => statusOfPlan(options, onSecrets),
    validate,
    schema,
    lab: async (options, announce, until) => (await import('./wire/lab.ts')).keepLab(options, announce, until),
    redact: (text) => redactions.reduce((redacted, redact) => redact(redacted), text),
  }
}
