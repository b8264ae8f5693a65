import { describe, expect, it } from 'vitest'
import { nameOf } from '../../../src/policies/functions/identity.ts'
import { encoded, entries, settingsOf, variables } from '../../../src/policies/functions/settings.ts'
import { deployment, object, objects } from './objects.ts'

it('variables are those whose values stand in the object', () => {
  const found = variables(
    object(deployment('shop', '          env: [{ name: A, value: one }, { name: B, valueFrom: {} }, { name: C, value: 3 }]')),
  )
  expect(found).toEqual([{ object: 'Deployment/shop', path: 'spec.template.spec.containers[0].env[0].value', key: 'A', value: 'one' }])
})

describe('entries', () => {
  it('of a Secret are decoded', () => {
    expect(entries(object('{ kind: Secret, metadata: { name: s }, data: { a: aGVsbG8= }, stringData: { b: text } }'))).toEqual([
      { object: 'Secret/s', path: 'data.a', key: 'a', value: 'hello' },
      { object: 'Secret/s', path: 'stringData.b', key: 'b', value: 'text' },
    ])
  })

  it('of a ConfigMap stay what they are; a key with a dot is quoted', () => {
    expect(entries(object('{ kind: ConfigMap, metadata: { name: c }, data: { app.yaml: aGVsbG8= } }'))).toEqual([
      { object: 'ConfigMap/c', path: 'data["app.yaml"]', key: 'app.yaml', value: 'aGVsbG8=' },
    ])
  })
})

it.each([
  ['{ kind: Secret, data: { a: x }, stringData: { b: y } }', ['a']],
  ['{ kind: ConfigMap, data: { a: x }, binaryData: { b: y } }', ['b']],
])('encoded: %s', (yaml, keys) => expect(encoded(object(yaml)).map(({ key }) => key)).toEqual(keys))

describe('settingsOf', () => {
  const read = (container: string) => {
    const all = objects(`${deployment('shop', container)}---
{ kind: ConfigMap, metadata: { name: c }, data: { ONE: '1', TWO: '2' } }
---
{ kind: Secret, metadata: { name: s }, data: { three: Mw== } }`)
    return settingsOf(all[0] ?? null, new Map(all.map((each) => [nameOf(each), each]))).map(({ object: from, key, value }) =>
      [from, key, value].join(' '),
    )
  }

  it('gives all keys of what is taken whole', () => {
    expect(read('          envFrom: [{ configMapRef: { name: c } }, { configMapRef: { name: missing } }]')).toEqual([
      'ConfigMap/c ONE 1',
      'ConfigMap/c TWO 2',
    ])
  })

  it('gives a single key under the name that the program reads', () => {
    expect(read('          env: [{ name: API_URL, valueFrom: { secretKeyRef: { name: s, key: three } } }]')).toEqual(['Secret/s API_URL 3'])
  })

  it('gives what several containers read once', () => {
    expect(
      read(
        '          env: [{ name: A, valueFrom: { configMapKeyRef: { name: c, key: ONE } } }]\n          envFrom: [{ configMapRef: { name: c } }]',
      ),
    ).toEqual(['ConfigMap/c A 1', 'ConfigMap/c ONE 1', 'ConfigMap/c TWO 2'])
  })
})
