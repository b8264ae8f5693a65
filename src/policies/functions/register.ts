import type { Json } from '../../domain/json.ts'

/** Registers a function whose arguments and result are plain data: its signature in CEL, what it gives, and the function. */
export type Register = (signature: string, gives: string, handler: (...values: readonly Json[]) => Json) => void

/**
 * A list for `each`. Members are maps with `object` and `path`: a finding is about these, not about what the rule looks at. The same list gives the same
 * rows, so that they are made ready for CEL once.
 */
export function rows(list: readonly object[]): Json {
  const known = rowsOf.get(list)
  if (known !== undefined) return known
  const made = list.map((member) => Object.fromEntries(Object.entries(member) as [string, Json][]))
  rowsOf.set(list, made)
  return made
}

const rowsOf = new WeakMap<object, Json>()
