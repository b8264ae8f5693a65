import { describe, expect, it } from 'vitest'
import { documentedValues, overridingValues, valuesInFiles } from '../../../../src/policies/functions/charts/values.ts'

const chart = (values: string, more: Readonly<Record<string, string>> = {}) => ({
  chart: 'shop',
  values: Object.keys(more).filter((path) => path.startsWith('shop/values/')),
  files: { 'shop/values.yaml': values, ...more },
})

describe('documentedValues', () => {
  it.each([
    ['a: 1\n', ['a false values.yaml:1']],
    ['a: 1 # pods\n', ['a true values.yaml:1']],
    ['# pods\na: 1\nb: 2\n', ['a true values.yaml:2', 'b false values.yaml:3']],
    ['# all of it\na:\n  b: 1\n  c: { d: 2 }\n', ['a.b true values.yaml:3', 'a.c.d true values.yaml:4']],
    ['a:\n  # one\n  b: 1\n  c: 2\n', ['a.b true values.yaml:3', 'a.c false values.yaml:4']],
    ['a: "#1"\n', ['a false values.yaml:1']],
    ['a: {}\nb: []\n', ['a false values.yaml:1', 'b false values.yaml:2']],
    ['', []],
  ])('%j', (values, expected) =>
    expect(documentedValues(chart(values)).map(({ value, documented, path }) => `${value} ${String(documented)} ${path}`)).toEqual(
      expected,
    ),
  )
})

describe('valuesInFiles', () => {
  it('says which look like secrets, in every file, and never the value', () => {
    const found = valuesInFiles(
      chart('secrets: { jwtSecret: "" }\nlevel: info\n', {
        'shop/values/prod.yaml': 'secrets: { jwtSecret: correct-horse }\nargs: [a, "Bearer abcdefghijklmnop"]',
      }),
    )
    expect(found.map(({ path, value, secret }) => `${path} ${value} ${String(secret)}`)).toEqual([
      'values.yaml secrets.jwtSecret false',
      'values.yaml level false',
      'shop/values/prod.yaml secrets.jwtSecret true',
      'shop/values/prod.yaml args true',
    ])
    expect(JSON.stringify(found)).not.toContain('correct-horse')
  })
})

describe('overridingValues', () => {
  const unknown = (own: string, other: string, more = {}) =>
    overridingValues(chart(own, { 'shop/values/prod.yaml': other, ...more }))
      .filter(({ known }) => !known)
      .map(({ value }) => value)

  it.each([
    ['a: 1', 'a: 2', []],
    ['a: 1', 'b: 2', ['b']],
    ['a: { b: 1 }', 'a: { c: 1 }', ['a.c']],
    ['a: {}', 'a: { anything: { goes: 1 } }', []],
    ['a: 1', 'global: { b: 1 }', []],
  ])('%s, then %s', (own, other, expected) => expect(unknown(own, other)).toEqual(expected))

  it('leaves what a dependency gets to it', () => {
    const dependencies = 'dependencies: [{ name: db, version: 1.0.0 }, { name: cache, alias: store }]'
    expect(unknown('a: 1', 'db: { b: 1 }\nstore: { c: 1 }\ncache: { d: 1 }', { 'shop/Chart.yaml': dependencies })).toEqual(['cache.d'])
  })

  it.each([
    ['{ "properties": { "b": {} } }', []],
    ['{ "properties": { "c": {} } }', ['b']],
    ['{ "additionalProperties": false }', []],
    ['{ "$ref": "other.json" }', []],
  ])('asks the schema: %s', (schema, expected) => expect(unknown('a: 1', 'b: 2', { 'shop/values.schema.json': schema })).toEqual(expected))
})
