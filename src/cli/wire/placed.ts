import type { StepPreview } from '../../domain/event.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Questions } from '../../engine/contract.ts'
import type { PlacedPreview } from '../contract.ts'

/** Previews under the numbers that their steps have in the plan, whatever is left of it. */
export function placed(plan: Pick<Plan, 'steps'>, previews: readonly StepPreview[]): readonly PlacedPreview[] {
  const ids = plan.steps.map((step) => step.id)
  return previews.map((preview) => ({ ...preview, place: { index: ids.indexOf(preview.step), of: ids.length } }))
}

/** The same questions, about previews under their numbers. */
export const inPlace = (plan: Pick<Plan, 'steps'>, questions: Questions): Questions => ({
  ...questions,
  approve: (previews) => questions.approve(placed(plan, previews)),
})
