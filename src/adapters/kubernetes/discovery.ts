import type { KubernetesKind, ObjectReference } from '../../domain/ports/kubernetes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { asString, itemsOf, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

export interface Discovery {
  /** Undefined: the server serves no such kind. Found kinds are remembered for the life of the process, absent ones are asked for again. */
  kind(apiVersion: string, kind: string): Promise<KubernetesKind | undefined>
  /** Like `kind`, but a kind that is not served is a problem. */
  required(apiVersion: string, kind: string): Promise<KubernetesKind>
}

export function createDiscovery(session: Session): Discovery {
  const known = new Map<string, KubernetesKind>()

  const learn = async (apiVersion: string): Promise<void> => {
    const answer = await session.request('GET', groupVersionPath(apiVersion))
    if (answer.status === 404) return
    if (answer.status !== 200) throw refused(answer, `ask which kinds ${apiVersion} has`)
    for (const resource of itemsOf(objectAt(answer.body)?.['resources'])) {
      const [kind, plural] = [asString(resource['kind']), asString(resource['name'])]
      // `deployments/status` and `deployments/scale` are parts of a resource, not kinds.
      if (kind === undefined || plural === undefined || plural.includes('/')) continue
      known.set(keyOf(apiVersion, kind), { apiVersion, kind, plural, namespaced: resource['namespaced'] === true })
    }
  }
  const kind = async (apiVersion: string, name: string): Promise<KubernetesKind | undefined> => {
    const key = keyOf(apiVersion, name)
    if (!known.has(key)) await learn(apiVersion)
    return known.get(key)
  }
  return {
    kind,
    required: async (apiVersion, name) => {
      const found = await kind(apiVersion, name)
      if (found === undefined) throw new ProblemError(kindMissing(apiVersion, name))
      return found
    },
  }
}

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
