/**
 * An object as the API server decodes it: a member that is null is one that is not there. Templates write one
 * where they forget a value: `readinessProbe:` and nothing below. Members of lists stay; what has no null is given back itself.
 */
export function withoutNulls<Value>(value: Value): Value
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const members = value.map((member: unknown) => withoutNulls(member))
    return members.every((member, index) => member === value[index]) ? value : members
  }
  const before = Object.entries(value)
  const after = before.filter(([, member]) => member !== null).map(([key, member]) => [key, withoutNulls(member)] as const)
  const isSame = after.length === before.length && after.every(([, member], index) => member === before[index]?.[1])
  return isSame ? value : Object.fromEntries(after)
}
