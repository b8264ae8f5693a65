import { planProblem } from '../plan-problem.ts'
import { nearest } from '../suggestion.ts'
import type { Rule, RuleInput } from './rule.ts'
import type { Problem } from '../../domain/problem.ts'
import { targetsUsed } from '../../domain/step-kind.ts'

/** What a step or gate uses is named under `targets`, and the edge's host is one of the hosts. */
export const targetsNamed: Rule = {
  name: 'targets-named',
  severity: 'refuse',
  check: (input) => [...edgeHost(input), ...usedTargets(input)],
}

function edgeHost({ plan, locate }: RuleInput): readonly Problem[] {
  const host = plan.targets.edge?.host
  const hosts = Object.keys(plan.targets.hosts)
  if (host === undefined || hosts.includes(host)) return []
  const meant = nearest(host, hosts)
  const known = hosts.length === 0 ? `add it: \`hosts: { ${host}: { ssh: ADDRESS } }\`` : `hosts of this plan: ${hosts.join(', ')}`
  const next = [...(meant === undefined ? [] : [`did you mean \`${meant}\`?`]), known]
  return [
    planProblem(
      'unknown-host',
      `the edge is on host \`${host}\`, which \`targets.hosts\` does not name`,
      next,
      locate(['targets', 'edge', 'host']),
    ),
  ]
}

function usedTargets({ plan, kinds, gates, locate }: RuleInput): readonly Problem[] {
  return plan.steps.flatMap((step, index) => {
    const own = { kind: step.kind, targets: targetsUsed(kinds.get(step.kind), step.spec), path: ['steps', index, step.kind] }
    const added = step.gates.map(({ kind, spec }, position) => ({
      kind,
      targets: targetsUsed(gates.get(kind), spec),
      path: ['steps', index, 'gates', position, kind],
    }))
    return [own, ...added].flatMap(({ kind, targets, path }) =>
      targets
        .filter((target) => plan.targets[target] === undefined)
        .map((target) => {
          const summary = `step ${step.id} uses ${target} (${kind}), but \`targets\` does not name it`
          return planProblem('target-missing', summary, [`add \`${target}:\` to \`targets\``], locate(path, 'key'))
        }),
    )
  })
}
