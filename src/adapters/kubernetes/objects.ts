import type { KubernetesKind, KubernetesObject, ObjectReference } from '../../domain/ports/kubernetes.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import { provesAbsence, unexpectedAnswer } from './absence.ts'
import type { Discovery } from './discovery.ts'
import { collectionPath, objectPath } from './discovery.ts'
import { asString, isKubernetesObject, itemsOf, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

const PAGE = 500
/** How often a list is begun anew because the server's snapshot expired between its pages. */
const FRESH_STARTS = 5

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
  if (await provesAbsence(cluster.discovery, kind, answer, attempted)) return undefined
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
  const attempted = `list ${kind.plural}`
  for (let tries = 0; tries < FRESH_STARTS; tries += 1) {
    const found = await allPages(cluster, path, options, attempted)
    if (found.end === 'expired') continue
    if (found.end === 'read')
      return found.items.map((item) => ({ ...item, apiVersion: of.apiVersion, kind: of.kind })).filter(isKubernetesObject)
    if (await provesAbsence(cluster.discovery, kind, found.answer, attempted)) return []
    throw refused(found.answer, attempted)
  }
  throw new ProblemError(keepsExpiring(kind, attempted))
}

type Pages =
  | { readonly end: 'read'; readonly items: readonly JsonObject[] }
  /** The snapshot that the pages are of is gone. */
  | { readonly end: 'expired' }
  | { readonly end: 'refused'; readonly answer: JsonResponse }

async function allPages(
  cluster: Cluster,
  path: string,
  { labelSelector, fieldSelector }: { readonly labelSelector?: string; readonly fieldSelector?: string },
  attempted: string,
): Promise<Pages> {
  const found: JsonObject[] = []
  let token: string | undefined
  do {
    const answer = await cluster.session.request('GET', path, { query: { labelSelector, fieldSelector, limit: PAGE, continue: token } })
    if (answer.status === 410) return { end: 'expired' }
    if (answer.status !== 200) return { end: 'refused', answer }
    const items = objectAt(answer.body)?.['items']
    // `null` is how an empty list of Go is written.
    if (!Array.isArray(items) && items !== null) throw new ProblemError(unexpectedAnswer(answer, attempted))
    found.push(...itemsOf(items))
    token = asString(objectAt(answer.body, 'metadata')?.['continue'])
  } while (token !== undefined && token !== '')
  return { end: 'read', items: found }
}

const keepsExpiring = (kind: KubernetesKind, attempted: string): Problem => ({
  code: 'kubernetes-list-expires',
  summary: `the list of ${kind.plural} expired ${FRESH_STARTS} times before its last page was read`,
  attempted,
  next: ['run the same command again when the API server has less to do'],
  effect: 'no',
})

/** A success's body as an object; anything else as a problem. */
export function expectObject(answer: JsonResponse, attempted: string): KubernetesObject {
  if (answer.status !== 200 && answer.status !== 201) throw refused(answer, attempted)
  if (isKubernetesObject(answer.body)) return answer.body
  throw new ProblemError(unexpectedAnswer(answer, attempted))
}
