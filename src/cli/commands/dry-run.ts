import type { Event } from '../../domain/event.ts'
import type { Interrupt } from '../../engine/contract.ts'
import { ProblemError } from '../../domain/problem.ts'
import { EXIT, exitCodeOfProblems, exitCodeOfSignal } from '../exit-code.ts'
import type { RunFlags } from '../invocation.ts'
import { planOptions } from '../invocation.ts'
import { planPathProblem } from '../plan-path.ts'
import { writePreview } from '../preview-file.ts'
import { dryRunLines, failedFindings, hasChanges } from '../render/dry-run.ts'
import { count } from '../render/gate.ts'
import { withoutSecrets } from '../render/sensitive.ts'
import type { Session } from '../session.ts'
import { beginWatch } from '../session.ts'

const isCheck = ({ type }: Event): boolean => type === 'preflight-finding' || type === 'preflight-finished'

/** Previews every step, prints it, saves it where asked. Changes nothing. */
export async function dryRun(session: Session, plan: string, flags: RunFlags): Promise<number> {
  const noPlan = await planPathProblem(plan)
  if (noPlan) throw new ProblemError(noPlan)
  const { screen, application } = session
  const watch = await beginWatch(session, 'looking')
  const { interrupt } = watch.listening
  // The dry run itself tells each check once, and whole; only where there is none to tell, they are told as they came.
  const checks: Event[] = []
  const emit = (event: Event): void => {
    if (session.general.json || !isCheck(event)) watch.view.emit(event)
    else checks.push(event)
  }
  try {
    const options = { ...planOptions(plan, flags), ...(flags.to !== undefined && { to: flags.to }) }
    const found = await watch.unlessAbandoned(application.dryRun(options, { emit, interrupt }))
    watch.close()
    if (found === 'abandoned') return interrupted(session, interrupt)
    const { seals: _, ...shown } = found
    screen.json('dry-run', { dryRun: { ...shown, steps: found.steps.map(withoutSecrets) } })
    screen.print(dryRunLines(screen.page, found))
    if (flags.out !== undefined) await writePreview(flags.out, found)
    if (flags.out !== undefined) screen.print([`Saved to ${flags.out}.`])
    const failed = failedFindings(found)
    if (failed.length > 0) screen.remark(`${count(failed.length, 'check')} failed: a run would refuse to start.`)
    return failed.length > 0
      ? exitCodeOfProblems(failed.flatMap(({ problem }) => problem ?? []))
      : flags.detailedExitcode === true && hasChanges(found)
        ? EXIT.changes
        : EXIT.done
  } catch (error) {
    for (const event of checks) watch.view.emit(event)
    if (!interrupt.requested.aborted) throw error
    watch.close()
    return interrupted(session, interrupt)
  } finally {
    watch.close()
  }
}

function interrupted({ screen }: Session, { signalName }: Interrupt): number {
  screen.remark(`Interrupted by ${signalName()}: a dry run changes nothing.`)
  return exitCodeOfSignal(signalName())
}
