import type { JsonObject } from '../../domain/json.ts'
import type { NomadCapability } from '../../domain/ports/nomad.ts'
import type { JsonResponse } from '../http/json-client.ts'
import type { NomadApi } from './api.ts'
import { ALL_CAPABILITIES, grantedIn } from './capabilities.ts'
import { listOf, objectOf, textOf } from './json-fields.ts'
import type { NamespaceRule } from './policy-rules.ts'
import { namespaceRules } from './policy-rules.ts'

/** The token as the server sees it (the anonymous one where none is sent), or `acl-off`. Rejects when it is refused. */
export async function readToken(api: NomadApi): Promise<JsonObject | 'acl-off'> {
  // Older versions refuse the question; 1.11 invents a token without policies, which may do everything all the same.
  const aclOff = ({ status, text, body }: JsonResponse): boolean =>
    (status === 400 && text.includes('ACL support disabled')) || objectOf(body)['AccessorID'] === 'acls-disabled'
  const response = await api.ask('GET', '/v1/acl/token/self', {
    what: 'read the token itself',
    capability: 'a valid token',
    accept: aclOff,
  })
  return aclOff(response) ? 'acl-off' : objectOf(response.body)
}

/** When it ends, milliseconds since the epoch; undefined for a token without an end. */
export function expiryOf(token: JsonObject): number | undefined {
  const at = Date.parse(textOf(token['ExpirationTime']))
  return Number.isNaN(at) ? undefined : at
}

/** The capabilities of the token in the API's namespace: from its policies and those of its roles, which every token may read. */
export async function readCapabilities(api: NomadApi): Promise<ReadonlySet<NomadCapability> | 'unknown'> {
  const policies = await readPolicies(api)
  if (policies === 'everything') return new Set(ALL_CAPABILITIES)
  if (policies === 'unseen') return 'unknown'
  const rules: NamespaceRule[] = []
  for (const policy of policies) {
    const mine = namespaceRules(policy)
    if (mine === undefined) return 'unknown'
    rules.push(...mine)
  }
  return grantedIn(api.namespace, rules)
}

/** The token's policies as the API gives them, those of its roles too; `everything` where it needs none. */
export async function readPolicies(api: NomadApi): Promise<readonly JsonObject[] | 'everything' | 'unseen'> {
  const token = await readToken(api)
  if (token === 'acl-off' || token['Type'] === 'management') return 'everything'
  const roles = await Promise.all(listOf(token['Roles']).map((role) => readRolePolicies(api, textOf(objectOf(role)['ID']))))
  if (roles.includes('unseen')) return 'unseen'
  const names = new Set([...listOf(token['Policies']).map(textOf), ...roles.flatMap((each) => (each === 'unseen' ? [] : each))])
  const policies = await Promise.all([...names].map((name) => readPolicy(api, name)))
  return policies.includes('unseen') ? 'unseen' : policies.flatMap((each) => (each === 'unseen' ? [] : each))
}

const absentOrUnseen = ({ status }: JsonResponse): boolean => status === 403 || status === 404

async function readRolePolicies(api: NomadApi, id: string): Promise<readonly string[] | 'unseen'> {
  const response = await api.ask('GET', `/v1/acl/role/${encodeURIComponent(id)}`, {
    what: `read ACL role ${id}`,
    capability: 'the role',
    accept: absentOrUnseen,
  })
  if (response.status === 403) return 'unseen'
  return response.status === 404 ? [] : listOf(objectOf(response.body)['Policies']).map((each) => textOf(objectOf(each)['Name']))
}

/** A policy that is named but does not exist grants nothing. */
async function readPolicy(api: NomadApi, name: string): Promise<readonly JsonObject[] | 'unseen'> {
  const response = await api.ask('GET', `/v1/acl/policy/${encodeURIComponent(name)}`, {
    what: `read ACL policy ${name}`,
    capability: 'the policy',
    accept: absentOrUnseen,
  })
  if (response.status === 403) return 'unseen'
  return response.status === 404 ? [] : [objectOf(response.body)]
}
