import type { KubernetesKind, ObjectReference } from '../../domain/ports/kubernetes.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { JsonResponse } from '../http/json-client.ts'
import { saysNotFound, unexpectedAnswer } from './absence.ts'
import { asString, itemsOf, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

/** Neither served nor absent: whether there are objects of it cannot be said now. */
export const LISTED_ONLY = 'kubernetes-kind-listed-only'

export interface Discovery {
  /** Undefined: the server serves no such kind. Found kinds are remembered for the life of the process, absent ones are asked for again. */
  kind(apiVersion: string, kind: string): Promise<KubernetesKind | undefined>
  /** Like `kind`, but a kind that is not served is a problem. */
  required(apiVersion: string, kind: string): Promise<KubernetesKind>
  /** Asked anew: whether the server serves a kind that it was found to have. */
  serves(kind: KubernetesKind): Promise<boolean>
}

export function createDiscovery(session: Session): Discovery {
  const known = new Map<string, KubernetesKind>()
  const asked = new Map<string, Promise<void>>()

  const learn = async (apiVersion: string): Promise<void> => {
    const served = await readResources(session, apiVersion)
    for (const [key, kind] of known) if (kind.apiVersion === apiVersion) known.delete(key)
    for (const kind of served) known.set(keyOf(apiVersion, kind.kind), kind)
  }
  /** Who asks while the answer is under way gets the same. */
  const learning = (apiVersion: string): Promise<void> => {
    const answer = asked.get(apiVersion) ?? learn(apiVersion).finally(() => asked.delete(apiVersion))
    asked.set(apiVersion, answer)
    return answer
  }
  const kind = async (apiVersion: string, name: string): Promise<KubernetesKind | undefined> => {
    const key = keyOf(apiVersion, name)
    if (!known.has(key)) await learning(apiVersion)
    return known.get(key)
  }
  return {
    kind,
    serves: async (of) => {
      await learning(of.apiVersion)
      return known.has(keyOf(of.apiVersion, of.kind))
    },
    required: async (apiVersion, name) => {
      const found = await kind(apiVersion, name)
      if (found === undefined) throw new ProblemError(kindMissing(apiVersion, name))
      return found
    },
  }
}

/** The kinds of a group and version; none where the server itself says that it does not serve it. */
async function readResources(session: Session, apiVersion: string): Promise<readonly KubernetesKind[]> {
  const attempted = `ask which kinds ${apiVersion} has`
  const answer = await session.request('GET', groupVersionPath(apiVersion))
  if (saysNotFound(answer)) return []
  if (answer.status === 404) {
    await proveNotListed(session, apiVersion, answer, attempted)
    return []
  }
  if (answer.status !== 200) throw refused(answer, attempted)
  const resources = objectAt(answer.body)?.['resources']
  if (!Array.isArray(resources)) throw new ProblemError(unexpectedAnswer(answer, attempted))
  return itemsOf(resources).flatMap((resource) => {
    const [kind, plural] = [asString(resource['kind']), asString(resource['name'])]
    // `deployments/status` and `deployments/scale` are parts of a resource, not kinds.
    if (kind === undefined || plural === undefined || plural.includes('/')) return []
    return { apiVersion, kind, plural, namespaced: resource['namespaced'] === true }
  })
}

/**
 * A group that nobody serves is answered `404 page not found` in plain text, word for word as a Traefik without a router does (seen on
 * 1.36): only a list of groups without it proves that it is the API server who says so.
 */
async function proveNotListed(session: Session, apiVersion: string, absent: JsonResponse, attempted: string): Promise<void> {
  const answer = await session.request('GET', '/apis')
  const groups = answer.status === 200 ? objectAt(answer.body)?.['groups'] : undefined
  if (!Array.isArray(groups) || !apiVersion.includes('/')) throw new ProblemError(unexpectedAnswer(absent, attempted))
  // A definition is listed a moment before its kind is served, and a moment after it is gone.
  const listed = itemsOf(groups).some((group) => itemsOf(group['versions']).some((version) => version['groupVersion'] === apiVersion))
  if (listed) throw new ProblemError(listedOnly(apiVersion, attempted))
}

const listedOnly = (apiVersion: string, attempted: string): Problem => ({
  code: LISTED_ONLY,
  summary: `the cluster lists ${apiVersion}, but does not serve it`,
  attempted,
  next: ['run the same command again in a moment', `\`kubectl get --raw ${groupVersionPath(apiVersion)}\` shows when it is served`],
  effect: 'no',
})

const keyOf = (apiVersion: string, kind: string): string => `${apiVersion}/${kind}`

export function groupVersionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

/** Path of a kind's collection; `namespace` is ignored for cluster-scoped kinds, and '' means all namespaces. */
export function collectionPath(kind: KubernetesKind, namespace: string): string {
  const place = kind.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${groupVersionPath(kind.apiVersion)}${place}/${kind.plural}`
}

export function objectPath(kind: KubernetesKind, reference: ObjectReference, defaultNamespace: string): string {
  return `${collectionPath(kind, reference.namespace ?? defaultNamespace)}/${encodeURIComponent(reference.name)}`
}

function kindMissing(apiVersion: string, kind: string): ConstructorParameters<typeof ProblemError>[0] {
  return {
    code: 'kubernetes-kind-missing',
    summary: `the cluster serves no ${kind} of ${apiVersion}`,
    attempted: `find the kind ${kind}`,
    next: [
      `install the custom resource definition of ${kind}, or leave the object out`,
      '`kubectl api-resources` lists what the cluster serves',
    ],
    effect: 'no',
  }
}
