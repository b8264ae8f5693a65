import type { JsonObject } from '../../domain/json.ts'
import type { LabRequest, LabResponse } from '../contract.ts'
import { plain } from './answers.ts'
import { at, listOf, objectOf, objectsOf, textOf } from './json.ts'
import { listStored } from './store.ts'
import type { KubernetesWorld } from './world.ts'
import { ENDPOINT_SLICES, INGRESSES, SERVICES } from './controllers/kinds.ts'
import { namespaceOf } from './controllers/owner.ts'

interface Candidate {
  readonly namespace: string
  readonly path: string
  readonly exact: boolean
  readonly backend: JsonObject
}

/**
 * The cluster's Traefik. An Ingress whose Service has no ready endpoint loses its router: 404, not 503 (facts: Traefik 17). Objects that
 * are being deleted still route.
 */
export function answerIngress(world: KubernetesWorld, request: LabRequest): LabResponse {
  const host = (request.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase()
  const served = candidates(world, host)
    .filter((each) => matchesPath(each, request.path) && hasReadyEndpoint(world, each))
    .toSorted((a, b) => b.path.length - a.path.length || Number(b.exact) - Number(a.exact))
  if (served.length === 0) return plain(404, '404 page not found\n')
  const { status, body } = world.application
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-served-by': 'kubernetes' },
    body: request.method === 'HEAD' ? '' : body,
  }
}

function candidates(world: KubernetesWorld, host: string): readonly Candidate[] {
  return listStored(world, INGRESSES)
    .filter((ingress) => classOf(ingress) === 'traefik')
    .flatMap((ingress) =>
      objectsOf(at(ingress, 'spec', 'rules'))
        .filter((rule) => rule['host'] === undefined || matchesHost(textOf(rule['host']), host))
        .flatMap((rule) => objectsOf(at(rule, 'http', 'paths')))
        .map((path) => ({
          namespace: namespaceOf(ingress),
          path: textOf(path['path']) || '/',
          exact: path['pathType'] === 'Exact',
          backend: objectOf(at(path, 'backend', 'service')),
        })),
    )
}

const classOf = (ingress: JsonObject): string =>
  textOf(at(ingress, 'spec', 'ingressClassName') ?? at(ingress, 'metadata', 'annotations', 'kubernetes.io/ingress.class'))

/** `*.example.org` covers one label. */
function matchesHost(rule: string, host: string): boolean {
  if (!rule.startsWith('*.')) return rule.toLowerCase() === host
  return host.slice(host.indexOf('.')) === rule.slice(1).toLowerCase()
}

/** `Prefix` matches whole path elements: `/a` covers `/a/b`, not `/ab`. */
function matchesPath({ path, exact }: Candidate, asked: string): boolean {
  if (exact) return asked === path
  const prefix = path.replace(/\/$/, '')
  return asked === prefix || asked.startsWith(`${prefix}/`)
}

function hasReadyEndpoint(world: KubernetesWorld, { namespace, backend }: Candidate): boolean {
  const service = listStored(world, SERVICES, namespace).find((each) => at(each, 'metadata', 'name') === backend['name'])
  const port = objectOf(backend['port'])
  const found = objectsOf(at(service, 'spec', 'ports')).find(
    (each) => each['port'] === port['number'] || (port['name'] !== undefined && each['name'] === port['name']),
  )
  if (service === undefined || found === undefined) return false
  const slices = listStored(world, ENDPOINT_SLICES, namespace).filter(
    (each) => at(each, 'metadata', 'labels', 'kubernetes.io/service-name') === backend['name'],
  )
  return slices.some(
    (slice) => listOf(slice['ports']).length > 0 && objectsOf(slice['endpoints']).some((each) => at(each, 'conditions', 'ready') === true),
  )
}
