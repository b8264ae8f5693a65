/**
 * What a quota that is exceeded says, with all of its numbers; undefined: the message is about something else. Seen on Kubernetes 1.36, for an object
 * that is applied and for the pods of a ReplicaSet: `exceeded quota: q, requested: pods=1, used: pods=16, limited: pods=1`.
 */
export function exceededQuota(message: string): string | undefined {
  const [, name, asked, used, limit] = /exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(message) ?? []
  return name === undefined ? undefined : `quota ${name} has no room: asked for ${asked}, used ${used} of ${limit}`
}
