import { describe, expect, test } from 'vitest'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import { NEW_URL } from '../../fakes/ports/world.ts'
import { SWITCH } from '../switch-spec.ts'
import { addRouter, previewed, switched } from './previewed.ts'

const look = async (step: Awaited<ReturnType<typeof previewed>>) => switchTraefikRoute.unmoved?.(step.context)

test('visitors on the old side are unmoved', async () => {
  expect(await look(await previewed())).toMatchObject({ verdict: 'pass' })
})

test('visitors on the new side are not, whoever wrote the router and whatever its name', async () => {
  expect(await look(await switched())).toMatchObject({ verdict: 'fail', side: 'new' })
  const other = await previewed()
  addRouter(other.world, 'somebodys', { rule: SWITCH.rule, service: SWITCH.service, priority: 999_999 })
  await other.world.clock.sleep(1_000)
  expect(await look(other)).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('somebodys@file') })
})

test('visitors whom no router answers are nowhere; nothing keeps an undo from taking the new side down', async () => {
  const step = await previewed()
  expect(await look(step)).not.toHaveProperty('nowhere')
  step.world.edge.catalog = () => ({ routers: [], services: [] })
  expect(await look(step)).toMatchObject({
    verdict: 'pass',
    nowhere: true,
    reason: expect.stringMatching(/^no router answers visitors of /),
  })
})

describe('visitors who come to the new side another way', () => {
  const CHILD = '{"name":"to-cluster","weight":99}'
  const ways: Readonly<Record<string, string>> = {
    'in part, by weights': `{"weighted":{"services":[${CHILD},{"name":"site@consulcatalog","weight":1}]}}`,
    'by a consistent hash': `{"highestRandomWeight":{"services":[${CHILD}]}}`,
    'as the spare': '{"failover":{"service":"site@consulcatalog","fallback":"to-cluster","errors":{"status":["502"]}}}',
    'by a copy': `{"loadBalancer":{"servers":[{"url":"${NEW_URL}"}]}}`,
  }

  test.each(Object.entries(ways))('%s', async (_how, shared) => {
    const step = await previewed()
    const { edge, clock } = step.world
    edge.save(edge.text.replace('  services:\n', `  services:\n    shared: ${shared}\n`))
    addRouter(step.world, 'somebodys', { rule: SWITCH.rule, service: 'shared', priority: 999_999 })
    await clock.sleep(1_000)
    expect(await look(step)).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringContaining('are on to-cluster@file, at least in part, by router somebodys@file'),
    })
  })

  test('perhaps: a router above that may match, or not, does not hide the one below', async () => {
    const step = await switched()
    addRouter(step.world, 'perhaps', { rule: 'ClientIP(`192.0.2.0/24`)', service: 'site@consulcatalog', priority: 999_999 })
    await step.world.clock.sleep(1_000)
    expect(await look(step)).toMatchObject({ verdict: 'fail', side: 'new' })
  })

  test('cannot be told where a router hands over to routers below it', async () => {
    const step = await previewed()
    const { catalog } = step.world.edge
    step.world.edge.catalog = () => ({ ...catalog(), routers: catalog().routers.map((each) => ({ ...each, service: '' })) })
    expect(await look(step)).toMatchObject({ verdict: 'inconclusive' })
  })
})
