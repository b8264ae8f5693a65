import type { JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { isObject, objects, textOf } from './json-fields.ts'

/** What the server fills in where a job says nothing (recorded from 1.11; the lab fills in what somebody may read). */
const DEFAULTS: JsonObject = {
  Affinities: null,
  AllAtOnce: false,
  Constraints: null,
  Datacenters: ['*'],
  Dispatched: false,
  Meta: null,
  Multiregion: null,
  Namespace: 'default',
  NodePool: 'default',
  NomadTokenID: '',
  ParameterizedJob: null,
  ParentID: '',
  Periodic: null,
  Priority: 50,
  Region: 'global',
  Spreads: null,
  Stable: false,
  Status: 'pending',
  StatusDescription: '',
  Stop: false,
  Type: 'service',
  VersionTag: null,
}

/** Never taken from a request. */
const SERVER_SET = [
  'CreateIndex',
  'ModifyIndex',
  'JobModifyIndex',
  'Version',
  'SubmitTime',
  'Status',
  'StatusDescription',
  'Stable',
  'ParentID',
  'Dispatched',
  'NomadTokenID',
]

export interface TaskGroup {
  readonly name: string
  readonly count: number
  /** Milliseconds. */
  readonly shutdownDelay: number
  readonly tasks: readonly string[]
  readonly services: readonly JsonObject[]
  readonly scaling: JsonObject | undefined
  readonly raw: JsonObject
}

/** A submitted job as the server keeps it, without what registration sets. */
export function fillJob(job: JsonObject): JsonObject {
  const given = Object.fromEntries(Object.entries(job).filter(([name, value]) => value !== null && !SERVER_SET.includes(name)))
  const filled = { ...DEFAULTS, Name: given['ID'] ?? '', ...given }
  return { ...filled, TaskGroups: objects(given['TaskGroups']).map((group) => fillGroup(group, filled)) }
}

function fillGroup(group: JsonObject, job: JsonObject): JsonObject {
  const scaling = group['Scaling']
  const target = { Namespace: job['Namespace'], Job: job['ID'], Group: group['Name'] }
  return {
    ...group,
    Count: group['Count'] ?? 1,
    ShutdownDelay: group['ShutdownDelay'] ?? null,
    Services: objects(group['Services']).map((service) => ({
      ...service,
      Provider: service['Provider'] ?? 'consul',
      Tags: service['Tags'] ?? null,
    })),
    Tasks: objects(group['Tasks']).map((task) => ({ ...task, KillTimeout: task['KillTimeout'] ?? 5_000_000_000 })),
    Scaling: isObject(scaling) ? { Type: 'horizontal', ...scaling, Enabled: scaling['Enabled'] ?? true, Target: target } : null,
  }
}

export function taskGroups(job: JsonObject): readonly TaskGroup[] {
  return objects(job['TaskGroups']).map((raw) => ({
    name: textOf(raw['Name']),
    count: Number(raw['Count'] ?? 1),
    shutdownDelay: Number(raw['ShutdownDelay'] ?? 0) / 1e6,
    tasks: objects(raw['Tasks']).map((task) => textOf(task['Name'])),
    services: objects(raw['Services']),
    scaling: isObject(raw['Scaling']) ? raw['Scaling'] : undefined,
    raw,
  }))
}

/** What makes a new version. Who registered it does, as on the real server; its own tag and indexes do not. */
export function specification(job: JsonObject): string {
  const ignored = ['VersionTag', ...SERVER_SET.filter((name) => name !== 'NomadTokenID')]
  return canonicalJson(Object.fromEntries(Object.entries(job).filter(([name]) => !ignored.includes(name))))
}

/** A stop disables the scaling policies (facts: Nomad 6). */
export function withScaling(job: JsonObject, enabled: boolean): JsonObject {
  return {
    ...job,
    TaskGroups: taskGroups(job).map(({ raw, scaling }) =>
      scaling === undefined ? raw : { ...raw, Scaling: { ...scaling, Enabled: enabled } },
    ),
  }
}
