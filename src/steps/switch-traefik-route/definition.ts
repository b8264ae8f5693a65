import type { Json, JsonObject } from '../../domain/json.ts'
import type { EdgeRouter, RouterDefinition } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { dependsOnJob, providerOf, qualify } from './record.ts'
import type { SwitchSpec } from './record.ts'

/** How far above the highest rival we stand: room for a person to put something between. */
const STEP_ABOVE = 1_000
/** Beyond it a number is no longer exact; Traefik keeps the very top for itself. */
const HIGHEST_PRIORITY = Number.MAX_SAFE_INTEGER - STEP_ABOVE

/**
 * Our router: what the plan says, and, from the router that it replaces, TLS and middlewares under the names that they have for other
 * providers (facts: Traefik 11). `rivals`: every router that can match the host on these entry points.
 */
export function defineRouter(spec: SwitchSpec, replaced: EdgeRouter, rivals: readonly EdgeRouter[]): RouterDefinition {
  const middlewares = spec.middlewares ?? (replaced.middlewares ?? []).map((each) => qualify(each, replaced.provider))
  const tls = spec.tls ?? inheritedTls(replaced)
  return {
    rule: spec.rule,
    service: spec.service.replace(/@file$/, ''),
    entryPoints: spec.entryPoints,
    priority: spec.priority ?? Math.max(0, ...rivals.map((each) => each.priority)) + STEP_ABOVE,
    ...(middlewares.length > 0 && { middlewares }),
    ...(tls !== undefined && { tls }),
  }
}

/** TLS options are named within their provider, certificate resolvers are not. */
function inheritedTls({ tls, provider }: EdgeRouter): Json | undefined {
  if (tls === undefined || tls === null || typeof tls !== 'object' || Array.isArray(tls)) return tls
  const { options, ...rest } = tls as JsonObject
  if (typeof options !== 'string') return { ...rest }
  return { ...rest, options: options === 'default' ? options : qualify(options, provider) }
}

/** What forbids this router: it would fall apart when the job stops, or it could not win. */
export function refusals(definition: RouterDefinition, replaced: EdgeRouter, rivals: readonly EdgeRouter[]): readonly Problem[] {
  return [...dyingParts(definition, replaced), ...unbeatable(definition, rivals)]
}

function dyingParts(definition: RouterDefinition, replaced: EdgeRouter): readonly Problem[] {
  if (!dependsOnJob(replaced.provider)) return []
  const dies = (name: string): boolean => name.includes('@') && dependsOnJob(providerOf(name))
  const middlewares = (definition.middlewares ?? []).filter(dies)
  const problems: Problem[] = middlewares.map((each) => ({
    code: 'middleware-dies-with-job',
    summary: `middleware ${each} of ${replaced.name} is defined by the tags of a job: when the job stops, Traefik disables our router`,
    next: ["define the same middleware in the edge's dynamic file and name it in `middlewares`"],
    effect: 'no',
  }))
  if (!dies(definition.service)) return problems
  return [
    ...problems,
    {
      code: 'service-dies-with-job',
      summary: `service ${definition.service} is defined by the tags of a job: when the job stops, nothing answers`,
      next: ["name a service of the edge's dynamic file"],
      effect: 'no',
    },
  ]
}

function unbeatable(definition: RouterDefinition, rivals: readonly EdgeRouter[]): readonly Problem[] {
  return rivals
    .filter((rival) => rival.priority >= definition.priority || rival.priority > HIGHEST_PRIORITY)
    .map((rival) => ({
      code: 'competing-router',
      summary: `router ${rival.name} (priority ${rival.priority}, ${rival.rule}) can match the same host and is not below ours (priority ${definition.priority})`,
      next: ['leave out `priority`, so that one above every rival is chosen', `or lower the priority of ${rival.name}`],
      effect: 'no',
    }))
}
