import { firstUndone } from '../domain/plan.ts'
import type { JournalRecord } from '../domain/records.ts'
import type { VisitorShare } from '../domain/visitors.ts'
import { ALL_ON_NEW, ALL_ON_OLD } from '../domain/visitors.ts'
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
  const step = entry && verifies(entry.record)
  if (entry === undefined || step === undefined) return undefined
  const share = await shareAsOf(session, step, index)
  return share && { at: entry.at, share }
}

const verifies = (record: JournalRecord): string | undefined =>
  record.type === 'step-undone' || record.type === 'relieved' || (record.type === 'gate-passed' && record.gate === 'own')
    ? record.step
    : undefined

async function shareAsOf(session: Session, step: string, index: number): Promise<VisitorShare | undefined> {
  const { entries } = session.journal
  const record = entries[index]?.record
  if (record?.type === 'relieved') return ALL_ON_NEW
  // The own gate of an undo is passed a moment before the step is recorded as undone.
  const intent = entries.slice(0, index).findLast((each) => each.record.type === 'intent' && each.record.step === step)?.record
  const isBack = record?.type === 'step-undone' || (intent?.type === 'intent' && intent.direction === 'undo')
  return shareAfter(session, isBack ? stepsLeftBy(session, step, index) : [step])
}

/** Visitors are taken straight to where the whole rollback leads: its steps count as undone once one of them is. After a pause only that step is. */
function stepsLeftBy({ plan, journal }: Session, undone: string, index: number): readonly string[] {
  const last = journal.entries
    .slice(0, index)
    .findLast(({ record }) => record.type === 'rollback-started' || record.type === 'paused')?.record
  const end = last?.type === 'rollback-started' ? firstUndone(plan, last.to) : plan.steps.findIndex((step) => step.id === undone)
  return plan.steps.slice(0, Math.max(0, end)).map((step) => step.id)
}

/** Where the last of these steps that moves visitors has led them; undefined where its record is gone. */
async function shareAfter(session: Session, ids: readonly string[]): Promise<VisitorShare | undefined> {
  const last = session.plan.steps.findLast((step) => ids.includes(step.id) && movesVisitors(session, step))
  if (last === undefined) return ALL_ON_OLD
  return (await routesOf(session, last))[0]?.share
}
