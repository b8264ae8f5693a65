import { expect, test } from 'vitest'
import { whyNotHome } from '../../../src/steps/switch-traefik-route/way-home.ts'
import { FakeWorld, SITE } from '../../fakes/ports/world.ts'
import { contextOf } from '../context.ts'

const REPLACED = 'site@consulcatalog'
const asked = ['web', 'websecure'].map((entryPoint) => ({ entryPoint, host: SITE, path: '/', method: 'GET' as const }))

/** Our router answers on both entry points; the replaced one would on the second. */
async function why(redirected: boolean): Promise<string | undefined> {
  const world = new FakeWorld()
  const { ports } = world
  const ours = {
    name: 'to-k8s@file',
    provider: 'file',
    rule: `Host(\`${SITE}\`)`,
    service: 'to-k8s',
    entryPoints: ['web', 'websecure'],
    middlewares: [],
    priority: 1_024,
    status: 'enabled' as const,
    errors: [],
    tls: undefined,
  }
  const redirect = { ...ours, name: 'redirect@internal', provider: 'internal', entryPoints: ['web'], priority: 2 ** 30 }
  const routers = [...(await ports.edge.routers()), ours, ...(redirected ? [redirect] : [])]
  ports.edge.routers = async () => routers
  return whyNotHome(contextOf(ports, {}), [ours.name], [{ asked, replaced: REPLACED }])
}

test('where another router answers on an entry point all the time, ours bars nobody by going', async () => {
  expect(await why(true)).toBeUndefined()
})

test('where ours alone answers on it, visitors would lose it', async () => {
  expect(await why(false)).toContain('no router answers for')
})
