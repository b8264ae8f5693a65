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

const celOf = new WeakMap<object, CelValue>()
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
  if (known !== undefined) return known
  const value = Array.isArray(json) ? json.map(toCel) : mapToCel(json)
  celOf.set(json, value)
  jsonOf.set(value, json)
  return value
}

/** CEL asks a value for its constructor to learn its type: data must not answer in its place. */
const hidesItsType = (key: string): boolean => key === 'constructor' || key === '__proto__'

function mapToCel(json: object): ReadonlyMap<string, CelValue> | { [key: string]: CelValue } {
  const members = Object.entries(json)
  if (members.some(([key]) => hidesItsType(key))) {
    return new Map(members.flatMap(([key, member]) => (member === undefined ? [] : [[key, toCel(member)] as const])))
  }
  const value: { [key: string]: CelValue } = {}
  for (const [key, member] of members) if (member !== undefined) value[key] = toCel(member)
  return value
}

/** Back to JSON, for functions that expressions call: what came from `toCel` is the very object it was made of. */
export function fromCel(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'object') return null
  const known = jsonOf.get(value)
  if (known !== undefined) return known as Json
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, fromCel)
  const members = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(members.map(([key, member]) => [String(key), fromCel(member)]))
}
