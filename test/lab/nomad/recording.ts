import type { Json, JsonObject } from '../../../src/domain/json.ts'

/** An answer as far as it is held against the lab. A body that is not JSON is its text. */
export interface Answer {
  readonly status: number
  /** Without what differs per call: date, length. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Json
}

export interface Recording extends Answer {
  readonly name: string
  readonly request: string
}

const HEADERS = ['content-type', 'x-nomad-index', 'x-nomad-knownleader', 'x-nomad-lastcontact']

export function answerOf(status: number, headers: Readonly<Record<string, string>>, text: string): Answer {
  const kept = Object.fromEntries(HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))
  const isJson = headers['content-type']?.startsWith('application/json') === true
  const body: Json = isJson ? (JSON.parse(text) as Json) : text
  return { status, headers: kept, body }
}

/** Only the paths of `keep`, where given; without the members that `without` names; of the events of a task only the last. */
export function trimmed(answer: Answer, keep: readonly string[] | undefined, without: readonly string[] = []): Answer {
  if (keep === undefined) return { ...answer, ...(answer.body !== undefined && { body: shortened(answer.body, without) }) }
  let body: JsonObject = {}
  for (const path of keep) body = put(body, path.split('.'), at(answer.body, path))
  return { ...answer, body }
}

function shortened(value: Json, without: readonly string[]): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: Json) => shortened(item, without))
  const members = Object.entries(value as JsonObject).map(([key, member]) => {
    if (member === undefined || without.includes(key)) return [key, null] as const
    return [key, shortened(key === 'Events' && Array.isArray(member) ? member.slice(-1) : member, without)] as const
  })
  return Object.fromEntries(members)
}

/** The value at a path like `0.Status`; the whole for the empty path. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let here = value
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined
    here = Array.isArray(here) ? (here as readonly Json[])[Number(key)] : (here as JsonObject)[key]
  }
  return here
}

function put(target: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path
  if (key === undefined) return target
  const inner = target[key]
  const old = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {}
  return { ...target, [key]: rest.length === 0 ? value : put(old, rest, value) }
}
