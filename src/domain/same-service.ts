import type { Json, JsonObject } from './json.ts'
import { canonicalJson } from './json.ts'
import type { EdgeService, ServiceDefinition } from './ports/edge.ts'

/**
 * Whether the API shows the service that we wrote: names of the file with or without their provider, durations in whatever unit, and what
 * Traefik fills in (seen on 3.7) left out on both sides. Anything else that it shows and we did not write makes it another.
 */
export function sameService({ provider, content }: EdgeService, definition: ServiceDefinition): boolean {
  return provider === 'file' && content !== undefined && canonicalJson(normal(content)) === canonicalJson(normal(definition))
}

/** What Traefik shows where nothing is written, by the key that holds it. */
const FILLED_IN: Readonly<Record<string, JsonObject>> = {
  loadBalancer: { strategy: 'wrr', passHostHeader: true, responseForwarding: { flushInterval: 100 } },
  healthCheck: { mode: 'http', interval: 30_000, timeout: 5_000, followRedirects: true, headers: {} },
  services: { weight: 1 },
  cookie: { path: '/', secure: false, httpOnly: false },
  errors: { maxRequestBodyBytes: -1 },
}
const NAMES = ['name', 'service', 'fallback', 'serversTransport']
const DURATIONS = ['interval', 'timeout', 'flushInterval']

/** `key`: under which it stands, for the items of a list that of the list. */
function normal(value: Json, key = ''): Json {
  if (typeof value === 'string') {
    if (DURATIONS.includes(key)) return milliseconds(value) ?? value
    return NAMES.includes(key) ? value.replace(/@file$/, '') : value
  }
  if (Array.isArray(value)) return value.map((item: Json) => normal(item, key))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value as JsonObject).flatMap(([name, member]): [string, Json][] =>
    member === undefined ? [] : [[name, key === 'headers' ? member : normal(member, name)]],
  )
  const filledIn = FILLED_IN[key] ?? {}
  return Object.fromEntries(
    members.filter(([name, member]) => !Object.hasOwn(filledIn, name) || canonicalJson(member) !== canonicalJson(filledIn[name])),
  )
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A duration as Go writes it: `1m30s`, `1.5s`; undefined where it is none. */
function milliseconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}
