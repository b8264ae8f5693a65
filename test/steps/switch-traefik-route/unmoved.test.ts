import { expect, test } from 'vitest'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
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
