import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath } from '../source.ts'
import { nearest } from '../suggestion.ts'
import type { Rule, RuleInput } from './rule.ts'

/** `reaches` and `rollbackTo` name states of the plan; one can only roll back to a state that was reached before. */
export const knownStates: Rule = {
  name: 'known-states',
  severity: 'refuse',
  check(input) {
    const reached = new Set<string>([input.plan.states[0]])
    return input.plan.steps.flatMap((step, index) => {
      const target = typeof step.onFailure === 'object' ? step.onFailure.rollbackTo : undefined
      const problems = [
        ...(target === undefined ? [] : checkRollbackTo(input, target, reached, ['steps', index, 'onFailure', 'rollbackTo'], step.id)),
        ...(step.reaches === undefined ? [] : unknownState(input, step.reaches, ['steps', index, 'reaches'])),
      ]
      if (step.reaches !== undefined) reached.add(step.reaches)
      return problems
    })
  },
}

function checkRollbackTo(input: RuleInput, state: string, reached: ReadonlySet<string>, path: PlanPath, step: string): readonly Problem[] {
  const unknown = unknownState(input, state, path)
  if (unknown.length > 0 || reached.has(state)) return unknown
  const summary = `step ${step} would roll back to \`${state}\`, which is not reached before it`
  return [planProblem('state-not-reached', summary, [`reached before it: ${[...reached].join(', ')}`], input.locate(path))]
}

function unknownState({ plan, locate }: RuleInput, state: string, path: PlanPath): readonly Problem[] {
  if (plan.states.includes(state)) return []
  const meant = nearest(state, plan.states)
  const next = [...(meant === undefined ? [] : [`did you mean \`${meant}\`?`]), `states of this plan: ${plan.states.join(', ')}`]
  return [planProblem('unknown-state', `unknown state \`${state}\``, next, locate(path))]
}
