import type { KubernetesKind, KubernetesObject, ObjectReference } from '../../domain/ports/kubernetes.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import type { Discovery } from './discovery.ts'
import { collectionPath, objectPath } from './discovery.ts'
import { asString, isKubernetesObject, itemsOf, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

const PAGE = 500

/** What every operation needs. */
export interface Cluster {
  readonly session: Session
  readonly discovery: Discovery
  /** The target's namespace, for references that name none. */
  readonly namespace: string
}

/** A reference in words: "Deployment default/website". */
export function nameOf(reference: ObjectReference, kind: KubernetesKind | undefined, defaultNamespace: string): string {
  const namespaced = kind?.namespaced ?? reference.namespace !== undefined
  return `${reference.kind} ${namespaced ? `${reference.namespace ?? defaultNamespace}/` : ''}${reference.name}`
}

/** The object, or undefined where there is none (or no such kind). */
export async function getObject(cluster: Cluster, reference: ObjectReference): Promise<KubernetesObject | undefined> {
  const kind = await cluster.discovery.kind(reference.apiVersion, reference.kind)
  if (kind === undefined) return undefined
  const attempted = `read ${nameOf(reference, kind, cluster.namespace)}`
  const answer = await cluster.session.request('GET', objectPath(kind, reference, cluster.namespace))
  if (answer.status === 404) return undefined
  return expectObject(answer, attempted)
}

/**
 * All objects of a kind in a namespace ('' means all, left out the target's), page by page. The members of a list carry neither
 * apiVersion nor kind: they are put back. Empty for a kind that is not served.
 */
export async function listObjects(
  cluster: Cluster,
  of: { readonly apiVersion: string; readonly kind: string },
  options: { readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string } = {},
): Promise<readonly KubernetesObject[]> {
  const kind = await cluster.discovery.kind(of.apiVersion, of.kind)
  if (kind === undefined) return []
  const path = collectionPath(kind, options.namespace ?? cluster.namespace)
  const found: KubernetesObject[] = []
  let token: string | undefined
  do {
    const { labelSelector, fieldSelector } = options
    const answer = await cluster.session.request('GET', path, { query: { labelSelector, fieldSelector, limit: PAGE, continue: token } })
    if (answer.status === 404) return [] // its definition was deleted meanwhile
    if (answer.status === 410) return listObjects(cluster, of, options) // the page's snapshot expired
    if (answer.status !== 200) throw refused(answer, `list ${kind.plural}`)
    for (const item of itemsOf(objectAt(answer.body)?.['items'])) {
      const object = { ...item, apiVersion: of.apiVersion, kind: of.kind }
      if (isKubernetesObject(object)) found.push(object)
    }
    token = asString(objectAt(answer.body, 'metadata')?.['continue'])
  } while (token !== undefined && token !== '')
  return found
}

/** A success's body as an object; anything else as a problem. */
export function expectObject(answer: JsonResponse, attempted: string): KubernetesObject {
  if (answer.status !== 200 && answer.status !== 201) throw refused(answer, attempted)
  if (isKubernetesObject(answer.body)) return answer.body
  throw new ProblemError({
    code: 'kubernetes-unexpected-answer',
    summary: `the server answered ${answer.status} with something that is no Kubernetes object: ${answer.text.slice(0, 120)}`,
    attempted,
    next: ['check that the server URL in the kubeconfig leads to a Kubernetes API (a proxy or login page between?)'],
    effect: 'unknown',
  })
}
