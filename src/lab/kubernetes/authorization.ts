import type { LabUser } from './authentication.ts'
import { isAnonymous } from './authentication.ts'
import type { DeniedRight, KubernetesWorld } from './world.ts'

export interface Access {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace: string
}

/** Every user with a token may do everything that the world does not deny. Asking about oneself is always allowed. */
export function isAllowed(world: KubernetesWorld, user: LabUser, access: Access): boolean {
  if (isAnonymous(user)) return false
  return !world.denied.some((right) => covers(right, user, access))
}

function covers(right: DeniedRight, user: LabUser, access: Access): boolean {
  const matches = (rule: string | undefined, value: string): boolean => rule === undefined || rule === '*' || rule === value
  return (
    right.user === user.name &&
    matches(right.verb, access.verb) &&
    matches(right.group, access.group) &&
    matches(right.resource, access.resource) &&
    matches(right.namespace, access.namespace)
  )
}
