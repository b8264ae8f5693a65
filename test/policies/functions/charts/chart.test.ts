import { describe, expect, it } from 'vitest'
import { chartFiles, chartYaml, leaves, otherValues, parsedMap } from '../../../../src/policies/functions/charts/chart.ts'

const CHART = {
  chart: '../fixtures/shop/',
  values: ['../fixtures/shop/values.yaml', '../fixtures/shop/values/prod.yaml', '../elsewhere/e2e.yaml'],
  files: {
    '../fixtures/shop/Chart.yaml': 'name: shop\nversion: 1.0.0\n',
    '../fixtures/shop/values.yaml': 'a: 1\n',
    '../fixtures/shop/values/prod.yaml': 'a: 2\n',
    '../fixtures/shop/charts/other/Chart.yaml': 'name: other\n',
    '../elsewhere/e2e.yaml': 'a: 3\n',
  },
}

describe('a chart', () => {
  it('has its own files by their paths inside it', () =>
    expect([...chartFiles(CHART).keys()]).toEqual(['Chart.yaml', 'values.yaml', 'values/prod.yaml', '../elsewhere/e2e.yaml']))
  it('has a Chart.yaml', () => expect(chartYaml(CHART)).toEqual({ name: 'shop', version: '1.0.0' }))
  it('has values files beside values.yaml, wherever they are', () =>
    expect(otherValues(CHART)).toEqual([
      ['../fixtures/shop/values/prod.yaml', 'a: 2\n'],
      ['../elsewhere/e2e.yaml', 'a: 3\n'],
    ]))
  it.each(['a: [', '- 1', 'text', '', undefined])('that is no YAML map is an empty one: %s', (text) => expect(parsedMap(text)).toEqual({}))
})

it('leaves are values without members', () => {
  expect(leaves({ a: { b: 1, c: {} }, d: [1], e: null }).map(({ path }) => path)).toEqual(['a.b', 'a.c', 'd', 'e'])
})
