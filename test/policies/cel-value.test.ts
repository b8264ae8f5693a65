import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { fromCel, toCel } from '../../src/policies/cel-value.ts'

it('whole numbers become CEL integers, others stay; what is not there stays away', () => {
  expect(toCel({ a: 1, b: 1.5, c: 2 ** 60, d: undefined, e: [true, null, 'x'] })).toEqual({
    a: 1n,
    b: 1.5,
    c: 2 ** 60,
    e: [true, null, 'x'],
  })
})

it('the same object is converted once, and comes back as itself', () => {
  const object = { spec: { replicas: 1 } }
  expect(toCel(object)).toBe(toCel(object))
  expect(fromCel(toCel(object))).toBe(object)
})

it('what CEL sees as it is stays the very object, and comes back as itself', () => {
  const object = { name: 'web', labels: { app: 'web' }, words: ['a', true, null] }
  expect(toCel(object)).toBe(object)
  expect(fromCel(toCel(object.labels))).toBe(object.labels)
  expect(toCel({ ...object, none: undefined })).not.toHaveProperty('none')
})

it('keys that would hide what an object is do not', () => {
  const cel = toCel(JSON.parse('{"constructor":1,"__proto__":{"polluted":2}}'))
  expect(cel).toEqual(
    new Map<string, unknown>([
      ['constructor', 1n],
      ['__proto__', { polluted: 2n }],
    ]),
  )
})

it('what expressions make comes back as JSON', () => {
  const made = { list: [1n, 2.5, new Set(['a'])], map: new Map([['b', 3n]]), at: new Date(0) }
  expect(fromCel(made)).toEqual({ list: [1, 2.5, ['a']], map: { b: 3 }, at: '1970-01-01T00:00:00.000Z' })
})

it('any JSON goes there and back', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = structuredClone(value) as Json
      expect(fromCel(unremembered(toCel(copy)))).toEqual(asRead(value))
    }),
  )
})

/** The same CEL value without the memory of where it came from. */
const unremembered = (cel: unknown): unknown => {
  if (Array.isArray(cel)) return cel.map(unremembered)
  if (cel instanceof Map) return new Map([...cel].map(([key, member]) => [key, unremembered(member)]))
  if (typeof cel !== 'object' || cel === null) return cel
  return Object.fromEntries(Object.entries(cel).map(([key, member]) => [key, unremembered(member)]))
}

/** BigInt knows no negative zero. */
const asRead = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
