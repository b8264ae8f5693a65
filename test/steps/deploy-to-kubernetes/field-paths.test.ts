import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import {
  differingFields,
  fieldAt,
  mergePatched,
  patchedFields,
  patchTowards,
  semanticFields,
} from '../../../src/steps/deploy-to-kubernetes/field-paths.ts'

/** Objects as a merge patch can make them: no null members, no empty maps. */
const leaf = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
)
const key = fc.constantFrom('a', 'b', 'c', 'd.e')
const map = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { minKeys: 1 })), { minKeys: 1 })))

describe('merge patches', () => {
  test('a patch towards b of all differing fields makes b of a', () => {
    fc.assert(
      fc.property(map, map, (a, b) => {
        const made = mergePatched(a as JsonObject, patchTowards(b as JsonObject, differingFields(a as JsonObject, b as JsonObject)))
        expect(differingFields(pruned(made), pruned(b as JsonObject))).toEqual([])
      }),
    )
  })

  test('equal objects differ nowhere, and a patch names the fields that it was made of', () => {
    fc.assert(
      fc.property(map, (a) => {
        expect(differingFields(a as JsonObject, structuredClone(a) as JsonObject)).toEqual([])
        const paths = patchedFields(a as JsonObject)
        for (const path of paths) expect(fieldAt(a as JsonObject, path)).toBeDefined()
        expect(patchTowards(a as JsonObject, paths)).toEqual(a)
      }),
    )
  })
})

test('what the server and controllers count is not what a person means', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'X',
    metadata: {
      name: 'x',
      uid: 'u',
      resourceVersion: '3',
      generation: 2,
      creationTimestamp: 't',
      managedFields: [],
      labels: { a: 'b' },
      annotations: { 'jmc-migrate/run': 'r', 'jmc-migrate/step': 's', 'deployment.kubernetes.io/revision': '3', own: 'kept' },
    },
    status: { ready: true },
    spec: {},
  }
  expect(semanticFields(object)).toEqual({
    apiVersion: 'v1',
    kind: 'X',
    metadata: { name: 'x', labels: { a: 'b' }, annotations: { own: 'kept' } },
    spec: {},
  })
  // kubectl keeps the whole object there once more, a Secret's data too.
  const ownNotes = { 'jmc-migrate/run': 'r', 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{}}' }
  expect(semanticFields({ ...object, metadata: { name: 'x', annotations: ownNotes } })).not.toHaveProperty('metadata.annotations')
})

/** Without the maps that a patch empties: RFC 7386 leaves them there. */
function pruned(object: JsonObject): JsonObject {
  const members = Object.entries(object).map(
    ([name, value]) =>
      [name, typeof value === 'object' && value !== null && !Array.isArray(value) ? pruned(value as JsonObject) : value] as const,
  )
  return Object.fromEntries(
    members.filter(
      ([, value]) => !(typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0),
    ),
  )
}
