import type { KubernetesPort } from '../../domain/ports/kubernetes.ts'
import { reviewAccess } from './access.ts'
import { credentialsExpireAt } from './expiry.ts'
import { asString, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

/**
 * Who the API server says we are. `/version` alone proves nothing, it answers anybody; a SelfSubjectReview needs valid credentials. Where
 * the server has none (before 1.28) an access review proves the same without a name.
 */
export async function describeCluster(session: Session, namespace: string): Promise<Awaited<ReturnType<KubernetesPort['describe']>>> {
  const connection = await session.connection()
  const [version, user] = await Promise.all([versionOf(session), whoAmI(session, namespace)])
  const expires = await credentialsExpireAt(await session.connection())
  return {
    server: connection.server,
    context: connection.context,
    namespace,
    version,
    user,
    ...(expires !== undefined && { credentialsExpireAt: expires }),
  }
}

async function versionOf(session: Session): Promise<string> {
  const answer = await session.request('GET', '/version')
  if (answer.status !== 200) throw refused(answer, 'ask the API server for its version')
  return asString(objectAt(answer.body)?.['gitVersion']) ?? 'unknown'
}

async function whoAmI(session: Session, namespace: string): Promise<string> {
  const answer = await session.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  })
  if (answer.status === 201) return asString(objectAt(answer.body, 'status', 'userInfo')?.['username']) ?? 'unknown'
  if (answer.status !== 404) throw refused(answer, 'prove the credentials')
  await reviewAccess(session, [{ verb: 'get', group: '', resource: 'pods', namespace }])
  return 'unknown'
}
