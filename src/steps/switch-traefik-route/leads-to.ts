import type { JsonObject } from '../../domain/json.ts'
import type { EdgePort } from '../../domain/ports/index.ts'
import { qualify } from './record.ts'

/** The new side by its service's name, and by its servers: a copy of it dials the same. */
export interface Goal {
  readonly name: string
  readonly servers: readonly string[]
}

export async function goalOf(edge: EdgePort, service: string): Promise<Goal> {
  const name = qualify(service, 'file')
  return { name, servers: ((await edge.service(name))?.servers ?? []).map(({ url }) => url) }
}

/** Whether requests to the service `name` come to the goal, and be it some of them, by whatever hands them on: weighted, failover, mirroring. */
export async function leadsTo(edge: EdgePort, name: string, goal: Goal, asked = new Set<string>()): Promise<boolean> {
  if (name === goal.name) return true
  // Services that lead to each other in a circle are somebody's mistake.
  if (asked.has(name)) return false
  asked.add(name)
  const service = await edge.service(name)
  if (service?.servers.some(({ url }) => goal.servers.includes(url)) === true) return true
  for (const child of childrenOf((service?.content ?? {}) as JsonObject)) {
    if (await leadsTo(edge, qualify(child, service?.provider ?? 'file'), goal, asked)) return true
  }
  return false
}

/** Services that another one hands requests on to. What a mirror answers no visitor gets. */
function childrenOf(content: JsonObject): readonly string[] {
  const [weighted, hashed, failover, mirroring] = ['weighted', 'highestRandomWeight', 'failover', 'mirroring'].map(
    (each) => (content[each] ?? {}) as JsonObject,
  )
  const names = [
    ...[weighted, hashed].flatMap((each) => ((each?.['services'] ?? []) as readonly JsonObject[]).map((child) => child['name'])),
    failover?.['service'],
    failover?.['fallback'],
    mirroring?.['service'],
  ]
  return names.filter((each) => typeof each === 'string')
}
