import { EXIT } from '../exit-code.ts'
import type { LookFlags } from '../invocation.ts'
import { planOptions } from '../invocation.ts'
import { onlyPlan } from '../plan-path.ts'
import type { Session } from '../session.ts'
import { listenForInterrupt } from '../terminal/interrupt.ts'

/** Keeps a lab running until the first signal; that is how it is meant to end. */
export async function lab(session: Session, plan: string | undefined, flags: LookFlags): Promise<number> {
  const listening = listenForInterrupt(session.io, () => {})
  const { requested } = listening.interrupt
  try {
    await session.application.lab(planOptions(plan ?? (await onlyPlan()), flags), (lines) => session.screen.print(lines), requested)
  } catch (error) {
    if (!requested.aborted) throw error
  } finally {
    listening.stop()
  }
  return EXIT.done
}
