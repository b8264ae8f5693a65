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
import { CUT_SHORT, intendedChanges, wasCutShort } from './half-done.ts'
import { confirmationName } from './irreversible.ts'
import { plannedRollback } from './rollback-target.ts'
import type { Session } from './session.ts'
import { actingKind } from './session.ts'
import { contextOf, contextOfPreview } from './step-context.ts'

export const digestBasis = (basis: readonly BasisFact[]): StepPreview['basis'] =>
  basis.map(({ name, value }) => ({ name, sha256: createHash('sha256').update(value).digest('hex') }))

/**
 * Previews every step up to `to` that has not been done: reads only. Collects the problems of all steps before it rejects. One that was cut short is
 * shown as it was intended, because what it finds now is partly its own doing; the steps after it are previewed as if it were done.
 */
export async function previewAll(session: Session, to: string): Promise<readonly StepPreview[]> {
  const end = firstStepAfter(session.plan, to) ?? session.plan.steps.length
  const previews: StepPreview[] = []
  const predicted: Predicted = { changes: [], undoRecords: new Map() }
  const problems: Problem[] = []
  const left = session.plan.steps.slice(0, end).filter((step) => isUntouched(session.state(), step.id) || wasCutShort(session, step))
  const begun = beginAlone(
    session,
    left.filter((step) => !wasCutShort(session, step)),
  )
  for (const step of left) {
    try {
      const preview = wasCutShort(session, step)
        ? { shown: restOf(session, step) }
        : await (begun.get(step) ?? previewStep(session, step, predicted))
      predicted.changes.push(...preview.shown.changes)
      if (preview.undoRecord !== undefined) predicted.undoRecords.set(step.id, preview.undoRecord)
      previews.push(preview.shown)
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

interface Previewed {
  readonly shown: StepPreview
  readonly undoRecord?: Json
}

/** Those that need not wait for the ones before them; each is awaited where it stands in the plan. */
function beginAlone(session: Session, steps: readonly PlanStep[]): ReadonlyMap<PlanStep, Promise<Previewed>> {
  const isAlone = (step: PlanStep): boolean => {
    const kind = session.kind(step)
    return kind.nature === 'acts' && kind.previewsAlone === true
  }
  const begun = steps.filter(isAlone).map((step) => [step, previewStep(session, step, { changes: [], undoRecords: new Map() })] as const)
  // What goes wrong is told in the plan's order, unless something worse has ended the preview by then.
  for (const [, preview] of begun) preview.catch(() => undefined)
  return new Map(begun)
}

async function previewStep(session: Session, step: PlanStep, predicted: Predicted): Promise<Previewed> {
  const kind = session.kind(step)
  const frame = framed(session, step)
  if (kind.nature === 'waits') {
    const says = kind.describe?.(step.spec, session.plan)
    const policy = session.policy(kind.policy(step.spec))
    return {
      shown: { ...frame, changes: [], basis: [], warnings: [], waits: { what: kind.summary, policy, ...(says !== undefined && { says }) } },
    }
  }
  const preview: Preview<Json> = await kind.preview(await contextOfPreview(session, step, predicted.undoRecords), predicted.changes)
  const shown: StepPreview = {
    ...frame,
    changes: preview.changes,
    basis: digestBasis(preview.basis),
    warnings: preview.warnings ?? [],
    ...boundaryOf(session, step),
  }
  return { shown, undoRecord: preview.undoRecord }
}

function restOf(session: Session, step: PlanStep): StepPreview {
  const changes = intendedChanges(session, step)
  return { ...framed(session, step), changes, basis: [], warnings: [CUT_SHORT], ...boundaryOf(session, step) }
}

/** Set on the step after which there is no way back. */
function boundaryOf(session: Session, step: PlanStep): Pick<StepPreview, 'irreversible' | 'confirm'> {
  const irreversible = irreversibleBecause(session.kind(step))
  return irreversible === undefined ? {} : { irreversible, confirm: confirmationName(session, step) }
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
  const before = new Map(shown.changes.map((change) => [nameOf(change), change]))
  const after = new Map(fresh.changes.map((change) => [nameOf(change), change]))
  const unchecked = new Set(shown.changes.filter((change) => change.notCheckable !== undefined).map((change) => nameOf(change)))
  const content = (change: Change): string => (unchecked.has(nameOf(change)) ? '' : contentOf(change))
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

const nameOf = ({ action, system, object }: Change): string => `${action} ${system} ${object}`
const contentOf = ({ after }: Change): string => (typeof after === 'string' ? '' : canonicalJson(after))

/** What differs between a saved preview and a fresh one: also what the fresh one rests on and the saved one does not name, for nobody has seen it. */
export const savedDifference = (saved: StepPreview, fresh: StepPreview): readonly string[] => [
  ...previewDifference(saved, fresh),
  ...fresh.basis
    .filter((fact) => !saved.basis.some((each) => each.name === fact.name))
    .map((fact) => `${saved.step}: ${fact.name} is not in the saved preview`),
]

/**
 * All of a preview that is compared with another, as one text: equal texts have no `savedDifference`. `saved`: the other one, whose contents that could
 * not be checked then are none to compare.
 */
export const comparedText = (preview: StepPreview, saved: StepPreview = preview): string =>
  canonicalJson([
    preview.changes.map((change) => `${nameOf(change)} ${isChecked(saved, change) ? contentOf(change) : ''}`).toSorted(),
    preview.basis.map(({ name, sha256 }) => `${name} ${sha256}`).toSorted(),
    FRAMING.map((field) => framingText(preview, field)),
  ])

const isChecked = (saved: StepPreview, change: Change): boolean =>
  !saved.changes.some((each) => each.notCheckable !== undefined && nameOf(each) === nameOf(change))

const FRAMING = ['kind', 'reaches', 'waits', 'gates', 'ifItFails', 'irreversible', 'confirm'] as const
const framingText = (preview: StepPreview, field: (typeof FRAMING)[number]): string =>
  canonicalJson(JSON.parse(JSON.stringify(preview[field] ?? null)) as Json)

/** How a step is checked, what becomes of it when it fails, and what it leads to: approved with the rest. */
const framingDifference = (shown: StepPreview, fresh: StepPreview): readonly string[] =>
  FRAMING.filter((field) => framingText(shown, field) !== framingText(fresh, field)).map(
    (field) => `${shown.step}: \`${field}\` was shown differently`,
  )
