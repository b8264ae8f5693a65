import type { JsonObject } from '../../domain/json.ts'
import type { LabRequest } from '../contract.ts'
import type { NomadWorld, NomadWorldPolicy, NomadWorldToken } from './world.ts'

const ANONYMOUS: NomadWorldToken = { accessor: 'anonymous', secret: '', name: 'Anonymous Token', type: 'client', policies: ['anonymous'] }

/** Without ACL everybody holds this one, whatever was sent, and may do everything. */
const ACL_OFF: NomadWorldToken = { accessor: 'acls-disabled', secret: '', name: 'ACLs disabled token', type: 'client', policies: [] }

/** Who asks, and what that token may do. */
export interface Access {
  readonly token: NomadWorldToken
  readonly management: boolean
  /** Whether it has one of the capabilities in the namespace. */
  may(namespace: string, ...oneOf: readonly string[]): boolean
  /** Whether it has any capability in the namespace. */
  sees(namespace: string): boolean
  readonly policies: readonly NomadWorldPolicy[]
  /** What it may do with nodes. */
  readonly node: 'none' | 'read' | 'write'
}

/** 1.11 answers both faults of a token with "Permission denied", but names an expired one when asked about the token itself. */
export function accessOf(world: NomadWorld, request: LabRequest, now: number): Access | 'unknown-token' | 'expired-token' {
  const secret = request.headers['x-nomad-token'] ?? /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
  const token = !world.acl ? ACL_OFF : secret === '' ? ANONYMOUS : world.tokens.find((each) => each.secret === secret)
  if (token === undefined) return 'unknown-token'
  if ((token.expiresAt ?? Infinity) <= now) return 'expired-token'
  const management = !world.acl || token.type === 'management'
  const policies = world.policies.filter((policy) => token.policies.includes(policy.name))
  const grantedIn = (namespace: string): readonly string[] => {
    const all = policies.flatMap((policy) => policy.grants)
    const named = all.some((grant) => grant.namespace === namespace) ? namespace : '*'
    const granted = all.filter((grant) => grant.namespace === named).flatMap((grant) => grant.capabilities)
    return granted.includes('deny') ? [] : granted
  }
  return {
    token,
    management,
    policies,
    node: management
      ? 'write'
      : (policies.map((policy) => policy.node).find((each) => each === 'write') ?? policies.find((policy) => policy.node)?.node ?? 'none'),
    may: (namespace, ...oneOf) => management || grantedIn(namespace).some((each) => oneOf.includes(each)),
    sees: (namespace) => management || grantedIn(namespace).length > 0,
  }
}

/** As `/v1/acl/token/self` shows it. */
export function tokenBody(token: NomadWorldToken): JsonObject {
  return {
    AccessorID: token.accessor,
    SecretID: token.secret,
    Name: token.name,
    Type: token.type,
    Policies: token.policies.length === 0 ? null : token.policies,
    Roles: null,
    Global: token.type === 'management',
    ExpirationTime: token.expiresAt === undefined ? null : new Date(token.expiresAt).toISOString(),
    ExpirationTTL: '',
    CreateIndex: 1,
    ModifyIndex: 1,
  }
}

export function policyBody(policy: NomadWorldPolicy): JsonObject {
  return {
    Name: policy.name,
    Description: '',
    Rules: policy.rules,
    RulesJSON: {
      Namespaces: policy.grants.map((grant) => ({ Name: grant.namespace, Policy: '', Capabilities: grant.capabilities, Variables: null })),
      Node: policy.node === undefined ? null : { Policy: policy.node },
    },
    CreateIndex: 1,
    ModifyIndex: 1,
  }
}
