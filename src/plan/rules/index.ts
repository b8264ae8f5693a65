import type { Problem } from '../../domain/problem.ts'
import { doorsOpen } from './doors-open.ts'
import { filesExist } from './files-exist.ts'
import { withoutFollowUps } from './follow-ups.ts'
import { gateBudgets } from './gate-budgets.ts'
import { holdBeforeStop } from './hold-before-stop.ts'
import { irreversibleLast } from './irreversible-last.ts'
import { kindChecks } from './kind-checks.ts'
import { kindWarnings } from './kind-warnings.ts'
import { knownStates } from './known-states.ts'
import { kubernetesAlone } from './kubernetes-alone.ts'
import { oneHost } from './one-host.ts'
import type { Rule, RuleInput } from './rule.ts'
import { siteNamed } from './site-named.ts'
import { statesInOrder } from './states-in-order.ts'
import { targetsNamed } from './targets-named.ts'
import { trafficSafety } from './traffic-safety.ts'
import { uniqueIds } from './unique-ids.ts'
import { watchBudget } from './watch-budget.ts'

/** Every rule of a plan. A new one is a file and a line here. */
export const rules: readonly Rule[] = [
  uniqueIds,
  knownStates,
  statesInOrder,
  targetsNamed,
  siteNamed,
  filesExist,
  gateBudgets,
  irreversibleLast,
  oneHost,
  kindChecks,
  doorsOpen,
  trafficSafety,
  holdBeforeStop,
  watchBudget,
  kindWarnings,
  kubernetesAlone,
]

export async function checkRules(
  input: RuleInput,
): Promise<{ readonly refused: readonly Problem[]; readonly warnings: readonly Problem[] }> {
  const found = await Promise.all(rules.map(async (rule) => ({ severity: rule.severity, problems: await rule.check(input) })))
  const of = (severity: Rule['severity']): readonly Problem[] =>
    found.filter((each) => each.severity === severity).flatMap((each) => each.problems)
  return { refused: withoutFollowUps(of('refuse')), warnings: of('warn') }
}
