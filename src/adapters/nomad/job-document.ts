import type { Json, JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { isList } from './json-fields.ts'

/** What the server writes into a job: nothing of it says what the job is. (`NomadTokenID`: who registered it.) */
const SERVER_SET = [
  'CreateIndex',
  'ModifyIndex',
  'JobModifyIndex',
  'Version',
  'VersionTag',
  'SubmitTime',
  'Status',
  'StatusDescription',
  'Stable',
  'NomadTokenID',
  'Dispatched',
  'DispatchIdempotencyToken',
]

/** The server numbers scaling policies, and gives a registered one its old id again. */
const SERVER_SET_IN_SCALING = ['CreateIndex', 'ModifyIndex', 'ID']

/** Maps whose content is the user's own: an empty value in them says something. */
const USERS_OWN = ['Env', 'Meta', 'Config', 'CanaryMeta', 'TaggedAddresses', 'Options']

/**
 * A saved job as a registration takes it: without what the server set. `Stop` goes too, or the job would be registered
 * stopped; and `VersionTag`, which would be said of two versions.
 */
export function registerable(saved: JsonObject): JsonObject {
  return withoutServerFields(saved, [...SERVER_SET, 'Stop'])
}

/**
 * Whether two documents of a job mean the same. Absent, null and empty are one (but not inside Env, Meta and Config), `Stop`
 * counts, what the server set does not. Both should come from the server: it fills in defaults that a hand-written document leaves out.
 */
export function sameJob(a: JsonObject, b: JsonObject): boolean {
  return meaning(a) === meaning(b)
}

const meaning = (job: JsonObject): string => canonicalJson(withoutEmpty(withoutServerFields(job, SERVER_SET)) ?? null)

function withoutServerFields(job: JsonObject, names: readonly string[]): JsonObject {
  const groups = job['TaskGroups']
  return { ...without(job, names), ...(isList(groups) && { TaskGroups: groups.map(withoutScalingIndexes) }) }
}

function withoutScalingIndexes(group: Json): Json {
  if (!isObject(group) || !isObject(group['Scaling'])) return group
  return { ...group, Scaling: without(group['Scaling'], SERVER_SET_IN_SCALING) }
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** Undefined where nothing is said: null, false, zero, empty text, an empty list or object. The server writes them all out; documents do not. */
function withoutEmpty(value: Json): Json | undefined {
  if (value === null || value === false || value === 0 || value === '') return undefined
  if (isList(value)) return value.length === 0 ? undefined : value.map((item) => withoutEmpty(item) ?? null)
  if (!isObject(value)) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const said = member === undefined ? undefined : USERS_OWN.includes(name) ? withoutEmptyWhole(member) : withoutEmpty(member)
    return said === undefined ? [] : [[name, said] as const]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

function withoutEmptyWhole(value: Json): Json | undefined {
  return value === null || (isObject(value) && Object.keys(value).length === 0) ? undefined : value
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)
