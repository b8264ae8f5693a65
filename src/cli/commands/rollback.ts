import type { RunResult } from '../../domain/event.ts'
import type { RollbackPreview } from '../contract.ts'
import { EXIT } from '../exit-code.ts'
import type { RollbackFlags } from '../invocation.ts'
import { named, planOptions } from '../invocation.ts'
import type { Performance } from '../perform.ts'
import { perform } from '../perform.ts'
import { rollbackPreviewLines } from '../render/rollback-preview.ts'
import type { Session } from '../session.ts'

/** Goes back to a state. Without --yes it first shows what it would undo, and asks. */
export async function rollback(session: Session, plan: string, flags: RollbackFlags): Promise<number> {
  const options = { ...planOptions(plan, flags), ...(flags.to !== undefined && { to: flags.to }) }
  if (flags.dryRun === true) return dryRollback(session, options)
  return perform(
    session,
    'rollback',
    named(plan, flags),
    { yes: flags.yes ?? false, lab: flags.lab ?? false, confirm: [] },
    async ({ ui, questions }) => {
      const asked = flags.yes === true ? {} : await showAndAsk(session, options, questions)
      if ('declined' in asked) return asked.declined
      return session.application.rollback({ ...options, ...asked }, { ...ui, questions: { ...questions, approve: async () => 'yes' } })
    },
  )
}

type Options = Parameters<Session['application']['dryRollback']>[0]

async function dryRollback(session: Session, options: Options): Promise<number> {
  const preview = await session.application.dryRollback(options)
  session.screen.json('rollback-preview', { preview })
  session.screen.print(rollbackPreviewLines(session.screen.page, preview))
  return preview.impossible === undefined ? EXIT.done : EXIT.failed
}

/** What was approved; nothing where it is not possible anyway: the rollback itself then refuses with its reasons. */
async function showAndAsk(
  session: Session,
  options: Options,
  questions: Performance['questions'],
): Promise<{ readonly shown?: RollbackPreview } | { readonly declined: RunResult }> {
  const shown = await session.application.dryRollback(options)
  if (shown.impossible !== undefined) return {}
  session.screen.print(['', ...rollbackPreviewLines(session.screen.page, shown), ''])
  return (await questions.approveShown()) === 'yes' ? { shown } : { declined: { outcome: 'declined', state: shown.from } }
}
