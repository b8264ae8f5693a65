import type { Json, JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { fillJob, taskGroups } from './job-document.ts'
import { isObject } from './json-fields.ts'
import type { NomadWorld, NomadWorldJob } from './world.ts'

const FIELDS = ['Type', 'Priority', 'Region', 'Namespace', 'NodePool', 'Name', 'AllAtOnce', 'Stop'] as const

/** What `nomad job plan` would say: reads only. Differences below a task group are told as the group's, not field by field. */
export function planJob(world: NomadWorld, existing: NomadWorldJob | undefined, submitted: JsonObject): JsonObject {
  const before = existing?.versions[0]
  const after = fillJob(submitted)
  const fields = [...fieldDifferences(before, after), ...metaDifferences(before, after)]
  const groups = taskGroups(after).map((group) => {
    const old = before === undefined ? undefined : taskGroups(before).find((each) => each.name === group.name)?.raw
    return { name: group.name, count: group.count, type: old === undefined ? 'Added' : same(old, group.raw) ? 'None' : 'Edited' }
  })
  const edited = fields.length > 0 || groups.some((group) => group.type !== 'None')
  const type = before === undefined ? 'Added' : edited ? 'Edited' : 'None'
  const stopped = before === undefined || before['Stop'] === true
  return {
    Annotations: {
      DesiredTGUpdates: Object.fromEntries(
        groups.map((group) => [
          group.name,
          updates(group.count, stopped ? 'Place' : type === 'None' ? 'InPlaceUpdate' : 'DestructiveUpdate'),
        ]),
      ),
      PreemptedAllocs: null,
    },
    CreatedEvals: null,
    Diff: {
      ID: submitted['ID'],
      Type: type,
      Fields: fields.length === 0 ? null : fields,
      Objects: null,
      TaskGroups: groups.map((group) => ({ Name: group.name, Type: group.type, Fields: null, Objects: null, Tasks: null })),
    },
    FailedTGAllocs: null,
    Index: Number(before?.['JobModifyIndex'] ?? 0),
    JobModifyIndex: Number(before?.['JobModifyIndex'] ?? 0),
    NextPeriodicLaunch: null,
    Warnings: '',
  }
}

const updates = (count: number, kind: 'Place' | 'InPlaceUpdate' | 'DestructiveUpdate'): JsonObject => ({
  ...Object.fromEntries(
    ['Canary', 'DestructiveUpdate', 'Ignore', 'InPlaceUpdate', 'Migrate', 'Place', 'Preemptions', 'Stop'].map((name) => [name, 0]),
  ),
  [kind]: count,
})

const same = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b)

function fieldDifferences(before: JsonObject | undefined, after: JsonObject): readonly JsonObject[] {
  return FIELDS.flatMap((name) => difference(name, before?.[name], after[name]))
}

function metaDifferences(before: JsonObject | undefined, after: JsonObject): readonly JsonObject[] {
  const [old, current] = [before?.['Meta'], after['Meta']].map((meta) => (isObject(meta) ? meta : {}))
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(current ?? {})])].flatMap((key) =>
    difference(`Meta[${key}]`, old?.[key], current?.[key]),
  )
}

function difference(name: string, before: Json | undefined, after: Json | undefined): readonly JsonObject[] {
  const [Old, New] = [before, after].map((value) => (isScalar(value) ? String(value) : ''))
  if (Old === New) return []
  return [{ Name: name, Type: Old === '' ? 'Added' : New === '' ? 'Deleted' : 'Edited', Old, New, Annotations: null }]
}

const isScalar = (value: Json | undefined): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)
