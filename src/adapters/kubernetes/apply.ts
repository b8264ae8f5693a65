import { MANAGER } from '../../domain/ids.ts'
import type { Json } from '../../domain/json.ts'
import type { ApplyOutcome, FieldConflict, KubernetesKind, KubernetesObject } from '../../domain/ports/kubernetes.ts'
import type { JsonResponse } from '../http/json-client.ts'
import { saysNotFound } from './absence.ts'
import { objectPath } from './discovery.ts'
import type { Cluster } from './objects.ts'
import { expectObject, nameOf } from './objects.ts'
import { refused } from './refusal.ts'
import type { ServerStatus } from './status.ts'
import { readStatus } from './status.ts'

/**
 * Server-side apply with strict field validation, never forced. 201 is the only proof that we made the object: between a look and an
 * apply somebody may be faster (facts: Kubernetes 6).
 */
export async function applyObject(cluster: Cluster, object: KubernetesObject, dryRun: boolean): Promise<ApplyOutcome> {
  const reference = referenceOf(object)
  const kind = await cluster.discovery.kind(object.apiVersion, object.kind)
  if (kind === undefined) return missingKind(cluster, object, dryRun)
  const attempted = `${dryRun ? 'check' : 'apply'} ${nameOf(reference, kind, cluster.namespace)}`
  const answer = await cluster.session.request('PATCH', objectPath(kind, reference, cluster.namespace), {
    query: { fieldManager: MANAGER, fieldValidation: 'Strict', dryRun: dryRun ? 'All' : undefined },
    contentType: 'application/apply-patch+yaml',
    body: toJson(withNamespace(object, kind, cluster.namespace)),
  })
  if (answer.status === 409) return conflictOf(answer, attempted)
  if (dryRun && saysNotFound(answer)) return notCheckable(answer, attempted)
  const applied = expectObject(answer, attempted)
  return { outcome: answer.status === 201 ? 'created' : 'configured', object: applied }
}

async function missingKind(cluster: Cluster, object: KubernetesObject, dryRun: boolean): Promise<ApplyOutcome> {
  if (!dryRun) await cluster.discovery.required(object.apiVersion, object.kind)
  return { outcome: 'not-checkable', missing: 'kind', reason: `the cluster serves no ${object.kind} of ${object.apiVersion}` }
}

/** A dry run cannot see what an earlier object of the same plan would make (facts: Kubernetes 4). */
function notCheckable(answer: JsonResponse, attempted: string): ApplyOutcome {
  const status = readStatus(answer)
  if (status.kind === 'namespaces')
    return { outcome: 'not-checkable', missing: 'namespace', reason: `there is no namespace ${status.name ?? ''}`.trim() }
  if (status.kind === undefined) return { outcome: 'not-checkable', missing: 'kind', reason: status.message }
  throw refused(answer, attempted)
}

/** A 409 without causes is no conflict of fields: the object is being deleted, or its version moved. */
function conflictOf(answer: JsonResponse, attempted: string): ApplyOutcome {
  const conflicts = fieldConflicts(readStatus(answer))
  if (conflicts.length === 0) throw refused(answer, attempted)
  return { outcome: 'conflict', conflicts }
}

/** Managers and fields out of `details.causes`: `conflict with "terraform" using apps/v1`, field `.spec.replicas`. */
export function fieldConflicts(status: ServerStatus): readonly FieldConflict[] {
  return status.causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => ({
      manager: /conflict with "((?:[^"\\]|\\.)*)"/.exec(cause.message)?.[1] ?? 'unknown',
      field: cause.field,
      message: cause.message,
    }))
}

const referenceOf = (object: KubernetesObject): { apiVersion: string; kind: string; name: string; namespace?: string } => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  ...(object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
})

function withNamespace(object: KubernetesObject, kind: KubernetesKind, namespace: string): KubernetesObject {
  if (!kind.namespaced || object.metadata.namespace !== undefined) return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

/** Through text and back: what is sent is JSON by construction, without members that are undefined. */
function toJson(value: KubernetesObject): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return copy
}
