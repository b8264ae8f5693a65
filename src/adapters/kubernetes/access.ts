import type { AccessQuestion } from '../../domain/ports/kubernetes.ts'
import type { AccessRule } from './access-rules.ts'
import { allowsAll, rulesOf } from './access-rules.ts'
import { asString, objectAt } from './json-reading.ts'
import { refused } from './refusal.ts'
import type { Session } from './session.ts'

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
/** So many questions about one namespace are worth asking for all rules there first. */
const WORTH_ALL_RULES = 4

export interface AccessAnswer {
  readonly question: AccessQuestion
  readonly allowed: boolean
  readonly reason?: string
}

/**
 * Asks the server what our credentials may do: for all that it says of a namespace at once, where it knows that this is all, and question by question for
 * what these rules do not plainly allow. Every authenticated user may ask; nothing is stored.
 */
export async function reviewAccess(session: Session, questions: readonly AccessQuestion[]): Promise<readonly AccessAnswer[]> {
  const known = new Map<string, Promise<readonly AccessRule[] | undefined>>()
  const rulesIn = (namespace: string): Promise<readonly AccessRule[] | undefined> | undefined => {
    if (questions.filter((each) => each.namespace === namespace).length < WORTH_ALL_RULES) return undefined
    const rules = known.get(namespace) ?? rulesOf(session, namespace)
    known.set(namespace, rules)
    return rules
  }
  return Promise.all(
    questions.map(async (question) => {
      // What a role of one namespace allows says nothing of the cluster's own objects.
      const rules = question.namespace === undefined ? undefined : await rulesIn(question.namespace)
      return rules?.some((rule) => allowsAll(rule, question)) === true ? { question, allowed: true } : reviewOne(session, question)
    }),
  )
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
