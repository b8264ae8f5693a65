import type { JsonObject } from '../../domain/json.ts'
import type { Observation } from '../../domain/observation.ts'
import { fail, pass } from '../../domain/observation.ts'
import type { EdgePort } from '../../domain/ports/index.ts'
import type { OpenSpec } from '../open-traefik-route/record.ts'
import { nowhere, possibleWinners, questions } from '../switch-traefik-route/question.ts'
import { qualify } from '../switch-traefik-route/record.ts'
import { openingStep } from './earlier.ts'
import type { ShiftContext } from './record.ts'

/** Weighted inside failover inside weighted: deeper is a loop or a mistake. */
const DEPTH = 4

/** No router, of whatever name, that may answer the site's visitors leads to the new side, not even in part. */
export async function observeVisitorsElsewhere({
  plan,
  step,
  ports: { edge },
}: Pick<ShiftContext, 'plan' | 'step' | 'ports'>): Promise<Observation> {
  const opening = openingStep(
    plan.steps.slice(
      0,
      plan.steps.findIndex((each) => each.id === step),
    ),
  )
  if (opening === undefined) return pass('no route is opened')
  const { service, entryPoints } = opening.spec as OpenSpec
  const target = qualify(service, 'file')
  const [routers, wanted] = await Promise.all([edge.routers(), edge.service(target)])
  const goal = { name: target, servers: (wanted?.servers ?? []).map(({ url }) => url) }
  const asked = questions(plan, entryPoints)
  let routed = false
  for (const question of asked) {
    const possible = possibleWinners(edge, routers, question)
    routed ||= possible.length > 0
    for (const router of possible) {
      if (await leadsTo(edge, qualify(router.service, router.provider), goal))
        return fail(
          `visitors of ${question.host} are on ${target}, at least in part, by router ${router.name}, which this run does not hold`,
          { side: 'new' },
        )
    }
  }
  return routed ? pass(`no router leads visitors to ${target}`) : nowhere(asked)
}

/** The new side by its name, and by its servers: a copy of ours dials the same. */
interface Goal {
  readonly name: string
  readonly servers: readonly string[]
}

async function leadsTo(edge: EdgePort, name: string, goal: Goal, depth = DEPTH): Promise<boolean> {
  if (name === goal.name) return true
  if (depth === 0) return false
  const service = await edge.service(name)
  if (service?.servers.some(({ url }) => goal.servers.includes(url)) === true) return true
  for (const child of childrenOf((service?.content ?? {}) as JsonObject)) {
    if (await leadsTo(edge, qualify(child, service?.provider ?? 'file'), goal, depth - 1)) return true
  }
  return false
}

/** Services that a weighted, failover or mirroring one hands requests on to. */
function childrenOf(content: JsonObject): readonly string[] {
  const [weighted, failover, mirroring] = ['weighted', 'failover', 'mirroring'].map((each) => (content[each] ?? {}) as JsonObject)
  const names = [
    ...((weighted?.['services'] ?? []) as readonly JsonObject[]).map((each) => each['name']),
    failover?.['service'],
    failover?.['fallback'],
    mirroring?.['service'],
  ]
  return names.filter((each) => typeof each === 'string')
}
