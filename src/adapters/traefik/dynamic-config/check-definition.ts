import type { Json, JsonObject } from '../../../domain/json.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { RouterDefinition, ServiceDefinition } from '../../../domain/ports/edge.ts'
import { checkHealth } from './check-health.ts'
import { whyServiceNotWritable } from './check-service.ts'
import { definitionValue } from './definition-value.ts'
import { fileProblem } from './file-problem.ts'
import { namesUnder } from './outline.ts'
import type { Understanding } from './understand.ts'

/** What an edit writes, by section. */
export interface Written {
  readonly routers: readonly (readonly [string, RouterDefinition])[]
  readonly services: readonly (readonly [string, ServiceDefinition])[]
}

/** Refuses what Traefik would reject, or take for something else, whatever the file says. */
export function checkWritable({ routers, services }: Written): void {
  for (const [name, router] of routers) {
    const why = whyTextNotWritable(name, definitionValue('routers', router)) ?? whyPriorityNotWritable(router.priority)
    if (why !== undefined) throw notWritable('router', name, why)
  }
  for (const [name, service] of services) {
    const why = whyTextNotWritable(name, definitionValue('services', service)) ?? whyServiceNotWritable(name, service)
    if (why !== undefined) throw notWritable('service', name, why)
  }
}

function whyTextNotWritable(name: string, value: JsonObject): string | undefined {
  if (!/^\w[\w.-]*$/.test(name)) return 'a name is made of letters, digits, `.`, `_` and `-`'
  const templated = textsIn(value).find((text) => text.includes('{{'))
  return templated === undefined ? undefined : `\`${templated}\` contains \`{{\`, which Traefik would run as a template`
}

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]: [string, Json | undefined]) => [key, ...textsIn(member)])
}

const whyPriorityNotWritable = (priority: number): string | undefined =>
  Number.isSafeInteger(priority) && priority !== 0
    ? undefined
    : `priority ${priority} is no whole number other than 0 (0 means the length of the rule)`

/**
 * Refuses what Traefik would disable because of what the file, as edited, says or lacks. A name of the file provider must be in the file: a
 * missing one disables the router, or the whole service (facts: Traefik 7 and 14), and visitors stay where they were, or get 404.
 */
export function checkNames(after: Understanding, { routers, services }: Written): void {
  for (const [name, router] of routers) {
    requireName(after, 'services', router.service, `router \`${name}\``)
    for (const middleware of router.middlewares ?? []) requireName(after, 'middlewares', middleware, `router \`${name}\``)
  }
  for (const [name, service] of services) {
    for (const child of childrenOf(service)) requireName(after, 'services', child, `service \`${name}\``)
    const transport = 'loadBalancer' in service ? service.loadBalancer.serversTransport : undefined
    if (transport !== undefined) requireName(after, 'serversTransports', transport, `service \`${name}\``)
    checkHealth(after, name, service)
  }
}

function childrenOf(service: ServiceDefinition): readonly string[] {
  if ('weighted' in service) return service.weighted.services.map(({ name }) => name)
  return 'failover' in service ? [service.failover.service, service.failover.fallback] : []
}

const SECTIONS = {
  services: { what: 'service', code: 'service-not-in-edge-file' },
  middlewares: { what: 'middleware', code: 'middleware-not-in-edge-file' },
  serversTransports: { what: 'serversTransport', code: 'transport-not-in-edge-file' },
} as const

function requireName(understanding: Understanding, section: keyof typeof SECTIONS, qualified: string, user: string): void {
  const [name = '', provider] = qualified.split('@')
  if (provider !== undefined && provider !== 'file') return
  const known = namesUnder(understanding.outline, section)
  if (known.includes(name)) return
  const { what, code } = SECTIONS[section]
  throw fileProblem(
    code,
    understanding.file,
    undefined,
    `${user} needs the ${what} \`${name}\`, which the file does not define`,
    [`define it under http.${section}, or name the provider that has it, as in \`${name}@docker\``],
    [
      known.length === 0
        ? `the file defines no ${section}`
        : `it defines: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}`,
    ],
  )
}

const notWritable = (what: 'router' | 'service', name: string, summary: string): ProblemError =>
  new ProblemError({
    code: `${what}-not-writable`,
    summary: `${what} \`${name}\`: ${summary}`,
    next: [`change the ${what} in the plan`],
    effect: 'no',
  })
