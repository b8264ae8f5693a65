import { trafficOf } from '../../domain/traffic-of.ts'
import { applyAtom, INITIAL_WORLD } from '../../domain/traffic.ts'
import type { Rule } from './rule.ts'

/** The state of that name: visitors are on Kubernetes, and Nomad is not asked any more. A plan may give its states other names. */
const ALONE = 'k8s-only'

/** Warns where the state `k8s-only` is reached while visitors may still be sent to the old side: everybody would take it for what its name says. */
export const kubernetesAlone: Rule = {
  name: 'kubernetes-alone',
  severity: 'warn',
  check({ plan, kinds, locate }) {
    const index = plan.steps.findIndex((step) => step.reaches === ALONE)
    const reaching = plan.steps[index]
    if (reaching === undefined) return []
    const atoms = plan.steps.slice(0, index + 1).flatMap((step) => trafficOf(plan, kinds, step).forward)
    if (!atoms.reduce(applyAtom, INITIAL_WORLD).edge.has('old')) return []
    const later = plan.steps
      .slice(index + 1)
      .find((step) => trafficOf(plan, kinds, step).forward.some((atom) => atom.do === 'route-remove' && atom.from === 'old'))
    return [
      {
        code: 'kubernetes-not-alone',
        summary: `step ${reaching.id} reaches \`${ALONE}\`, but visitors may still be sent to the old side (Nomad) after it`,
        next: [
          later === undefined
            ? `reach \`${ALONE}\` with the step that takes visitors off the old side`
            : `put \`reaches: ${ALONE}\` on step ${later.id}, which takes visitors off the old side`,
          `or give the state another name in \`states\``,
        ],
        location: locate(['steps', index, 'reaches']),
        effect: 'no',
      },
    ]
  },
}
