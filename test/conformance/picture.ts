import type { Json, JsonObject } from '../../src/domain/json.ts'
import { definitionOf } from '../../src/steps/stop-nomad-job/record.ts'
import type { World, WorldData } from './world.ts'

/**
 * The world as a person would compare it: the edge file byte for byte; of objects what was written, without UIDs, versions, times and
 * status; of services whether they run, and start at boot; of jobs their definition without the token that registered it, whether they run and how many healthy allocations they have; and who serves visitors.
 */
export async function pictureOf(world: World): Promise<Json> {
  // Controllers and catalog come to rest first.
  await world.clock.sleep(60_000)
  const servedBy = await world.look('at the end')
  return { servedBy, ...pictured(world.data()) }
}

function pictured({ kubernetes, nomad, units, dynamicConfig }: WorldData): JsonObject {
  const objects = Object.entries(kubernetes.objects)
    .filter(([key]) => !/(^|[./])events\|/.test(key))
    .map(([key, object]) => [key.replace(/-[0-9a-z]{5,10}(-[0-9a-z]{5})?$/, '-…'), written(object)] as const)
  return {
    // The doors of a run have a new secret each time.
    dynamicConfig: dynamicConfig.replaceAll(/(?<=`(?:old|new)-)[0-9a-f]{32}(?=`)/g, 'SECRET'),
    units: Object.entries(units).map(([name, { active, enabled }]) => ({ name, active, enabled })),
    node: nomad.drain === undefined ? 'eligible' : 'drained',
    objects: Object.fromEntries(objects.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    jobs: nomad.jobs.map(({ namespace, id, versions }) => ({
      job: `${namespace}/${id}`,
      definition: definitionOf({ ...versions[0], NomadTokenID: '' }),
      stopped: versions[0]?.['Stop'] === true,
      tags: versions.flatMap((version) => (isObject(version['VersionTag']) ? [version['VersionTag']['Name'] ?? ''] : [])),
      healthy: nomad.allocations.filter((each) => each.job === id && each.desired === 'run' && each.client === 'running' && each.healthy)
        .length,
    })),
  }
}

const VOLATILE = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'ownerReferences', 'name'])
const GIVEN = new Set(['clusterIP', 'clusterIPs'])

/** Of what a controller made, that it is there; of the rest all that a person could have written. */
function written(object: JsonObject): Json {
  const { status: _, metadata, spec, ...rest } = object
  if (!isObject(metadata)) return rest
  if (metadata['ownerReferences'] !== undefined) return { kind: object['kind'] ?? null, labels: metadata['labels'] ?? null }
  const plain = { ...rest, metadata: without(metadata, VOLATILE), ...(isObject(spec) && { spec: without(spec, GIVEN) }) }
  return JSON.parse(JSON.stringify(plain).replace(/("jmc-migrate\/run":)"[^"]*"/g, '$1""')) as Json
}

const without = (object: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)))

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
