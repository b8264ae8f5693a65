import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplesOf } from '../../../src/adapters/traefik/metrics-text.ts'

const NAME = 'wanted_total'
const read = (text: string) => samplesOf(text, [NAME])?.map(({ labels, value }) => [Object.fromEntries(labels), value])

describe("Prometheus' text format", () => {
  it.each([
    ['wanted_total 3', [[{}, 3]]],
    ['wanted_total{a="b"} 1.5e+03', [[{ a: 'b' }, 1_500]]],
    ['wanted_total { a = "b" , c="d", } +Inf 1395066363000', [[{ a: 'b', c: 'd' }, Infinity]]],
    ['wanted_total{a="quote \\" brace } comma , slash \\\\ line \\n"} 1', [[{ a: 'quote " brace } comma , slash \\ line \n' }, 1]]],
    ['# HELP wanted_total of others\n# TYPE wanted_total counter\nother_total{x} broken\n\nwanted_total 1\n', [[{}, 1]]],
    ['wanted_total_of_others 1\n', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    'wanted_total',
    'wanted_total three',
    'wanted_total{a="b} 1',
    'wanted_total{a=b} 1',
    'wanted_total{a="b" c="d"} 1',
    'wanted_total{a="b"} 1 2 3',
    'wanted_total 1\nwanted_total{cut="of',
  ])('is not: %s', (text) => {
    expect(samplesOf(text, [NAME])).toBeUndefined()
  })

  it('gives back every label as it was written', () => {
    const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (a, b, value) => {
        expect(read(`wanted_total{a="${escaped(a)}",b="${escaped(b)}"} ${value}\n`)).toEqual([[{ a, b }, value]])
      }),
    )
  })
})
