import type { Json } from '../../../domain/json.ts'
import type { ServiceDefinition } from '../../../domain/ports/edge.ts'
import { fileProblem } from './file-problem.ts'
import { findKey, keyValue, memberOf } from './owned.ts'
import type { Understanding } from './understand.ts'

/**
 * Refuses a service that waits for a child to say that it is down which never will: Traefik disables it ("cannot register x as updater"). What
 * another provider defines cannot be told from the file; whether it was disabled, the API says.
 */
export function checkHealth(after: Understanding, name: string, service: ServiceDefinition): void {
  for (const child of reportingChildren(service)) {
    const silent = silentPart(after, child, [name])
    if (silent === undefined) continue
    throw fileProblem(
      'service-without-health-check',
      after.file,
      findKey(after, 'services', silent)?.start,
      `service \`${name}\` needs to hear from \`${child}\` when it is down, but \`${silent}\` has no health check: Traefik would disable \`${name}\``,
      [`give http.services.${silent} a healthCheck (\`path\` for servers, \`{}\` for a weighted or failover service)`],
    )
  }
}

function reportingChildren(service: ServiceDefinition): readonly string[] {
  if ('weighted' in service) return service.weighted.healthCheck === undefined ? [] : service.weighted.services.map(({ name }) => name)
  if (!('failover' in service)) return []
  const { service: main, fallback, healthCheck, errors } = service.failover
  return [...(errors === undefined ? [main] : []), ...(healthCheck === undefined ? [] : [fallback])]
}

/** The first service of the file from `qualified` down that reports nothing; undefined where all do, as far as the file tells. */
function silentPart(after: Understanding, qualified: string, path: readonly string[]): string | undefined {
  const name = qualified.replace(/@file$/, '')
  const entry = findKey(after, 'services', name)
  if (name.includes('@') || path.includes(name) || entry === undefined) return undefined
  const value = keyValue(after, 'services', entry)
  const kind = ['loadBalancer', 'weighted', 'failover', 'mirroring'].find((each) => memberOf(value, [each]) !== null)
  if (kind === undefined) return undefined
  if (memberOf(value, [kind, 'healthCheck']) === null) return name
  for (const child of childrenIn(memberOf(value, [kind]))) {
    const silent = silentPart(after, child, [...path, name])
    if (silent !== undefined) return silent
  }
  return undefined
}

/** Services to which the content of one leads; mirrors are not among them: their health is nobody's. */
export function childrenIn(content: Json): readonly string[] {
  const named = [memberOf(content, ['service']), memberOf(content, ['fallback'])]
  return [...namesIn(memberOf(content, ['services'])), ...named.filter((each) => typeof each === 'string')]
}

/** `name` of each item of a list. */
export function namesIn(list: Json): readonly string[] {
  if (!Array.isArray(list)) return []
  return (list as readonly Json[]).map((each) => memberOf(each, ['name'])).filter((each) => typeof each === 'string')
}
