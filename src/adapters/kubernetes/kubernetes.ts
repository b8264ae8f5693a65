import type { Dispatcher } from 'undici'
import type { Clock } from '../../domain/ports/clock.ts'
import type { KubernetesPort } from '../../domain/ports/kubernetes.ts'
import { reviewAccess } from './access.ts'
import { applyObject } from './apply.ts'
import type { Connect } from './connection.ts'
import { deleteObject } from './delete.ts'
import { describeCluster } from './describe.ts'
import { createDiscovery } from './discovery.ts'
import { mergePatchObject } from './merge-patch.ts'
import type { Cluster } from './objects.ts'
import { getObject, listObjects } from './objects.ts'
import { readinessOf } from './readiness.ts'
import { openSession } from './session.ts'

export interface KubernetesOptions {
  /** `fromKubeconfig({…})` for people, `fixedConnection({…})` for a test or the lab. */
  readonly connect: Connect
  /** The target's namespace: where references that name none belong. */
  readonly namespace: string
  readonly clock: Clock
  /** Answers instead of the network: the lab without sockets. */
  readonly dispatcher?: Dispatcher
  /** To the last byte of an answer; 30,000 unless told. */
  readonly timeoutMs?: number
}

/** The Kubernetes API in raw JSON, so that no field is lost. Connects on first use; `close` ends kept connections. */
export function createKubernetes(options: KubernetesOptions): KubernetesPort & { close(): Promise<void> } {
  const session = openSession({
    connect: options.connect,
    clock: options.clock,
    timeoutMs: options.timeoutMs ?? 30_000,
    ...(options.dispatcher && { dispatcher: options.dispatcher }),
  })
  const discovery = createDiscovery(session)
  const cluster: Cluster = { session, discovery, namespace: options.namespace }
  return {
    describe: () => describeCluster(session, options.namespace),
    kind: (apiVersion, kind) => discovery.kind(apiVersion, kind),
    get: (reference) => getObject(cluster, reference),
    list: (kind, selection) => listObjects(cluster, kind, selection),
    apply: (object, choice) => applyObject(cluster, object, choice?.dryRun === true),
    mergePatch: (reference, patch, resourceVersion) => mergePatchObject(cluster, reference, patch, resourceVersion),
    delete: (reference, uid) => deleteObject(cluster, reference, uid),
    access: (questions) => reviewAccess(session, questions),
    readiness: (reference) => readinessOf(cluster, reference),
    close: () => session.close(),
  }
}
