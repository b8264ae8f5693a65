import type { LabRequest, LabResponse } from '../contract.ts'
import {
  forbidden,
  forbiddenPath,
  json,
  methodNotAllowed,
  notImplemented,
  pageNotFound,
  plain,
  unauthorized,
  unknownResource,
} from './answers.ts'
import type { LabUser } from './authentication.ts'
import { authenticate, isAnonymous } from './authentication.ts'
import { isAllowed } from './authorization.ts'
import { discover, isDiscovery } from './discovery.ts'
import { objectOf } from './json.ts'
import type { Resource } from './resources.ts'
import { resourcesOf, REVIEW_GROUPS } from './resources.ts'
import { isReview, review } from './reviews.ts'
import type { KubernetesWorld } from './world.ts'
import { createObject } from './verbs/create.ts'
import { deleteStoredObject } from './verbs/delete.ts'
import { getObject, listObjects } from './verbs/read.ts'
import { patchObject } from './verbs/patch.ts'
import { parseBody } from './verbs/target.ts'
import type { Target } from './verbs/target.ts'

const HEALTH = new Set(['/readyz', '/livez', '/healthz'])

/** One request to the API server at one moment. */
export function answer(world: KubernetesWorld, request: LabRequest, now: number): LabResponse {
  const user = authenticate(world, request, now)
  if (user === undefined) return unauthorized()
  const path = request.path
  if (HEALTH.has(path)) return plain(200, 'ok')
  if (path === '/version') return json(200, versionOf(world))
  if (isDiscovery(path)) return isAnonymous(user) ? forbiddenPath(user.name, 'get', path) : discover(world, path)
  if (isReview(path)) return request.method === 'POST' ? review(world, user, path, parseBody(request.body), now) : methodNotAllowed()
  return resourceRequest(world, request, user, now)
}

function versionOf(world: KubernetesWorld): { readonly [name: string]: string } {
  const [, major = '1', minor = '0'] = /^v(\d+)\.(\d+)/.exec(world.version) ?? []
  return { major, minor, gitVersion: world.version, gitTreeState: 'clean', platform: 'linux/amd64' }
}

interface Route {
  readonly group: string
  readonly version: string
  readonly namespace: string
  readonly plural: string
  readonly name: string
  readonly subresource: string
}

/** `/api/v1/namespaces/NS/pods/NAME`, `/apis/apps/v1/deployments`, `/api/v1/namespaces/NAME`: a namespace is itself a resource. */
function parseRoute(path: string): Route | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path)
  if (match === null) return undefined
  const parts = (match[3] ?? '').split('/').map((each) => decodeURIComponent(each))
  const scoped =
    parts[0] === 'namespaces' && parts.length > 2 && !(parts.length === 3 && (parts[2] === 'status' || parts[2] === 'finalize'))
  const [plural = '', name = '', subresource = ''] = scoped ? parts.slice(2) : parts
  return { group: match[1] ?? '', version: match[2] ?? '', namespace: scoped ? (parts[1] ?? '') : '', plural, name, subresource }
}

function resourceRequest(world: KubernetesWorld, request: LabRequest, user: LabUser, now: number): LabResponse {
  const route = parseRoute(request.path)
  if (route === undefined) return isAnonymous(user) ? forbiddenPath(user.name, 'get', request.path) : pageNotFound()
  const verb = verbOf(request, route)
  const access = { verb, group: route.group, resource: route.plural, namespace: route.namespace }
  if (!isAllowed(world, user, access))
    return forbidden(user.name, verb, { group: route.group, plural: route.plural }, route.namespace, route.name)
  const resources = resourcesOf(world)
  const resource = resources.find((each) => each.group === route.group && each.version === route.version && each.plural === route.plural)
  if (resource === undefined) return isServed(resources, route) ? unknownResource() : pageNotFound()
  if (route.subresource !== '') return notImplemented(`the subresource ${route.plural}/${route.subresource}`)
  return dispatch(world, request, { resource, namespace: route.namespace, name: route.name, user: user.name, now })
}

const isServed = (resources: readonly Resource[], route: Route): boolean =>
  resources.some((each) => each.group === route.group && each.version === route.version) ||
  REVIEW_GROUPS.some((each) => each === `${route.group}/${route.version}`)

function verbOf(request: LabRequest, route: Route): string {
  const verbs: Readonly<Record<string, string>> = {
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: route.name === '' ? 'deletecollection' : 'delete',
  }
  return verbs[request.method] ?? (route.name === '' ? (request.query.get('watch') === null ? 'list' : 'watch') : 'get')
}

function dispatch(world: KubernetesWorld, request: LabRequest, target: Target): LabResponse {
  const named = target.name !== ''
  switch (request.method) {
    case 'GET':
      if (request.query.has('watch')) return notImplemented('watches')
      return named ? getObject(world, target) : listObjects(world, target, request.query)
    case 'POST':
      return named ? methodNotAllowed() : createObject(world, target, request.query, objectOf(parseBody(request.body)))
    case 'PATCH':
      return named ? patchObject(world, target, request) : methodNotAllowed()
    case 'DELETE':
      return named
        ? deleteStoredObject(world, target, request.query, objectOf(parseBody(request.body)))
        : notImplemented('deleting collections')
    default:
      return notImplemented(`${request.method} on ${target.resource.plural}`)
  }
}
