import type { RunResult } from '../../domain/event.ts'
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
      const declined = flags.yes === true ? undefined : await unlessApproved(session, options, questions)
      if (declined) return declined
      return session.application.rollback(options, { ...ui, questions: { ...questions, approve: async () => 'yes' } })
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

/** Undefined: approved, or not possible anyway; the rollback itself then refuses with its reasons. */
async function unlessApproved(session: Session, options: Options, questions: Performance['questions']): Promise<RunResult | undefined> {
  const preview = await session.application.dryRollback(options)
  if (preview.impossible !== undefined) return undefined
  session.screen.print(['', ...rollbackPreviewLines(session.screen.page, preview), ''])
  return (await questions.approveShown()) === 'yes' ? undefined : { outcome: 'declined', state: preview.from }
}
