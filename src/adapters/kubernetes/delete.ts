import type { ObjectReference } from '../../domain/ports/kubernetes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { provesAbsence, unexpectedAnswer } from './absence.ts'
import { objectPath } from './discovery.ts'
import { asString, objectAt } from './json-reading.ts'
import type { Cluster } from './objects.ts'
import { getObject, nameOf } from './objects.ts'
import { refused } from './refusal.ts'

/**
 * Deletes the object of this UID and, in the foreground, what it owns: the object stays, with a deletionTimestamp, until its
 * dependants are gone. A name that belongs to another UID by now is left alone (facts: Kubernetes 6).
 */
export async function deleteObject(cluster: Cluster, reference: ObjectReference, uid: string): Promise<'deleted' | 'absent' | 'foreign'> {
  const kind = await cluster.discovery.kind(reference.apiVersion, reference.kind)
  if (kind === undefined) return 'absent'
  const attempted = `delete ${nameOf(reference, kind, cluster.namespace)}`
  const answer = await cluster.session.request('DELETE', objectPath(kind, reference, cluster.namespace), {
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground', preconditions: { uid } },
  })
  if ((answer.status === 200 || answer.status === 202) && asString(objectAt(answer.body)?.['kind']) !== undefined) return 'deleted'
  if (answer.status === 200 || answer.status === 202) throw new ProblemError(unexpectedAnswer(answer, attempted))
  if (await provesAbsence(cluster.discovery, kind, answer, attempted)) return 'absent'
  // 409 has several causes; only a look tells which: the UID is another's, or an admission rule or a finalizer's write came between.
  if (answer.status !== 409) throw refused(answer, attempted)
  const now = await getObject(cluster, reference)
  if (now === undefined) return 'absent'
  if (now.metadata.uid !== uid) return 'foreign'
  throw refused(answer, attempted)
}
