import { fromHere } from './application-from-here.ts'
import type { DryRun, PlanOptions, UserInterface, Application, RollbackPreview, StatusView } from './contract.ts'
import { schema, validate } from './wire/plans.ts'
import type { RunResult } from '../domain/event.ts'

/** The only place that knows both the engine and the adapters. Adapters are loaded once they are needed: `validate` and `schema` use none. */
export function createApplication(): Application {
  const redactions: ((text: string) => string)[] = []
  const onSecrets = (redact: (text: string) => string): void => void redactions.push(redact)
  const redact = (text: string): string => redactions.reduce((redacted, each) => each(redacted), text)
  return fromHere({
    run: async (
      options: PlanOptions & { readonly to?: string; readonly amend: boolean; readonly preview?: DryRun },
      ui: UserInterface,
    ): Promise<RunResult> => (await import('./wire/run.ts')).runPlan(options, ui, { onSecrets, redact }),
    rollback: async (options, ui): Promise<RunResult> => (await import('./wire/run.ts')).rollbackPlan(options, ui, { onSecrets, redact }),
    dryRun: async (options, ui): Promise<DryRun> => (await import('./wire/dry-run.ts')).dryRun(options, ui, { onSecrets, redact }),
    dryRollback: async (options): Promise<RollbackPreview> => (await import('./wire/dry-run.ts')).dryRollback(options),
    status: async (options): Promise<StatusView | undefined> => (await import('./wire/status.ts')).statusOfPlan(options, onSecrets),
    validate,
    schema,
    lab: async (options, announce, until) => (await import('./wire/lab.ts')).keepLab(options, announce, until),
    redact,
  })
}
