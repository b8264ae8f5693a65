import { formatDuration } from '../../domain/duration.ts'
import { planProblem } from '../plan-problem.ts'
import type { Rule } from './rule.ts'

/** Outside the seconds after a write of ours, nobody is asked more often than this, milliseconds. */
const DENSEST = 500

/** After so long a visitor who is not answered counts as one, milliseconds (the visitor port's own limit). */
const SLOWEST_ANSWER = 5_000

/** A watch that could never trip, or that would be a load of its own, is a mistake. */
export const watchBudget: Rule = {
  name: 'watch-budget',
  severity: 'refuse',
  check: ({ plan: { watch }, locate }) => {
    if (watch === undefined) return []
    const { interval, failureThreshold, within } = watch
    if (interval < DENSEST) {
      const summary = `watch: \`interval\` ${formatDuration(interval)} asks the site too often`
      return [planProblem('watch-budget', summary, [`set it to ${formatDuration(DENSEST)} or more`], locate(['watch', 'interval']))]
    }
    const apart = Math.max(interval, SLOWEST_ANSWER)
    if (Math.floor(within / apart) > failureThreshold) return []
    const summary = `watch: \`within\` ${formatDuration(within)} has no room for more than ${failureThreshold} wrong answers ${formatDuration(apart)} apart, as a site that hangs gives them: it could never trip`
    const needed = formatDuration(apart * (failureThreshold + 1))
    return [planProblem('watch-budget', summary, [`set it to ${needed} or more, or tolerate fewer`], locate(['watch', 'within']))]
  },
}
