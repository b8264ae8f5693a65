import { expect, it } from 'vitest'
import { setValues } from '../../../../src/policies/functions/charts/values.ts'

it.each([
  ['replicaCount', true],
  ['replicasCount', false],
  ['backend.port', true],
  ['backend.prot', false],
  ['labels.anything', true],
  ['global.region', true],
  ['redis.auth', true],
  ['more.known', true],
  ['a\\.b.c', true],
  ['a\\.b.d', false],
])('%s is known: %s', (path, known) => {
  const files = {
    'shop/values.yaml': "replicaCount: 1\nbackend: { port: 1 }\nlabels: {}\n'a.b': { c: 1 }\n",
    'shop/Chart.yaml': 'name: shop\ndependencies: [{ name: redis, version: 1.0.0 }]\n',
    'shop/values.schema.json': '{ "properties": { "more": { "properties": { "known": {} } } } }',
  }
  expect(setValues({ chart: 'shop', set: [path], files })).toEqual([{ object: 'shop', path: `helm.set.${path}`, value: path, known }])
})
