import { expect, test } from 'vitest'
import { switchTraefikRoute } from '../../src/steps/switch-traefik-route.ts'
import { EDGE_FILE, FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { SWITCH } from './switch-spec.ts'
import { switched } from './switch-traefik-route/previewed.ts'

test('the bundle holds the file as it was', async () => {
  const { context, record } = await switched()
  const [file] = (await switchTraefikRoute.restoreFiles?.(context, record)) ?? []
  expect(new TextDecoder().decode(file?.bytes)).toBe(EDGE_FILE)
})

test('the hosts are those of the rule', async () => {
  const rule = 'Host(`A.example.org`, `b.example.org`) && PathPrefix(`/Host(x)`) || Host("c.example.org")'
  const hosts = await switchTraefikRoute.hosts?.({ ...SWITCH, rule }, contextOf(new FakeWorld().ports, SWITCH).files)
  expect(hosts?.map((each) => each.host)).toEqual(['a.example.org', 'b.example.org', 'c.example.org'])
})
