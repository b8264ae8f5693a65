import type { Observation } from '../../domain/observation.ts'
import { fail, inconclusive, pass } from '../../domain/observation.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { goalOf, leadsTo } from './leads-to.ts'
import { nowhere, possibleWinners, questions } from './question.ts'
import { qualify } from './record.ts'
import type { SwitchSpec } from './record.ts'

/**
 * No router, of whatever name, that may answer the site's visitors leads to the service that this step would give them: not by that name, not by a
 * copy of it, and not in part.
 */
export async function observeUnmoved(
  { plan, ports: { edge } }: Pick<StepContext<unknown>, 'plan' | 'ports'>,
  { service, entryPoints }: Pick<SwitchSpec, 'service' | 'entryPoints'>,
): Promise<Observation> {
  const [routers, goal] = await Promise.all([edge.routers(), goalOf(edge, service)])
  const asked = questions(plan, entryPoints)
  let routed = false
  for (const question of asked) {
    const possible = possibleWinners(edge, routers, question)
    routed ||= possible.length > 0
    for (const router of possible) {
      if (router.service === '') return inconclusive(`router ${router.name} hands over to routers below it, which are not looked at`)
      const name = qualify(router.service, router.provider)
      if (!(await leadsTo(edge, name, goal))) continue
      const how = name === goal.name ? '' : ', at least in part,'
      return fail(`visitors of ${question.host} are on ${goal.name}${how} by router ${router.name}, which this run does not hold`, {
        side: 'new',
      })
    }
  }
  return routed ? pass(`no router leads visitors to ${goal.name}`) : nowhere(asked)
}
