import type { Observation } from '../../domain/observation.ts'
import { fail, pass } from '../../domain/observation.ts'
import { nowhere, possibleWinners, questions } from './question.ts'
import type { SwitchContext } from './record.ts'

/** No router, of whatever name, that may answer the site's visitors leads to the service that this step would give them. */
export async function observeUnmoved({ plan, spec, ports }: SwitchContext): Promise<Observation> {
  const { edge } = ports
  const routers = await edge.routers()
  const toService = edge.routersOf(routers, spec.service.includes('@') ? spec.service : `${spec.service}@file`)
  const asked = questions(plan, spec.entryPoints)
  let routed = false
  for (const question of asked) {
    const possible = possibleWinners(edge, routers, question)
    routed ||= possible.length > 0
    const there = possible.find((router) => toService.some((each) => each.name === router.name))
    if (there !== undefined)
      return fail(`visitors of ${question.host} are on ${there.service} by router ${there.name}, which this run does not hold`, {
        side: 'new',
      })
  }
  return routed ? pass(`no router leads visitors to ${spec.service}`) : nowhere(asked)
}
