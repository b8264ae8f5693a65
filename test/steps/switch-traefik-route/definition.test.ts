import { describe, expect, test } from 'vitest'
import { SWITCH } from '../switch-spec.ts'
import { FakeWorld, SITE } from '../../fakes/ports/world.ts'
import { previewed, addRouter } from './previewed.ts'

describe('the router', () => {
  test('inherits tls and middlewares, under names that others can use, and says so', async () => {
    const world = new FakeWorld()
    world.replaced = { middlewares: ['auth@docker', 'wiki@file'], tls: { certResolver: 'letsencrypt', options: 'modern@file' } }
    const { record, preview } = await previewed(world)
    expect(record.definition).toEqual({
      rule: `Host(\`${SITE}\`)`,
      service: 'to-cluster',
      entryPoints: ['websecure'],
      priority: 1_024,
      middlewares: ['auth@docker', 'wiki@file'],
      tls: { certResolver: 'letsencrypt', options: 'modern@file' },
    })
    expect(preview.changes[0]?.remarks).toEqual([
      'inherits tls and middlewares auth@docker, wiki@file of site@consulcatalog',
      'priority 1024 is above site@consulcatalog (24)',
    ])
  })

  test('of a docker router: `auth` is `auth@docker` for the file', async () => {
    const world = new FakeWorld()
    const { routers, services } = world.edge.catalog()
    const dockerised = routers.map((each) => ({
      ...each,
      name: 'site@docker',
      provider: 'docker',
      middlewares: ['auth'],
      tls: { options: 'strict' },
    }))
    world.edge.catalog = () => ({
      routers: dockerised,
      services: services.map((each) => ({ ...each, name: 'site@docker', provider: 'docker' })),
    })
    const { record } = await previewed(world, { ...SWITCH, replaces: 'site@docker' })
    expect(record.definition).toMatchObject({ middlewares: ['auth@docker'], tls: { options: 'strict@docker' } })
  })

  test('says what the plan says in place of the inherited, and warns of a lost middleware', async () => {
    const world = new FakeWorld()
    world.replaced = { middlewares: ['auth@docker'], tls: {} }
    const { record, preview } = await previewed(world, { ...SWITCH, middlewares: [], tls: { certResolver: 'own' }, priority: 77 })
    expect(record.definition).toMatchObject({ tls: { certResolver: 'own' }, priority: 77 })
    expect(record.definition).not.toHaveProperty('middlewares')
    expect(preview.warnings).toEqual([expect.stringContaining('goes through middleware auth@docker; k8s-site will not')])
  })

  test('stands above every router that may match the host, not only the one of today', async () => {
    const world = new FakeWorld()
    addRouter(world, 'catch-all', { rule: 'PathPrefix(`/`)', priority: 5 })
    addRouter(world, 'api', { rule: `Host(\`${SITE}\`) && PathPrefix(\`/api\`)`, priority: 500 })
    addRouter(world, 'elsewhere', { rule: 'Host(`elsewhere.example.org`)', priority: 9_000 })
    await world.clock.sleep(1_000)
    const { record, preview } = await previewed(world)
    expect(record.definition.priority).toBe(1_500)
    expect(preview.warnings).toEqual([expect.stringContaining('router api@file')])
  })

  test('other routers to the same old service are named', async () => {
    const world = new FakeWorld()
    addRouter(world, 'bare', { rule: 'Host(`example.org`)', service: 'site@consulcatalog' })
    await world.clock.sleep(1_000)
    expect((await previewed(world)).preview.warnings).toEqual([
      expect.stringMatching(/router bare@file .* also leads to the job and is not moved/),
    ])
  })
})
