/**
 * An object as the API server decodes it: a member that is null is one that is not there. Templates write one
 * where they forget a value: `readinessProbe:` and nothing below. Members of lists stay; what has no null is given back itself.
 */
export function withoutNulls<Value>(value: Value): Value
export function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !hasNullMember(value)) return value
  if (Array.isArray(value)) return value.map((member: unknown) => withoutNulls(member))
  const there = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(there.map(([key, member]) => [key, withoutNulls(member)]))
}

/** A member of a map that is null, however deep: most objects have none. */
function hasNullMember(value: object): boolean {
  const isList = Array.isArray(value)
  const members: readonly unknown[] = isList ? value : Object.values(value)
  return members.some((member) => (member === null ? !isList : typeof member === 'object' && hasNullMember(member)))
}
