import { firstUndone } from '../domain/plan.ts'
import type { JournalRecord } from '../domain/records.ts'
import type { VisitorShare } from '../domain/visitors.ts'
import { ALL_ON_OLD } from '../domain/visitors.ts'
import type { Session } from './session.ts'
import { movesVisitors, routesOf } from './visitor-routes.ts'

/**
 * Where visitors were when this run last verified it, by the journal: a step that moves them came through its own gate, or its undo was seen to be
 * right. Undefined: it never moved them.
 */
export async function lastVerified(session: Session): Promise<{ readonly at: number; readonly share: VisitorShare } | undefined> {
  const { plan, journal } = session
  const moving = new Set(plan.steps.filter((step) => movesVisitors(session, step)).map((step) => step.id))
  const index = journal.entries.findLastIndex(({ record }) => verifies(record) !== undefined && moving.has(verifies(record) ?? ''))
  const entry = journal.entries[index]
  if (entry === undefined) return undefined
  const share =
    entry.record.type === 'step-undone'
      ? await shareAfter(session, stepsLeftBy(session, index))
      : await shareAfter(session, [verifies(entry.record) ?? ''])
  return share && { at: entry.at, share }
}

const verifies = (record: JournalRecord): string | undefined =>
  record.type === 'step-undone' || (record.type === 'gate-passed' && record.gate === 'own') ? record.step : undefined

/** Visitors are taken straight to where the whole rollback leads: its steps count as undone once one of them is. */
function stepsLeftBy({ plan, journal }: Session, index: number): readonly string[] {
  const started = journal.entries.slice(0, index).findLast(({ record }) => record.type === 'rollback-started')?.record
  const left = started?.type === 'rollback-started' ? plan.steps.slice(0, firstUndone(plan, started.to)) : []
  return left.map((step) => step.id)
}

/** Where the last of these steps that moves visitors has led them; undefined where its record is gone. */
async function shareAfter(session: Session, ids: readonly string[]): Promise<VisitorShare | undefined> {
  const last = session.plan.steps.findLast((step) => ids.includes(step.id) && movesVisitors(session, step))
  if (last === undefined) return ALL_ON_OLD
  return (await routesOf(session, last))[0]?.share
}
