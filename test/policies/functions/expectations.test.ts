import { describe, expect, it } from 'vitest'
import { expectedImages, expectedKeys, expectedObjects, secretEntriesInFiles } from '../../../src/policies/functions/expectations.ts'
import { deployment, objects } from './objects.ts'

describe('expectedKeys', () => {
  const expects = { keys: { 'Secret/s': ['A', 'B'], 'ConfigMap/c': ['LEVEL'] } }
  const found = (yaml: string) =>
    expectedKeys(objects(yaml), expects).map(({ object, key, found: is, set }) => `${object} ${key} ${String(is)} ${String(set)}`)

  it('says which are there', () => {
    expect(
      found(
        '{ kind: Secret, metadata: { name: s }, data: { A: YQ==, B: "" } }\n---\n{ kind: ConfigMap, metadata: { name: c }, data: { LEVEL: " " } }',
      ),
    ).toEqual(['Secret/s A true true', 'Secret/s B true false', 'ConfigMap/c LEVEL true false'])
  })

  it('says which objects are not', () =>
    expect(found('{ kind: Secret, metadata: { name: s } }')).toContain('ConfigMap/c LEVEL false false'))
  it('expects nothing where the plan does not', () => expect(expectedKeys(objects('{ kind: Secret }'), {})).toEqual([]))
})

it('expectedObjects are those of exposed and outside', () => {
  const expects = { exposed: ['Service/shop'], outside: [{ from: 'Deployment/shop', to: 'example.org', port: 443 }] }
  expect(expectedObjects(objects(deployment('shop')), expects).map(({ object, field, found }) => [object, field, found])).toEqual([
    ['Service/shop', 'exposed', false],
    ['Deployment/shop', 'outside', true],
  ])
})

it('expectedImages are found where a container runs them, under whatever tag', () => {
  expect(
    expectedImages(objects(deployment('shop')), { images: { shop: {}, shopp: {} } }).map(({ object, found }) => [object, found]),
  ).toEqual([
    ['shop', true],
    ['shopp', false],
  ])
})

describe('secretEntriesInFiles', () => {
  const secret = (value: string) => objects(`{ kind: Secret, step: deploy, metadata: { name: s }, stringData: { TOKEN: ${value} } }`)

  it('says what lies open, and never the value', () => {
    expect(secretEntriesInFiles(secret('correct-horse'), ['deploy'])).toEqual([
      { object: 'Secret/s', path: 'stringData.TOKEN', key: 'TOKEN', open: true },
    ])
    expect(secretEntriesInFiles(secret('placeholder-of-TOKEN'), ['deploy'])).toMatchObject([{ open: false }])
  })

  it('says nothing of steps that get their values elsewhere', () => {
    expect(secretEntriesInFiles(secret('correct-horse'), ['other'])).toEqual([])
    expect(secretEntriesInFiles(secret('correct-horse'), undefined)).toEqual([])
  })
})
