import type { JsonObject } from '../../../domain/json.ts'
import type { LabResponse } from '../../contract.ts'
import { json, notFound, notImplemented } from '../answers.ts'
import { at, objectOf, textOf, without } from '../json.ts'
import { matchesLabels } from '../labels.ts'
import { getStored, listStored } from '../store.ts'
import type { KubernetesWorld } from '../world.ts'
import type { Target } from './target.ts'
import { targetKey } from './target.ts'

const FIELD_PATHS: Readonly<Record<string, readonly string[]>> = {
  'metadata.name': ['metadata', 'name'],
  'metadata.namespace': ['metadata', 'namespace'],
  'involvedObject.uid': ['involvedObject', 'uid'],
  'involvedObject.name': ['involvedObject', 'name'],
}

export function getObject(world: KubernetesWorld, target: Target): LabResponse {
  const found = getStored(world, targetKey(target))
  return found === undefined ? notFound(target.resource, target.name) : json(200, found)
}

/** A list, never in pages. A namespace that does not exist has an empty one. */
export function listObjects(world: KubernetesWorld, target: Target, query: URLSearchParams): LabResponse {
  const { resource } = target
  const fields = (query.get('fieldSelector') ?? '')
    .split(',')
    .filter((each) => each !== '')
    .map((each) => each.split(/==?/))
  const unknown = fields.find(([name = '']) => FIELD_PATHS[name] === undefined)
  if (unknown !== undefined) return notImplemented(`the field selector ${unknown[0]}`)
  const all = listStored(world, resource, resource.namespaced && target.namespace !== '' ? target.namespace : undefined)
  const items = all
    .filter((object) => matchesLabels(query.get('labelSelector') ?? '', objectOf(at(object, 'metadata', 'labels'))))
    .filter((object) => fields.every(([name = '', value]) => textOf(at(object, ...(FIELD_PATHS[name] ?? []))) === value))
    .map((object) => item(object, resource.custom))
  return json(200, {
    kind: `${resource.kind}List`,
    apiVersion: resource.apiVersion,
    metadata: { resourceVersion: String(world.resourceVersion) },
    items,
  })
}

/** Members of a list of a built-in kind do not say what they are. */
const item = (object: JsonObject, custom: boolean): JsonObject => (custom ? object : without(object, 'apiVersion', 'kind'))
