import type { Json } from '../../domain/json.ts'
import type { LabResponse } from '../contract.ts'
import { json, pageNotFound, unknownResource } from './answers.ts'
import type { Resource } from './resources.ts'
import { resourcesOf, REVIEW_GROUPS } from './resources.ts'
import type { KubernetesWorld } from './world.ts'

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

export const isDiscovery = (path: string): boolean => /^\/(api|apis|api\/[^/]+|apis\/[^/]+|apis\/[^/]+\/[^/]+)$/.test(path)

/** What the server serves. The aggregated form of discovery is not offered: a client that asks for it gets this one, as from an old server. */
export function discover(world: KubernetesWorld, path: string): LabResponse {
  const resources = resourcesOf(world)
  const groupVersions = [...new Set([...resources.map((each) => each.apiVersion), ...REVIEW_GROUPS])].filter((each) => each.includes('/'))
  const [, root, group, version] = path.split('/')
  if (root === 'api') return group === undefined ? json(200, { kind: 'APIVersions', versions: ['v1'] }) : core(resources, group)
  if (group === undefined) return json(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(groupVersions) })
  const found = groupsOf(groupVersions).find((each) => each.name === group)
  if (found === undefined) return pageNotFound()
  if (version === undefined) return json(200, { kind: 'APIGroup', apiVersion: 'v1', ...found })
  const apiVersion = `${group}/${version}`
  if (!groupVersions.includes(apiVersion)) return unknownResource()
  return json(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersion,
    resources: resources.filter((each) => each.apiVersion === apiVersion).map((each) => entry(each)),
  })
}

function core(resources: readonly Resource[], version: string): LabResponse {
  if (version !== 'v1') return unknownResource()
  return json(200, {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: resources.filter((each) => each.apiVersion === 'v1').map((each) => entry(each)),
  })
}

function groupsOf(
  groupVersions: readonly string[],
): { name: string; versions: { groupVersion: string; version: string }[]; preferredVersion: { groupVersion: string; version: string } }[] {
  return groupVersions.map((groupVersion) => {
    const [name = '', version = ''] = groupVersion.split('/')
    return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } }
  })
}

function entry(resource: Resource): Json {
  const { plural, singular, namespaced, kind, shortNames } = resource
  return { name: plural, singularName: singular, namespaced, kind, verbs: VERBS, ...(shortNames.length > 0 && { shortNames }) }
}
