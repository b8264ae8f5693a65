import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { fieldsAppliedEarlier } from '../../../src/steps/deploy-to-kubernetes/owned-fields.ts'

const owned = (fieldsV1: JsonObject, extra: JsonObject = {}): JsonObject => ({
  metadata: {
    name: 'x',
    managedFields: [
      { manager: 'other', operation: 'Apply', fieldsV1: { 'f:data': {} } },
      { manager: 'jmc-migrate', operation: 'Apply', fieldsV1, ...extra },
    ],
  },
})
const values: JsonObject = {
  metadata: { name: 'x', labels: { a: '1', b: '2' }, finalizers: ['one', 'two'] },
  spec: {
    replicas: 2,
    ports: [
      { containerPort: 80, protocol: 'TCP', name: 'http' },
      { containerPort: 81, protocol: 'TCP', name: 'admin' },
    ],
    args: ['-v', '-x'],
    selector: { app: 'x', tier: 'y' },
  },
}

test.each<[string, JsonObject, Json]>([
  ['members', { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } }, { metadata: { labels: { a: '1' } } }],
  [
    'a list item by its keys, with what is owned of it',
    { 'f:spec': { 'f:ports': { 'k:{"containerPort":81,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } } },
    { spec: { ports: [{ containerPort: 81, protocol: 'TCP', name: 'admin' }] } },
  ],
  [
    'a list item that is owned whole',
    { 'f:spec': { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': {} } } },
    { spec: { ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }] } },
  ],
  ['members of a set', { 'f:metadata': { 'f:finalizers': { 'v:"two"': {} } } }, { metadata: { finalizers: ['two'] } }],
  [
    'atomic lists and maps',
    { 'f:spec': { 'f:args': {}, 'f:selector': {} } },
    { spec: { args: ['-v', '-x'], selector: { app: 'x', tier: 'y' } } },
  ],
  ['what is not there any more', { 'f:spec': { 'f:gone': {}, 'f:replicas': {} } }, { spec: { replicas: 2 } }],
])('%s', (_what, fields, expected) => {
  expect(fieldsAppliedEarlier(owned(fields), values)).toEqual(expected)
})

test('nothing, where we had applied nothing: other managers, other operations and subresources do not count', () => {
  expect(fieldsAppliedEarlier({ metadata: { name: 'x' } }, values)).toBeUndefined()
  expect(fieldsAppliedEarlier(owned({ 'f:spec': {} }, { operation: 'Update' }), values)).toBeUndefined()
  expect(fieldsAppliedEarlier(owned({ 'f:spec': {} }, { subresource: 'scale' }), values)).toBeUndefined()
})
