import type { Json } from '../domain/json.ts'

/**
 * A value as CEL computes with it: whole numbers are BigInt, maps are plain objects, or a `Map` where a key would hide what the object is
 * (`constructor`), times are `Date`.
 */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | readonly CelValue[]
  | ReadonlyMap<string, CelValue>
  | { readonly [key: string]: CelValue }

/** What lists and maps were converted to, and what those were made of. What CEL sees as it is (no number in it) stands for itself in both. */
const celOf = new WeakMap<object, object>()
const jsonOf = new WeakMap<object, object>()

/** JSON, however it is typed, for CEL. The same list or map gives the same value every time: a thousand rules convert an object once. */
export function toCel(json: unknown): CelValue {
  switch (typeof json) {
    case 'number':
      return Number.isSafeInteger(json) ? BigInt(json) : json
    case 'string':
    case 'boolean':
      return json
    case 'object':
      return json === null ? null : containerToCel(json)
    default:
      return null
  }
}

function containerToCel(json: object): CelValue {
  const known = celOf.get(json)
  if (known !== undefined) return known as CelValue
  const value = Array.isArray(json) ? listToCel(json) : mapToCel(json)
  celOf.set(json, value)
  if (value !== json) jsonOf.set(value, json)
  return value as CelValue
}

function listToCel(json: readonly unknown[]): object {
  const members = json.map(toCel)
  return members.every((member, index) => member === json[index]) ? json : members
}

/** CEL asks a value for its constructor to learn its type: data must not answer in its place. */
const hidesItsType = (key: string): boolean => key === 'constructor' || key === '__proto__'

function mapToCel(json: object): object {
  const members: readonly (readonly [string, unknown])[] = Object.entries(json)
  if (members.some(([key]) => hidesItsType(key))) {
    return new Map(members.flatMap(([key, member]) => (member === undefined ? [] : [[key, toCel(member)] as const])))
  }
  const value: { [key: string]: CelValue } = {}
  let isSame = Object.getPrototypeOf(json) === Object.prototype
  for (const [key, member] of members) {
    const cel = member === undefined ? undefined : toCel(member)
    if (cel !== undefined) value[key] = cel
    isSame &&= cel === member && cel !== undefined
  }
  return isSame ? json : value
}

/** Back to JSON, for functions that expressions call: what came from `toCel` is the very object it was made of. */
export function fromCel(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'object') return null
  const known = jsonOf.get(value) ?? (celOf.get(value) === value ? value : undefined)
  if (known !== undefined) return known as Json
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, fromCel)
  const members = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(members.map(([key, member]) => [String(key), fromCel(member)]))
}
