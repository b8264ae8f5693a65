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

/** Whether a run may go on with an edited plan: only from a settled state, and only if nothing that is finished was edited. */
export function amend(before: Version, after: Version, state: RunState, kinds: StepKinds): Amendment {
  // A step that only waits has done nothing: it is begun anew.
  const unsettled = before.plan.steps.filter(
    (step) => kinds.get(step.kind)?.nature !== 'waits' && !isUntouched(state, step.id) && progressOf(state, step.id).phase !== 'done',
  )
  if (state.rollback || unsettled.length > 0) return { refused: [inTheMiddle(unsettled)] }
  const done = before.plan.steps.filter((step) => progressOf(state, step.id).phase === 'done')
  const refused = done.flatMap((step, index) => finishedStepEdited(step, after.plan.steps[index]))
  if (canonicalJson(asJson(before.plan.targets)) !== canonicalJson(asJson(after.plan.targets)) && done.length > 0)
    refused.push(targetsEdited)
  if (done.length > 0 && meaningOfPlan(before.plan) !== meaningOfPlan(after.plan)) refused.push(siteEdited)
  const filesOfDone = editedFiles(before, after).filter((path) =>
    done.some((step) => canonicalJson(asJson(step.spec)).includes(rootOf(path, before.snapshot))),
  )
  refused.push(...filesOfDone.map(fileEdited))
  return refused.length > 0 ? { refused } : { difference: snapshotDifference(before.snapshot, after.snapshot) }
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json

const inTheMiddle = (unsettled: readonly PlanStep[]): Problem => ({
  code: 'amend-unsettled',
  summary: `the plan cannot be exchanged in the middle of ${unsettled.map((step) => `step ${step.id}`).join(', ') || 'a rollback'}`,
  next: ['let run finish the step (or the rollback) with the plan as it was, then amend'],
  effect: 'no',
})

function finishedStepEdited(before: PlanStep, after: PlanStep | undefined): Problem[] {
  const meaning = (step: PlanStep): string =>
    canonicalJson(asJson({ id: step.id, kind: step.kind, spec: step.spec, reaches: step.reaches }))
  if (after && meaning(before) === meaning(after)) return []
  return [
    {
      code: 'amend-finished-step',
      summary: `step ${before.id} is finished and was ${after?.id === before.id ? 'edited' : 'moved or removed'}`,
      next: ['put it back as it was, or roll back past it first'],
      effect: 'no',
      ...(after && { location: after.location }),
    },
  ]
}

const meaningOfPlan = ({ site, states }: Plan): string => canonicalJson(asJson({ site, states }))

const siteEdited: Problem = {
  code: 'amend-site',
  summary: 'the site or the states were edited, and finished steps were verified against the old ones',
  next: ['put them back as they were, or roll back first'],
  effect: 'no',
}

const targetsEdited: Problem = {
  code: 'amend-targets',
  summary: 'targets were edited, and steps are finished on the old ones',
  next: ['put the targets back as they were, or roll back first'],
  effect: 'no',
}

const editedFiles = (before: Version, after: Version): readonly string[] =>
  Object.keys(before.snapshot.files).filter((path) => before.snapshot.files[path] !== after.snapshot.files[path])

const rootOf = (path: string, snapshot: PlanSnapshot): string =>
  Object.entries(snapshot.listings).find(([, files]) => files.includes(path))?.[0] ?? path

const fileEdited = (path: string): Problem => ({
  code: 'amend-finished-step',
  summary: `${path} belongs to a finished step and was edited`,
  next: ['put it back as it was, or roll back past that step first'],
  effect: 'no',
})
