import type { Plan, PlanStep } from '../../domain/plan.ts'
import type { PlanFiles, RenderingPort } from '../../domain/ports/index.ts'
import type { ObjectsContext, RenderedChart, RenderedObject } from '../../domain/rendered-object.ts'
import type { StepKinds } from '../../domain/step-kind.ts'
import { allOf } from './all-of.ts'

/** What it takes to say what steps will send. */
export interface StepRendering {
  readonly files: PlanFiles
  readonly rendering: RenderingPort
  /** Gives a template its value, or a stand-in where this step's secrets are not to be asked for. */
  readonly resolve: (template: string, where: string, step: PlanStep) => Promise<string>
  readonly kubernetesVersion?: ObjectsContext<unknown>['kubernetesVersion']
}

export interface RenderedSteps {
  readonly objects: readonly RenderedObject[]
  readonly charts: readonly RenderedChart[]
}

/** What every step of the plan will send. Rejects with all that does not render, at once. */
export async function renderSteps(plan: Plan, kinds: StepKinds, asked: StepRendering): Promise<RenderedSteps> {
  const { files, rendering, resolve, kubernetesVersion } = asked
  const each = await allOf(
    plan.steps.map(async (step) => {
      const kind = kinds.get(step.kind)
      const context: ObjectsContext<unknown> = {
        spec: step.spec,
        step: step.id,
        namespace: plan.targets.kubernetes?.namespace ?? 'default',
        files,
        rendering,
        resolve: (template, where) => resolve(template, `step ${step.id}: ${where}`, step),
        ...(kubernetesVersion && { kubernetesVersion }),
      }
      const work = [kind?.objects?.(context) ?? Promise.resolve([]), kind?.charts?.(context) ?? Promise.resolve([])] as const
      await allOf<unknown>(work)
      const [objects, charts] = await Promise.all(work)
      return { objects, charts }
    }),
  )
  return { objects: each.flatMap(({ objects }) => objects), charts: each.flatMap(({ charts }) => charts) }
}
