import { expect, test } from 'vitest'
import { openTraefikRoute } from '../../src/steps/open-traefik-route.ts'
import { isForNamedHosts } from '../../src/steps/rule-hosts.ts'
import { switchTraefikRoute } from '../../src/steps/switch-traefik-route.ts'
import { PLAN } from './context.ts'
import { SWITCH } from './switch-spec.ts'

test.each([
  ['Host(`a.org`)', true],
  ['Host(`a.org`, `b.org`)', true],
  ['host(`a.org`) || HOST(`b.org`) || HostHeader(`c.org`)', true],
  ['NotHost(`a.org`)', false],
  ['Host(`a.org`) && (PathPrefix(`/x`) || Header(`a`, `)`))', true],
  ['PathPrefix(`/x`) && (Host(`a.org`) || Host(`b.org`))', true],
  ['(Host(`a.org`) || PathPrefix(`/x`)) && Host(`b.org`)', true],
  ['Host(`a.org`) && !PathPrefix(`/x`)', true],
  ['PathPrefix(`/Host(a.org)`)', false],
  ['PathPrefix(`/`)', false],
  ['HostRegexp(`.+`)', false],
  ['!Host(`a.org`)', false],
  ['!(Host(`a.org`) && PathPrefix(`/x`))', false],
  ['Host(`a.org`) || PathPrefix(`/x`)', false],
  ['Host(`a.org`) && PathPrefix(`/x`) || HostRegexp(`.*`)', false],
  ['', false],
])('a rule for named hosts alone: %s', (rule, expected) => {
  expect(isForNamedHosts(rule)).toBe(expected)
})

test.each([
  ['HostRegexp(`^.+\\.example\\.org$`)', 'also takes visitors of hosts that it does not name'],
  ['Host(`www.example.org`) || PathPrefix(`/api`)', 'also takes visitors of hosts that it does not name'],
  ['Host(`*.example.org`)', 'Traefik takes `Host` by the letter'],
])('a route for others than the site is refused, and it says what to do: %s', (rule, summary) => {
  for (const kind of [switchTraefikRoute, openTraefikRoute])
    expect(kind.check?.({ ...SWITCH, rule }, PLAN)).toMatchObject([
      {
        code: 'rule-without-host',
        summary: expect.stringContaining(summary),
        next: [expect.stringContaining('Host(`www.example.org`)'), expect.any(String)],
      },
    ])
  expect(switchTraefikRoute.check?.({ ...SWITCH, rule: 'Host(`www.example.org`) && PathPrefix(`/`)' }, PLAN)).toEqual([])
})
