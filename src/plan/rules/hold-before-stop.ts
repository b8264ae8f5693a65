import { trafficOf } from '../../domain/traffic-of.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule, RuleInput } from './rule.ts'

/** Warns of a plan that stops the old side right after visitors left it: nothing has watched the new one for a while. */
export const holdBeforeStop: Rule = {
  name: 'hold-before-stop',
  severity: 'warn',
  check(input) {
    const { plan, kinds, locate } = input
    const traffic = plan.steps.map((step) => trafficOf(plan, kinds, step))
    const left = traffic.findIndex(({ forward }) => forward.some((atom) => atom.do === 'route-remove' && atom.from === 'old'))
    const stop = traffic.findIndex(
      ({ forward }, index) => index > left && forward.some((atom) => atom.do === 'stop' && atom.side === 'old'),
    )
    const [cut, stopping] = [plan.steps[left], plan.steps[stop]]
    if (cut === undefined || stopping === undefined) return []
    if (plan.steps.slice(left, stop).some((_, offset) => holds(input, left + offset))) return []
    const summary = `step ${stopping.id} stops the old side although nothing has watched the new one hold since ${cut.id}`
    const next = [`add a step such as \`soak: { hold: 5m }\` between \`${cut.id}\` and \`${stopping.id}\``]
    return [planProblem('no-hold-before-stop', summary, next, locate(['steps', stop, stopping.kind], 'key'))]
  },
}

function holds({ plan, kinds }: RuleInput, index: number): boolean {
  const step = plan.steps[index]
  const kind = step && kinds.get(step.kind)
  if (step === undefined || kind === undefined) return false
  const own = kind.nature === 'waits' ? kind.policy(step.spec) : kind.defaultGate(step.spec)
  return [own, ...step.gates.map((gate) => gate.policy)].some((policy) => policy.hold > 0)
}
