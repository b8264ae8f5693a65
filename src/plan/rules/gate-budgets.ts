import { formatDuration } from '../../domain/duration.ts'
import type { GatePolicy } from '../../domain/gate-policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import type { PlanPath } from '../source.ts'
import type { Rule, RuleInput } from './rule.ts'

/** Denser than this an observation over a network cannot be kept up, so that hold time would never be accrued. Milliseconds. */
const DENSEST_HOLD = 100

/** A gate can pass within its own budget, and cannot pass by having seen nothing. */
export const gateBudgets: Rule = {
  name: 'gate-budgets',
  severity: 'refuse',
  check: (input) =>
    input.plan.steps.flatMap((step, index) => budgetsOf(input, index).flatMap((budget) => problemsOf(budget, step.id, input))),
}

interface Budget {
  readonly what: string
  readonly policy: GatePolicy
  /** Where its fields are written, if they are. */
  readonly path: PlanPath
}

function budgetsOf({ plan, kinds }: RuleInput, index: number): readonly Budget[] {
  const step = plan.steps[index]
  const kind = step && kinds.get(step.kind)
  if (step === undefined || kind === undefined) return []
  const policy: GatePolicy = kind.nature === 'waits' ? kind.policy(step.spec) : kind.defaultGate(step.spec)
  const own: Budget = { what: step.kind, policy, path: ['steps', index, step.kind] }
  const added = step.gates.map((gate, position) => ({
    what: `gate ${gate.kind}`,
    policy: gate.policy,
    path: ['steps', index, 'gates', position],
  }))
  return [own, ...added]
}

function problemsOf({ what, policy, path }: Budget, step: string, { locate }: RuleInput): readonly Problem[] {
  return mistakes(policy).map(({ field, text, next }) =>
    planProblem('gate-budget', `step ${step}, ${what}: ${text}`, [next], locate([...path, field])),
  )
}

interface Mistake {
  readonly field: keyof GatePolicy
  readonly text: string
  readonly next: string
}

function mistakes({ interval, timeout, successThreshold, hold, failureThreshold }: GatePolicy): readonly Mistake[] {
  const [every, within, holding] = [interval, timeout, hold].map((each) => formatDuration(each))
  if (interval <= 0) return [{ field: 'interval', text: '`interval` is 0s', next: 'give it a time, such as 1s' }]
  if (timeout <= 0) return [{ field: 'timeout', text: '`timeout` is 0s', next: 'give it a time, such as 1m' }]
  const found: Mistake[] = []
  const needed = formatDuration(interval * successThreshold)
  if (interval >= timeout) {
    found.push({
      field: 'interval',
      text: `\`interval\` ${every} is not shorter than \`timeout\` ${within}`,
      next: 'shorten it, or lengthen `timeout`',
    })
  } else if (timeout < interval * successThreshold) {
    const text = `\`timeout\` ${within} ends before ${successThreshold} passes ${every} apart can be seen: that takes ${needed}`
    found.push({ field: 'timeout', text, next: `set it to ${needed} or more` })
  }
  if (hold === 0) return found
  if (hold < interval) {
    found.push({
      field: 'hold',
      text: `\`hold\` ${holding} ends before the next observation (\`interval\` ${every})`,
      next: `hold for ${every} or more`,
    })
  } else if (failureThreshold >= Math.floor(hold / interval)) {
    const text = `\`failureThreshold\` ${failureThreshold} tolerates that every observation of \`hold\` fails (${holding} at ${every})`
    found.push({ field: 'failureThreshold', text, next: `tolerate fewer than ${Math.floor(hold / interval)}` })
  }
  if (interval < DENSEST_HOLD) {
    const text = `\`interval\` ${every} is too dense for \`hold\`: observations more than twice that apart do not count, so that it would never end`
    found.push({ field: 'interval', text, next: `set it to ${formatDuration(DENSEST_HOLD)} or more` })
  }
  return found
}
