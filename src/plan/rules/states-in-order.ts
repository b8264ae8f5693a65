import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule, RuleInput } from './rule.ts'

/** States are unique; each but the first is reached by exactly one step, in the plan's order. */
export const statesInOrder: Rule = {
  name: 'states-in-order',
  severity: 'refuse',
  check: (input) => [...repeatedStates(input), ...wrongReaches(input), ...neverReached(input)],
}

const repeatedStates = ({ plan, locate }: RuleInput): readonly Problem[] =>
  plan.states.flatMap((state, index) =>
    plan.states.indexOf(state) === index
      ? []
      : [planProblem('duplicate-state', `the state \`${state}\` is listed twice`, ['remove one of the two'], locate(['states', index]))],
  )

function wrongReaches({ plan, locate }: RuleInput): readonly Problem[] {
  let furthest = 0
  const reachedBy = new Map<string, string>()
  return plan.steps.flatMap(({ id, reaches }, index) => {
    const position = reaches === undefined ? -1 : plan.states.indexOf(reaches)
    if (reaches === undefined || position === -1) return []
    const place = ['steps', index, 'reaches']
    const earlier = reachedBy.get(reaches)
    reachedBy.set(reaches, earlier ?? id)
    if (position === 0) {
      const summary = `step ${id} reaches \`${reaches}\`, where everything starts`
      return [planProblem('state-order', summary, ['remove `reaches`, or name a later state'], locate(place))]
    }
    if (earlier !== undefined) {
      const summary = `step ${id} reaches \`${reaches}\`, which step ${earlier} has already reached`
      return [planProblem('state-reached-twice', summary, ['remove one of the two'], locate(place))]
    }
    if (position < furthest) {
      const summary = `step ${id} reaches \`${reaches}\` after \`${plan.states[furthest] ?? ''}\`; the plan's order is ${plan.states.join(', ')}`
      return [planProblem('state-order', summary, ['reach the states in their order, or change `states`'], locate(place))]
    }
    furthest = position
    return []
  })
}

function neverReached({ plan, locate }: RuleInput): readonly Problem[] {
  const reached = new Set(plan.steps.map((step) => step.reaches))
  return plan.states.flatMap((state, index) => {
    if (index === 0 || reached.has(state) || plan.states.indexOf(state) !== index) return []
    const next = [`add \`reaches: ${state}\` to the step after which that state holds`, 'or remove it from `states`']
    return [planProblem('state-never-reached', `no step reaches the state \`${state}\``, next, locate(['states', index]))]
  })
}
