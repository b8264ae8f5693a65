import type { Json, JsonObject } from '../../domain/json.ts'
import type { KubernetesObject, KubernetesPort } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RenderedObject } from '../../domain/rendered-object.ts'
import { isObject } from './field-paths.ts'
import type { ImageUse } from './images-pods.ts'
import { listAt, mapAt } from './images-pods.ts'

export interface PullSecrets {
  /** Docker configurations, in the order of their names. */
  readonly dockerConfigs: readonly string[]
  /** Secrets that were named and could not be read, and why; for people. */
  readonly notes: readonly string[]
}

/** The pull secrets of the pods that use an image. */
export type PullSecretsOf = (use: Pick<ImageUse, 'pod' | 'namespace'>) => Promise<PullSecrets>

/**
 * As the plan will create them, else as the cluster has them. A pod that names none gets those of its service account, as the API server does.
 * Each object is asked for once.
 */
export function pullSecretsOf(kubernetes: KubernetesPort, objects: readonly RenderedObject[], defaultNamespace: string): PullSecretsOf {
  const asked = new Map<string, Promise<Sought>>()
  const seek = (kind: 'Secret' | 'ServiceAccount', name: string, namespace: string): Promise<Sought> => {
    const key = `${kind} ${namespace}/${name}`
    const answer = asked.get(key) ?? sought(kubernetes, objects, { kind, name, namespace, defaultNamespace })
    asked.set(key, answer)
    return answer
  }

  return async ({ pod, namespace }) => {
    const own = namesIn(pod)
    const account = typeof pod['serviceAccountName'] === 'string' ? pod['serviceAccountName'] : 'default'
    const from = own.length > 0 ? undefined : await seek('ServiceAccount', account, namespace)
    const names = own.length > 0 ? own : namesIn((from?.object ?? {}) as JsonObject)
    const secrets = await Promise.all(names.map((name) => seek('Secret', name, namespace)))
    const configs = secrets.map(({ object }) => (object === undefined ? undefined : dockerConfigOf(object as JsonObject)))
    const broken = names.flatMap((name, index) => {
      const note = secrets[index]?.note
      if (configs[index] !== undefined) return []
      return [`the pull secret ${namespace}/${name} ${note ?? 'holds no docker configuration'}`]
    })
    const unseen = from?.note === undefined || from.note === ABSENT ? [] : [`the service account ${namespace}/${account} ${from.note}`]
    return { dockerConfigs: configs.filter((config) => config !== undefined), notes: [...unseen, ...broken] }
  }
}

interface Sought {
  readonly object?: KubernetesObject
  /** Why there is none. */
  readonly note?: string
}

const ABSENT = 'does not exist'

async function sought(
  kubernetes: KubernetesPort,
  objects: readonly RenderedObject[],
  { kind, name, namespace, defaultNamespace }: { kind: string; name: string; namespace: string; defaultNamespace: string },
): Promise<Sought> {
  const planned = objects.find(
    ({ object }) =>
      object.apiVersion === 'v1' &&
      object.kind === kind &&
      object.metadata.name === name &&
      (object.metadata.namespace ?? defaultNamespace) === namespace,
  )
  if (planned) return { object: planned.object }
  try {
    const object = await kubernetes.get({ apiVersion: 'v1', kind, name, namespace })
    return object === undefined ? { note: ABSENT } : { object }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { note: `cannot be read: ${error.problem.summary}` }
  }
}

const namesIn = (holder: JsonObject): readonly string[] =>
  listAt(holder, 'imagePullSecrets').flatMap((each) => (isObject(each) && typeof each['name'] === 'string' ? [each['name']] : []))

/** Of both types that the kubelet reads; the old one has the logins without `auths` around them. */
function dockerConfigOf(secret: JsonObject): string | undefined {
  const config = valueOf(secret, '.dockerconfigjson')
  const old = valueOf(secret, '.dockercfg')
  return config ?? (old === undefined ? undefined : `{"auths":${old}}`)
}

/** `stringData` wins, as the API server merges them. */
function valueOf(secret: JsonObject, key: string): string | undefined {
  const plain: Json | undefined = mapAt(secret, ['stringData'])[key]
  const encoded: Json | undefined = mapAt(secret, ['data'])[key]
  if (typeof plain === 'string') return plain
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : undefined
}
