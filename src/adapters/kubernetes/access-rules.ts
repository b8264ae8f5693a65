import type { AccessQuestion } from '../../domain/ports/kubernetes.ts'
import { asString, itemsOf, objectAt } from './json-reading.ts'
import type { Session } from './session.ts'

/** One rule of a SelfSubjectRulesReview, as RBAC writes them: what it lists is allowed; `*` is any. */
export interface AccessRule {
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** Empty: objects of whatever name. */
  readonly names: readonly string[]
}

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'

/**
 * All rules for us in a namespace. Undefined where they are not all (an authorizer that cannot list its rules, such as a webhook, may also deny what
 * another allows), or where the server does not say: then only a question of its own has an answer.
 */
export async function rulesOf(session: Session, namespace: string): Promise<readonly AccessRule[] | undefined> {
  const answer = await session.request('POST', PATH, {
    onlyAsks: true,
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
  })
  const status = objectAt(answer.body, 'status')
  const isWhole = answer.status === 201 && status?.['incomplete'] === false && (asString(status['evaluationError']) ?? '') === ''
  if (!isWhole) return undefined
  return itemsOf(status?.['resourceRules']).flatMap((rule) => {
    const names = rule['resourceNames'] ?? []
    // A restriction that cannot be read is not none.
    return isTexts(names)
      ? [{ verbs: textsOf(rule['verbs']), groups: textsOf(rule['apiGroups']), resources: textsOf(rule['resources']), names }]
      : []
  })
}

/** Whether the rule allows it for every object of the resource; `pods/*` and the like are about parts of objects. */
export const allowsAll = (rule: AccessRule, { verb, group, resource }: AccessQuestion): boolean =>
  rule.names.length === 0 && includes(rule.verbs, verb) && includes(rule.groups, group) && includes(rule.resources, resource)

const includes = (listed: readonly string[], value: string): boolean => listed.includes(value) || listed.includes('*')

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string')

const textsOf = (value: unknown): readonly string[] => (isTexts(value) ? value : [])
