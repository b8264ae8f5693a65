import type { Plan, PlanStep, Targets } from '../../domain/plan.ts'
import { EMPTY_RUN, isUntouched } from '../../domain/run-state.ts'
import type { Goal } from '../../engine/next.ts'
import type { Needed } from '../../engine/needed-targets.ts'
import { neededTargets, stepsOnTheWay } from '../../engine/needed-targets.ts'
import { REGISTRIES } from './plan-source.ts'
import type { RunSource } from './run-source.ts'
import type { StepTemplate } from './step-templates.ts'
import { templatesOfSteps } from './step-templates.ts'

/** What a command works on: the steps that it does or may undo, and the targets that they need, forward and back. */
export interface OnTheWay {
  readonly steps: readonly PlanStep[]
  readonly needed: Needed
  /** Ids of those that it does: nothing of them is there. */
  readonly toDo: ReadonlySet<string>
  /** Ids of the plan's steps that have begun or are done. */
  readonly standing: ReadonlySet<string>
  /** Of the steps that it does. */
  readonly templates: readonly StepTemplate[]
}

/** A rollback needs what has begun, and a run what lies up to its goal as well. */
export function onTheWay({ loaded: { plan }, state = EMPTY_RUN }: Pick<RunSource, 'loaded' | 'state'>, goal: Goal): OnTheWay {
  const steps = stepsOnTheWay(plan, state, goal.do === 'run' ? goal.to : undefined)
  const templates = goal.do === 'run' ? templatesOfSteps(steps, state, REGISTRIES.kinds) : []
  const ids = (of: typeof steps): ReadonlySet<string> => new Set(of.map(({ id }) => id))
  const toDo = ids(goal.do === 'run' ? steps.filter(({ id }) => isUntouched(state, id)) : [])
  const standing = ids(plan.steps.filter(({ id }) => !isUntouched(state, id)))
  return { steps, needed: neededTargets(plan, REGISTRIES, steps, state), toDo, standing, templates }
}

/** The same plan with only the targets that are needed: of the others not even a template is resolved. */
export function onlyNeeded(plan: Plan, { targets, hosts }: Needed): Plan {
  const { kubernetes, nomad, edge } = plan.targets
  const kept: Targets = {
    hosts: Object.fromEntries(Object.entries(plan.targets.hosts).filter(([name]) => hosts.has(name))),
    ...(kubernetes && targets.has('kubernetes') && { kubernetes }),
    ...(nomad && targets.has('nomad') && { nomad }),
    ...(edge && targets.has('edge') && { edge }),
  }
  return { ...plan, targets: kept }
}
