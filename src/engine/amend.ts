import { isInItsGates } from '../domain/fold-step.ts'
import type { Json } from '../domain/json.ts'
import { canonicalJson } from '../domain/json.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { RunState } from '../domain/run-state.ts'
import { isUntouched, progressOf } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import type { PlanSnapshot } from './snapshot.ts'
import { snapshotDifference } from './snapshot.ts'

export type Amendment = { readonly difference: readonly string[] } | { readonly refused: readonly Problem[] }

interface Version {
  readonly plan: Plan
  readonly snapshot: PlanSnapshot
}

/**
 * Whether a run may go on with an edited plan: nothing that has an effect may be edited, but for the gates. Those of a step that is in them run anew
 * afterwards; a wait that is not over has done nothing and may be edited, moved or removed.
 */
export function amend(before: Version, after: Version, state: RunState, kinds: StepKinds): Amendment {
  const waits = (step: PlanStep): boolean => kinds.get(step.kind)?.nature === 'waits'
  const isDone = (step: PlanStep): boolean => progressOf(state, step.id).phase === 'done'
  const begun = before.plan.steps.filter((step) => !isUntouched(state, step.id))
  const unsettled = begun.filter((step) => !waits(step) && !isDone(step) && !isInItsGates(progressOf(state, step.id)))
  if (state.rollback || unsettled.length > 0) return { refused: [inTheMiddle(unsettled)] }
  const kept = begun.filter((step) => isDone(step) || !waits(step))
  const refused = [
    ...kept.flatMap((step, index) => editedStep(step, after.plan.steps[index], isDone(step))),
    ...after.plan.steps.filter((step) => !waits(step) && !kept.some(({ id }) => id === step.id)).flatMap((step) => takenId(step, state)),
    ...(kept.length > 0 ? editedGround(before.plan, after.plan) : []),
    ...editedFiles(before, after)
      .filter((path) => kept.some((step) => canonicalJson(asJson(step.spec)).includes(rootOf(path, before.snapshot, after.snapshot))))
      .map(fileEdited),
  ]
  return refused.length > 0 ? { refused } : { difference: snapshotDifference(before.snapshot, after.snapshot) }
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json
const differ = (one: unknown, other: unknown): boolean => canonicalJson(asJson(one)) !== canonicalJson(asJson(other))

const inTheMiddle = (unsettled: readonly PlanStep[]): Problem => ({
  code: 'amend-unsettled',
  summary: `the plan cannot be exchanged in the middle of ${unsettled.map((step) => `step ${step.id}`).join(', ') || 'a rollback'}`,
  next: [
    'let run finish the effect (or the rollback) with the plan as it was, then amend',
    'once the effect of a step is there and its gates are looked at, these may be edited: `gates` of that step',
  ],
  effect: 'no',
})

/** What a step that has an effect must go on saying; its gates may be edited. */
function editedStep(before: PlanStep, after: PlanStep | undefined, isDone: boolean): readonly Problem[] {
  const same = after?.id === before.id ? after : undefined
  const edited = same && [...editedFields(before, same), ...(!isDone && differ(before.onFailure, same.onFailure) ? ['`onFailure`'] : [])]
  if (edited?.length === 0) return []
  const where = isDone ? `step ${before.id} is finished` : `the effect of step ${before.id} is there, and its gates are looked at`
  return [
    {
      code: isDone ? 'amend-finished-step' : 'amend-unsettled',
      summary: `${where}: it was ${edited ? `edited (${edited.join(', ')})` : 'moved or removed'}`,
      next: ['put it back as it was, or roll back past it first', 'its `gates`, and the steps that have not begun, may be edited'],
      effect: 'no',
      ...(after && { location: after.location }),
    },
  ]
}

const editedFields = (before: PlanStep, after: PlanStep): readonly string[] =>
  before.kind === after.kind
    ? [...(differ(before.spec, after.spec) ? [`\`${before.kind}\``] : []), ...(before.reaches === after.reaches ? [] : ['`reaches`'])]
    : [`\`${before.kind}\` became \`${after.kind}\``]

/** A new step under the id of a wait that has begun would be taken for begun itself: its effect would never be. */
function takenId(step: PlanStep, state: RunState): readonly Problem[] {
  if (isUntouched(state, step.id)) return []
  return [
    {
      code: 'amend-id-taken',
      summary: `step ${step.id} (${step.kind}) is new, but another step has begun in this run under its id`,
      next: ['give the new step another id'],
      effect: 'no',
      location: step.location,
    },
  ]
}

/** What steps were done on and verified against. */
function editedGround(before: Plan, after: Plan): readonly Problem[] {
  const site = differ([before.site, before.states], [after.site, after.states])
  return [...(differ(before.targets, after.targets) ? [TARGETS_EDITED] : []), ...(site ? [SITE_EDITED] : [])]
}

const SITE_EDITED: Problem = {
  code: 'amend-site',
  summary: 'the site or the states were edited, and steps of this run were verified against the old ones',
  next: ['put them back as they were, or roll back first'],
  effect: 'no',
}

const TARGETS_EDITED: Problem = {
  code: 'amend-targets',
  summary: 'targets were edited, and steps of this run were done on the old ones',
  next: ['put the targets back as they were, or roll back first'],
  effect: 'no',
}

/** Also those that are new: a step that is done would never apply them. */
function editedFiles({ snapshot: before }: Version, { snapshot: after }: Version): readonly string[] {
  const paths = new Set([...Object.keys(before.files), ...Object.keys(after.files)])
  return [...paths].filter((path) => before.files[path] !== after.files[path])
}

const rootOf = (path: string, ...snapshots: readonly PlanSnapshot[]): string =>
  snapshots.flatMap(({ listings }) => Object.entries(listings)).find(([, files]) => files.includes(path))?.[0] ?? path

const fileEdited = (path: string): Problem => ({
  code: 'amend-finished-step',
  summary: `${path} belongs to a step that has been done, and is not what it was then`,
  next: ['put it back as it was (or take it away, where it is new), or roll back past that step first'],
  effect: 'no',
})
