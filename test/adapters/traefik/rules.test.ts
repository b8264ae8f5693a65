import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ruleMatches } from '../../../src/adapters/traefik/rules/evaluate.ts'
import { goRegexpFinds } from '../../../src/adapters/traefik/rules/go-regexp.ts'

const question = {
  entryPoint: 'websecure',
  host: 'www.Site.test:443',
  path: '/api/v1?page=2&empty',
  method: 'GET',
  headers: { 'X-Probe': 'secret' },
}
const ask = (rule: string, more: Partial<typeof question> = {}) => ruleMatches(rule, { ...question, ...more })

describe('a rule of Traefik v3', () => {
  it.each([
    ['Host(`www.site.test`)', 'yes'],
    ['Host("WWW.site.TEST")', 'yes'],
    ['Host(`www.site.test.`)', 'yes'],
    ['Host(`site.test`)', 'no'],
    ['HOST(`www.site.test`) && pathprefix(`/api`)', 'yes'],
    ['Path(`/api/v1`)', 'yes'],
    ['Path(`/api/v1/`)', 'no'],
    ['PathPrefix(`/ap`)', 'yes'],
    ['Method(`get`)', 'yes'],
    ['Method(`POST`)', 'no'],
    ['Header(`x-probe`, `secret`)', 'yes'],
    ['Header(`X-Probe`, `Secret`)', 'no'],
    ['Header(`X-Other`, `1`)', 'no'],
    ['Header(`Host`, `www.site.test`)', 'no'],
    ['Query(`page`, `2`)', 'yes'],
    ['Query(`empty`)', 'yes'],
    ['Query(`page`)', 'no'],
    ['QueryRegexp(`page`, `^\\d$`)', 'yes'],
    ['HostRegexp(`^[a-z]+\\.site\\.test$`)', 'yes'],
    ['HostRegexp(`site`)', 'yes'],
    ['PathRegexp(`^/api/v[0-9]+$`)', 'yes'],
    ['HeaderRegexp(`X-Probe`, `^sec`)', 'yes'],
    ['!Host(`www.site.test`)', 'no'],
    ['Host(`a`) || Host(`www.site.test`) && Path(`/nope`)', 'no'],
    ['(Host(`a`) || Host(`www.site.test`)) && !Path(`/nope`)', 'yes'],
    ['!(Host(`a`) || Path(`/nope`))', 'yes'],
    ['Host(`www.site.test`)||\n Host(`b`)', 'yes'],
  ])('%s: %s', (rule, answer) => expect(ask(rule)).toBe(answer))

  it.each([
    ['ClientIP(`10.0.0.0/8`)'],
    ['Host(`a`, `www.site.test`)'],
    ['HostHeader(`www.site.test`)'],
    ['Headers(`a`, `b`)'],
    ['Host(`*.site.test`)'],
    ['Host(`*`)'],
    ['Host(``)'],
    ['Host(`größe.test`)'],
    ['Header(`User-Agent`, `curl`)'],
    ['Header(`X-Forwarded-Proto`, `https`)'],
    ['HostRegexp(`{sub:[a-z]+}.site.test`)'],
    ['HostRegexp(`(?P<name>a)`)'],
    ['Host(`a`'],
    ['Host(a)'],
    [''],
    ['Host(`www.site.test`) Path(`/`)'],
    ['Host(`a`) // comment'],
  ])('%s: not decided', (rule) => expect(ask(rule)).toBe('unknown'))

  it('is decided by what is known where that is enough', () => {
    expect(ask('ClientIP(`10.0.0.1`) && Host(`other`)')).toBe('no')
    expect(ask('ClientIP(`10.0.0.1`) || Host(`www.site.test`)')).toBe('yes')
    expect(ask('ClientIP(`10.0.0.1`) && Host(`www.site.test`)')).toBe('unknown')
    expect(ask('!ClientIP(`10.0.0.1`)')).toBe('unknown')
  })

  it('is not decided about paths that Traefik cleans or decodes first', () => {
    for (const path of ['/a//b', '/a/../b', '/a%20b', '/./x', '/ä']) expect(ask('PathPrefix(`/a`)', { path })).toBe('unknown')
    expect(ask('Host(`*.other.test`)')).toBe('no')
  })

  it('reads any text without failing, and never turns an undecided part into a yes by negation', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(['yes', 'no', 'unknown']).toContain(ask(text))
      }),
    )
  })
})

describe('a rule of Traefik v2', () => {
  it.each([
    ['Host(`a`, `WWW.site.test`)', 'yes'],
    ['HostHeader(`a`, `b`)', 'no'],
    ['Host(`a`) && PathPrefix(`/x`)', 'no'],
    ['Host(`www.site.test`) && PathPrefix(`/api`)', 'unknown'],
    ['HostRegexp(`{sub:[a-z]+}.site.test`)', 'unknown'],
  ])('%s: %s, for only its hosts are understood', (rule, answer) => expect(ruleMatches(rule, question, 'v2')).toBe(answer))
})

describe("a regular expression of Go's", () => {
  it.each(['(a+)+$', '(a|a)*$', '(?:a{1,}){2,}', '([a-z]+)*x'])('%s is not tried: it could take for ever', (pattern) => {
    expect(goRegexpFinds(pattern, 'a'.repeat(40))).toBe('unknown')
  })

  it.each(['[[:alpha:]]', '\\z', '\\Aa', '\\pL', '(?s).', 'a**', 'a++', 'x{,3}', '[]a]', '\\Qa\\E', '[', '\\1'])(
    '%s is not the same in JavaScript',
    (pattern) => {
      expect(goRegexpFinds(pattern, 'a')).toBe('unknown')
    },
  )

  it.each([
    ['(?i)^WWW', 'yes'],
    ['^(?:www|api)\\.', 'yes'],
    ['[^a-z.]', 'no'],
    ['w{3}', 'yes'],
    ['\\bsite\\b', 'yes'],
    ['^.+$', 'yes'],
    ['[\\w-]+\\.test$', 'yes'],
  ])('%s: %s', (pattern, answer) => expect(goRegexpFinds(pattern, 'www.site.test')).toBe(answer))
})
