import { MANAGER } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { KubernetesKind, KubernetesObject, ObjectReference } from '../../domain/ports/kubernetes.ts'
import { objectPath } from './discovery.ts'
import { asObject, itemsOf } from './json-reading.ts'
import type { Cluster } from './objects.ts'
import { expectObject, getObject, nameOf } from './objects.ts'
import { refused } from './refusal.ts'
import { readStatus } from './status.ts'

const MERGE_PATCH = 'application/merge-patch+json'
/** Controllers write status all the time: each write moves the version under us. */
const RELEASE_ATTEMPTS = 5

/** JSON merge patch (RFC 7386) on the object as it was read: `outdated` when its version has moved. Afterwards we own none of the patched fields. */
export async function mergePatchObject(
  cluster: Cluster,
  reference: ObjectReference,
  patch: JsonObject,
  resourceVersion: string,
): Promise<'patched' | 'outdated' | 'absent'> {
  const kind = await cluster.discovery.required(reference.apiVersion, reference.kind)
  const attempted = `patch ${nameOf(reference, kind, cluster.namespace)}`
  const metadata = { ...asObject(patch['metadata']), resourceVersion }
  const answer = await cluster.session.request('PATCH', objectPath(kind, reference, cluster.namespace), {
    query: { fieldManager: MANAGER, fieldValidation: 'Strict' },
    contentType: MERGE_PATCH,
    body: { ...patch, metadata },
  })
  if (answer.status === 404 && readStatus(answer).name !== undefined) return 'absent'
  if (answer.status === 409) return 'outdated'
  if (answer.status === 404) throw refused(answer, attempted)
  await releaseUpdates(cluster, reference, kind, expectObject(answer, attempted))
  return 'patched'
}

/**
 * A patch makes `jmc-migrate` the owner (operation Update) of what it changed, and an apply of nothing does not give that back. Left
 * there it would stop the real owner's next apply with a conflict, so the entry is taken out. It is courtesy: when other writers win
 * every time the entry stays and nothing else is wrong.
 */
async function releaseUpdates(
  cluster: Cluster,
  reference: ObjectReference,
  kind: KubernetesKind,
  patched: KubernetesObject,
): Promise<void> {
  let object: KubernetesObject | undefined = patched
  for (let attempt = 0; attempt < RELEASE_ATTEMPTS && object !== undefined; attempt++) {
    const entries = itemsOf(object.metadata.managedFields)
    const others = entries.filter((entry) => entry['manager'] !== MANAGER || entry['operation'] !== 'Update')
    if (others.length === entries.length) return
    const answer = await cluster.session.request('PATCH', objectPath(kind, reference, cluster.namespace), {
      query: { fieldManager: MANAGER },
      contentType: MERGE_PATCH,
      body: { metadata: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion, managedFields: others } },
    })
    if (answer.status !== 409) return
    object = await getObject(cluster, reference)
  }
}
