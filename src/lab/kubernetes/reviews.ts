import type { Json, JsonObject } from '../../domain/json.ts'
import type { LabResponse } from '../contract.ts'
import { forbidden, json, notImplemented } from './answers.ts'
import type { LabUser } from './authentication.ts'
import { isAnonymous } from './authentication.ts'
import { isAllowed } from './authorization.ts'
import { isObject, objectOf, textOf } from './json.ts'
import { timestamp } from './store.ts'
import type { KubernetesWorld } from './world.ts'

const REVIEWS: Readonly<Record<string, string>> = {
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': 'SelfSubjectReview',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': 'SelfSubjectAccessReview',
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': 'SelfSubjectRulesReview',
}

export const isReview = (path: string): boolean => REVIEWS[path] !== undefined

/** Answers a question about the asker; nothing is stored. */
export function review(world: KubernetesWorld, user: LabUser, path: string, body: Json | undefined, now: number): LabResponse {
  const [, , group = '', , plural = ''] = path.split('/')
  if (isAnonymous(user)) return forbidden(user.name, 'create', { group, plural }, '', '')
  if (REVIEWS[path] === 'SelfSubjectReview') return self(user, now)
  return REVIEWS[path] === 'SelfSubjectRulesReview' ? rules(world, user) : access(world, user, body)
}

function self(user: LabUser, now: number): LabResponse {
  return json(201, {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: timestamp(now) },
    status: { userInfo: { username: user.name, uid: user.uid, groups: user.groups } },
  })
}

/** What a user may do is all but what is denied, which no list of rules can say: of who is denied something the list is not whole, as with a webhook. */
function rules(world: KubernetesWorld, user: LabUser): LabResponse {
  const incomplete = world.denied.some((right) => right.user === user.name)
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
  const status = { resourceRules: incomplete ? [] : [all], nonResourceRules: [], incomplete }
  return json(201, { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: {}, status })
}

function access(world: KubernetesWorld, user: LabUser, body: Json | undefined): LabResponse {
  const spec = objectOf(isObject(body) ? body['spec'] : undefined)
  const attributes = spec['resourceAttributes']
  if (!isObject(attributes)) return notImplemented('access reviews without resourceAttributes')
  const asked: JsonObject = attributes
  const allowed = isAllowed(world, user, {
    verb: textOf(asked['verb']),
    group: textOf(asked['group']),
    resource: textOf(asked['resource']),
    namespace: textOf(asked['namespace']),
  })
  return json(201, { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: { allowed } })
}
