import { expect, test } from 'vitest'
import { planJsonSchema } from '../../src/plan/json-schema.ts'
import { planReference } from '../../src/plan/reference.ts'
import { registries } from './fakes.ts'

const schema = planJsonSchema(registries)
const at = (...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? Object.entries(node).find(([name]) => name === key)?.[1] : undefined),
    schema,
  )

test('the schema is one document of draft 2020-12, without references', () => {
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
  expect(JSON.stringify(schema)).not.toMatch(/"\$(ref|defs|id)"/)
  expect(schema['required']).toEqual(['apiVersion', 'name', 'targets', 'steps'])
})

test('a step may have each kind and must have exactly one', () => {
  expect(at('properties', 'steps', 'items', 'required')).toEqual(['id'])
  expect(at('properties', 'steps', 'items', 'oneOf')).toEqual([...registries.kinds.keys()].map((kind) => ({ required: [kind] })))
  expect(at('properties', 'steps', 'items', 'properties', 'soak')).toMatchObject({
    description: 'Waits for soak.',
    examples: [{ hold: '5m' }],
    required: ['hold'],
    properties: { interval: { type: 'string' } },
  })
  expect(at('properties', 'steps', 'items', 'properties', 'gates', 'items', 'oneOf')).toEqual([{ required: ['http'] }])
})

test('it describes what a user writes: durations as text, defaults may be left out', () => {
  expect(at('properties', 'steps', 'items', 'properties', 'gates', 'items', 'properties', 'timeout', 'pattern')).toContain('ms|s|m|h|d')
  expect(at('properties', 'site', 'properties', 'expect', 'properties', 'status')).toMatchObject({ type: 'integer', default: 200 })
  expect(at('properties', 'site', 'properties', 'expect', 'required')).toBeUndefined()
})

test('the reference names every kind with its fields, default policy and example', () => {
  const reference = planReference(registries)
  for (const kind of [...registries.kinds.keys(), ...registries.gates.keys()]) expect(reference).toContain(`### \`${kind}\``)
  expect(reference).toContain('| `replicas` | whole number 1–9 | `1` |')
  expect(reference).toContain('| `entryPoints` | list of `web` or `websecure` |')
  expect(reference).toContain('| `expect.headers` | map of names to values |')
  expect(reference).toContain('| `hosts.NAME.ssh` | text | required |')
  expect(reference).toContain('`successThreshold: 3`')
  expect(reference).toContain('**It cannot be undone**: it is gone.')
  expect(reference).toContain('```yaml\ndeploy-app:\n  manifests: app\n```')
})
