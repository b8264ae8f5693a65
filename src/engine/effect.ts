import type { Json } from '../domain/json.ts'
import type { PlanStep } from '../domain/plan.ts'
import { toProblem } from '../domain/problem.ts'
import type { Direction } from '../domain/records.ts'
import { progressOf } from '../domain/run-state.ts'
import type { Settlement, Undo } from '../domain/step-kind.ts'
import type { Session } from './session.ts'
import { actingKind } from './session.ts'
import { contextOf } from './step-context.ts'

/** How often `settle` is asked before "cannot be seen" is taken for an answer, and how long apart (milliseconds). */
const SETTLE_ATTEMPTS = 5
const SETTLE_INTERVAL_MS = 1_000

/**
 * Runs the effect of a step in one direction and records how it came out; the intent is on disk already. One that stopped between its parts, as it was
 * asked to, is settled, and goes on from there with the next process.
 */
async function effect(session: Session, step: PlanStep, direction: Direction, work: () => Promise<void>): Promise<void> {
  const { emit, ports } = session.dependencies
  const { requested } = session.interrupt
  const startedAt = ports.clock.monotonic()
  emit({ type: 'effect-started', step: step.id, direction, changes: progressOf(session.state(), step.id).changes })
  try {
    await work()
  } catch (error) {
    // Cut off by "now": what happened is as open as after a crash, and is settled as after one.
    if (session.interrupt.now.aborted) return
    if (requested.aborted && error === requested.reason) return settleStep(session, step, direction)
    const problem = toProblem(error)
    await session.record({ type: 'effect-failed', step: step.id, direction, problem })
    emit({ type: 'effect-failed', step: step.id, direction, problem })
    return
  }
  await session.record({ type: 'effect-done', step: step.id, direction })
  emit({ type: 'effect-done', step: step.id, direction, ms: Math.round(ports.clock.monotonic() - startedAt) })
}

const noteInto = (session: Session, step: PlanStep, direction: Direction) => (note: Json) =>
  session.record({ type: 'note', step: step.id, direction, note })

/** Apply, also for the second time after a crash: the undo record is the one that was saved with the intent. */
export async function applyStep(session: Session, step: PlanStep): Promise<void> {
  const kind = actingKind(session, step)
  const context = await contextOf(session, step)
  const undoRecord = await session.undoRecord(step.id)
  await effect(session, step, 'apply', () =>
    kind.apply(context, undoRecord, noteInto(session, step, 'apply'), progressOf(session.state(), step.id).notes),
  )
}

export async function undoStep(session: Session, step: PlanStep): Promise<void> {
  const undo = undoOf(session, step)
  const context = await contextOf(session, step)
  const undoRecord = await session.undoRecord(step.id)
  await session.record({ type: 'intent', step: step.id, direction: 'undo' })
  await effect(session, step, 'undo', () =>
    undo.apply(context, undoRecord, progressOf(session.state(), step.id).notes, noteInto(session, step, 'undo')),
  )
}

/** Asks what really happened, several times where it cannot be seen, and records the answer. */
export async function settleStep(session: Session, step: PlanStep, direction: Direction): Promise<void> {
  const { clock } = session.ports
  let settlement = await ask(session, step, direction)
  for (let attempt = 1; settlement.status === 'unknown' && attempt < SETTLE_ATTEMPTS && !session.interrupt.now.aborted; attempt++) {
    await clock.sleep(SETTLE_INTERVAL_MS, session.interrupt.now).catch(() => undefined)
    settlement = await ask(session, step, direction)
  }
  if (session.interrupt.now.aborted) return
  await session.record({ type: 'settled', step: step.id, direction, settlement })
  session.dependencies.emit({ type: 'settled', step: step.id, direction, settlement })
}

async function ask(session: Session, step: PlanStep, direction: Direction): Promise<Settlement> {
  try {
    const context = await contextOf(session, step)
    const undoRecord = await session.undoRecord(step.id)
    const { notes } = progressOf(session.state(), step.id)
    return direction === 'apply'
      ? await actingKind(session, step).settle(context, undoRecord, notes)
      : await undoOf(session, step).settle(context, undoRecord, notes)
  } catch (error) {
    return { status: 'unknown', reason: toProblem(error).summary }
  }
}

export function undoOf(session: Session, step: PlanStep): Undo<unknown, Json, Json> {
  const { undo } = actingKind(session, step)
  if ('irreversible' in undo) throw new Error(`step ${step.id} cannot be undone: ${undo.irreversible}`)
  return undo
}
