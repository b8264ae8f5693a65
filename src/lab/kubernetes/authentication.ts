import type { LabRequest } from '../contract.ts'
import type { KubernetesWorld, LabToken } from './world.ts'

export interface LabUser {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
}

const ANONYMOUS: LabUser = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'] }

/** Whose request it is. No credentials at all make an anonymous user; a token that is wrong or has expired is nobody's (401). */
export function authenticate(world: KubernetesWorld, request: LabRequest, now: number): LabUser | undefined {
  const header = request.headers['authorization']
  if (header === undefined) return ANONYMOUS
  const found = world.tokens.find((each) => header === `Bearer ${each.token}`)
  return found === undefined || hasExpired(found, now) ? undefined : { name: found.user, uid: found.uid, groups: found.groups }
}

const hasExpired = (token: LabToken, now: number): boolean => token.expiresAt !== undefined && token.expiresAt <= now

export const isAnonymous = (user: LabUser): boolean => user === ANONYMOUS
