import type { AccessQuestion } from '../../domain/ports/kubernetes.ts'
import { asString, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

export interface AccessAnswer {
  readonly question: AccessQuestion
  readonly allowed: boolean
  readonly reason?: string
}

/** Asks the server, question by question, what our credentials may do. Every authenticated user may ask; nothing is stored. */
export async function reviewAccess(session: Session, questions: readonly AccessQuestion[]): Promise<readonly AccessAnswer[]> {
  return Promise.all(questions.map((question) => reviewOne(session, question)))
}

async function reviewOne(session: Session, question: AccessQuestion): Promise<AccessAnswer> {
  const { verb, group, resource, namespace } = question
  const answer = await session.request('POST', PATH, {
    onlyAsks: true,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource, ...(namespace !== undefined && { namespace }) } },
    },
  })
  const status = objectAt(answer.body, 'status')
  if (answer.status !== 201 || status === undefined) throw refused(answer, `ask whether we may ${verb} ${resource}`)
  const reason = asString(status['reason']) ?? asString(status['evaluationError'])
  return { question, allowed: status['allowed'] === true, ...(reason !== undefined && { reason }) }
}
