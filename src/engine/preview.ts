import { createHash } from 'node:crypto'
import type { BasisFact, Change, Preview } from '../domain/change.ts'
import type { StepPreview } from '../domain/event.ts'
import type { Json } from '../domain/json.ts'
import { canonicalJson } from '../domain/json.ts'
import type { PlanGate, PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import { isUntouched } from '../domain/run-state.ts'
import { irreversibleBecause } from '../domain/step-kind.ts'
import { confirmationName } from './irreversible.ts'
import { plannedRollback } from './rollback-target.ts'
import type { Session } from './session.ts'
import { actingKind } from './session.ts'
import { contextOf, contextOfPreview } from './step-context.ts'

export const digestBasis = (basis: readonly BasisFact[]): StepPreview['basis'] =>
  basis.map(({ name, value }) => ({ name, sha256: createHash('sha256').update(value).digest('hex') }))

/** Previews every step up to `to` that has not been done: reads only. Collects the problems of all steps before it rejects. */
export async function previewAll(session: Session, to: string): Promise<readonly StepPreview[]> {
  const end = firstStepAfter(session.plan, to) ?? session.plan.steps.length
  const previews: StepPreview[] = []
  const predicted: Predicted = { changes: [], undoRecords: new Map() }
  const problems: Problem[] = []
  for (const step of session.plan.steps.slice(0, end)) {
    if (!isUntouched(session.state(), step.id)) continue
    try {
      const preview = await previewStep(session, step, predicted)
      predicted.changes.push(...preview.changes)
      previews.push(preview)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      problems.push(...error.problems)
    }
  }
  const [first, ...rest] = problems
  if (first) throw new ProblemError(first, ...rest)
  return previews
}

/** What the steps previewed so far would do, each later one being previewed as if it were done. */
interface Predicted {
  readonly changes: Change[]
  readonly undoRecords: Map<string, Json>
}

async function previewStep(session: Session, step: PlanStep, predicted: Predicted): Promise<StepPreview> {
  const kind = session.kind(step)
  const frame = framed(session, step)
  if (kind.nature === 'waits') {
    const says = kind.describe?.(step.spec, session.plan)
    const policy = session.policy(kind.policy(step.spec))
    return { ...frame, changes: [], basis: [], warnings: [], waits: { what: kind.summary, policy, ...(says !== undefined && { says }) } }
  }
  const preview: Preview<Json> = await kind.preview(await contextOfPreview(session, step, predicted.undoRecords), predicted.changes)
  predicted.undoRecords.set(step.id, preview.undoRecord)
  const irreversible = irreversibleBecause(kind)
  return {
    ...frame,
    changes: preview.changes,
    basis: digestBasis(preview.basis),
    warnings: preview.warnings ?? [],
    ...(irreversible !== undefined && { irreversible, confirm: confirmationName(session, step) }),
  }
}

function framed(session: Session, step: PlanStep): Pick<StepPreview, 'step' | 'kind' | 'reaches' | 'gates' | 'ifItFails'> {
  const target = plannedRollback(session.plan, session.dependencies.kinds, session.plan.steps.indexOf(step))
  return {
    step: step.id,
    kind: step.kind,
    ...(step.reaches !== undefined && { reaches: step.reaches }),
    gates: step.gates.map((gate) => gateLine(session, gate)),
    ifItFails: 'to' in target ? { rollbackTo: target.to } : { pause: target.pause },
  }
}

function gateLine(session: Session, gate: PlanGate): StepPreview['gates'][number] {
  const says = session.dependencies.gates.get(gate.kind)?.describe?.(gate.spec, session.plan)
  return { kind: gate.kind, policy: session.policy(gate.policy), ...(says !== undefined && { says }) }
}

/** A fresh preview of one step right before its effect, held to what was shown. */
export async function previewForEffect(session: Session, step: PlanStep, shown: StepPreview | undefined): Promise<Preview<Json>> {
  const preview = await actingKind(session, step).preview(await contextOf(session, step), [])
  const differs =
    shown === undefined ? [] : previewDifference(shown, { ...shown, changes: preview.changes, basis: digestBasis(preview.basis) })
  if (differs.length === 0) return preview
  throw new ProblemError({
    code: 'preview-outdated',
    summary: `the world is no longer what step ${step.id} was shown to change`,
    details: differs,
    next: ['look at the difference with run --dry-run, then run again'],
    effect: 'no',
  })
}

/**
 * What differs between two previews of one step, in words; empty when doing one is doing the other. The text of a whole file is
 * not compared: a human's edit elsewhere in it is no difference, and what matters of it is in the basis.
 */
export function previewDifference(shown: StepPreview, fresh: StepPreview): readonly string[] {
  const name = (change: Change): string => `${change.action} ${change.system} ${change.object}`
  const before = new Map(shown.changes.map((change) => [name(change), change]))
  const after = new Map(fresh.changes.map((change) => [name(change), change]))
  const unchecked = new Set(shown.changes.filter((change) => change.notCheckable !== undefined).map((change) => name(change)))
  const content = (change: Change): string =>
    typeof change.after === 'string' || unchecked.has(name(change)) ? '' : canonicalJson(change.after)
  const changes = [
    ...[...before.keys()]
      .filter((each) => !after.has(each))
      .map((each) => `${shown.step}: "${each}" was shown and is not to be done any more`),
    ...[...after.keys()].filter((each) => !before.has(each)).map((each) => `${shown.step}: "${each}" was not shown`),
    ...[...after]
      .filter(([key, change]) => before.has(key) && content(before.get(key) ?? change) !== content(change))
      .map(([key]) => `${shown.step}: what "${key}" would write is different`),
  ]
  const facts = new Map(shown.basis.map((fact) => [fact.name, fact.sha256]))
  const basis = fresh.basis
    .filter((fact) => facts.has(fact.name) && facts.get(fact.name) !== fact.sha256)
    .map((fact) => `${shown.step}: ${fact.name} changed`)
  const gone = shown.basis
    .filter((fact) => !fresh.basis.some((each) => each.name === fact.name))
    .map((fact) => `${shown.step}: ${fact.name} is gone`)
  return [...changes, ...basis, ...gone, ...framingDifference(shown, fresh)]
}

/** How a step is checked, what becomes of it when it fails, and what it leads to: approved with the rest. */
function framingDifference(shown: StepPreview, fresh: StepPreview): readonly string[] {
  const fields = ['kind', 'reaches', 'waits', 'gates', 'ifItFails', 'irreversible', 'confirm'] as const
  const text = (preview: StepPreview, field: (typeof fields)[number]): string =>
    canonicalJson(JSON.parse(JSON.stringify(preview[field] ?? null)) as Json)
  return fields
    .filter((field) => text(shown, field) !== text(fresh, field))
    .map((field) => `${shown.step}: \`${field}\` was shown differently`)
}
