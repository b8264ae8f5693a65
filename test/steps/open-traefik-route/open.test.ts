import { describe, expect, test } from 'vitest'
import type { EdgeRouter } from '../../../src/domain/ports/index.ts'
import { openTraefikRoute } from '../../../src/steps/open-traefik-route.ts'
import type { OpenRecord, OpenSpec } from '../../../src/steps/open-traefik-route/record.ts'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'
import { EDGE_FILE, FakeWorld, NEW_URL } from '../../fakes/ports/world.ts'
import { PLAN } from '../context.ts'
import { problemsOf } from '../problem-of.ts'
import { HandingOver } from '../shift-traefik-route/handing-over.ts'
import { SWITCH } from '../switch-spec.ts'

/** A second router of the job: the bare domain. */
function withBare(world: FakeWorld, extra: Partial<EdgeRouter> = {}): FakeWorld {
  const { catalog } = world.edge
  world.edge.catalog = () => {
    const { routers, services } = catalog()
    const [site] = routers
    const bare = site && { ...site, name: 'bare@consulcatalog', rule: 'Host(`example.org`)', priority: 17, ...extra }
    return { routers: [...routers, ...(bare ? [bare] : [])], services }
  }
  return world
}

const opened = (spec: OpenSpec = SWITCH, world = new FakeWorld()) => new HandingOver([], spec, world).upTo()

describe('opened', () => {
  test('visitors stay where they are, and each side answers us through the edge', async () => {
    const over = await opened()
    expect(await over.verifyOpen()).toMatchObject({ verdict: 'pass' })
    over.world.edge.counted = new Map()
    expect(await over.visits(20)).toEqual({ old: 20, new: 0 })
    const doors = openTraefikRoute.openDoors?.(over.context('open'), over.record('open'))
    if (doors === undefined || doors === 'closed') throw new Error('no doors')
    for (const side of ['old', 'new'] as const)
      await over.world.visitor.ask({ url: 'https://www.example.org/', headers: doors[side].headers })
    expect([...(over.world.edge.counted ?? [])].map(([name]) => name)).toEqual(['site@consulcatalog', 'k8s-site-new@file'])
    expect(doors.old.headers).not.toEqual(doors.new.headers)
  })

  test('a new side that answers wrongly is seen before any visitor moves', async () => {
    const over = await opened()
    over.world.newAnswers = answered(404)
    expect(await over.verifyOpen()).toMatchObject({ verdict: 'pending', side: 'new' })
    over.world.newAnswers = answered(200, 'Hello')
    over.world.oldAnswers = notAnswered('refused')
    expect(await over.verifyOpen()).toMatchObject({ verdict: 'pending', side: 'old' })
  })

  test('a door that Traefik has not loaded proves nothing', async () => {
    const world = new FakeWorld()
    world.edge.ignoresFile = true
    const over = await opened(SWITCH, world)
    // What is being opened has failed: the old side answers as ever, and a rollback may lead back to it.
    expect(await over.verifyOpen()).toMatchObject({ verdict: 'pending', side: 'new', reason: expect.stringContaining('not loaded') })
  })

  test('undone, the file is as before', async () => {
    const over = await opened()
    const { undo } = openTraefikRoute
    if (!('apply' in undo)) throw new Error('no undo')
    await undo.apply(over.context('open'), over.record('open'), [], async () => {})
    await over.world.clock.sleep(1_000)
    expect(over.world.edge.text).toBe(EDGE_FILE)
    expect(await undo.verify(over.context('open'), over.record('open'), [])).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('is byte for byte as it was before step open wrote into it'),
    })
  })

  test('the secret is in the file and nowhere that is shown', async () => {
    const over = new HandingOver([])
    const { changes, basis, undoRecord } = await openTraefikRoute.preview(over.context('open'), [])
    expect(undoRecord.secret).toHaveLength(32)
    expect(JSON.stringify([changes, basis])).not.toContain(undoRecord.secret)
  })

  test('two previews rest on the same, although each has a secret of its own', async () => {
    const over = new HandingOver([])
    const [first, second] = [
      await openTraefikRoute.preview(over.context('open'), []),
      await openTraefikRoute.preview(over.context('open'), []),
    ]
    expect(first.undoRecord.secret).not.toBe(second.undoRecord.secret)
    expect(first.basis).toEqual(second.basis)
  })
})

describe('another router that leads to the same job', () => {
  test('is found and moves along in the same writes', async () => {
    const over = new HandingOver(['50%', '100%'], SWITCH, withBare(new FakeWorld()))
    await over.upTo('50%')
    const names = over.record<OpenRecord>('open').routes.map((each) => [each.name, each.replaced.name])
    expect(names).toEqual([
      ['k8s-site', 'site@consulcatalog'],
      ['k8s-site-bare', 'bare@consulcatalog'],
    ])
    expect(over.world.edge.text).toMatch(/k8s-site-bare: .*"service":"k8s-site"/)
    const { writes } = over
    await over.shift('100%')
    expect(over.writes).toBe(writes + 1)
    expect(over.world.edge.text).toMatch(/k8s-site-bare: .*"service":"to-cluster"/)
    expect(await over.verify('100%')).toMatchObject({ verdict: 'pass' })
  })

  test('keeps its rank among those that move', async () => {
    const over = await opened(SWITCH, withBare(new FakeWorld(), { rule: 'Host(`www.example.org`) && PathPrefix(`/admin`)', priority: 90 }))
    const [site, admin] = over.record<OpenRecord>('open').routes
    expect(admin?.definition.priority).toBeGreaterThan(site?.definition.priority ?? Infinity)
  })

  test('must be answered alike by both sides', async () => {
    const over = await opened(SWITCH, withBare(new FakeWorld()))
    over.world.oldAnswers = answered(301)
    over.world.newAnswers = answered(404)
    expect(await over.verifyOpen()).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('301') })
  })

  test('may be left where it is', async () => {
    const over = await opened({ ...SWITCH, leaves: ['bare@consulcatalog'] }, withBare(new FakeWorld()))
    expect(over.record<OpenRecord>('open').routes).toHaveLength(1)
  })

  test('that would fall apart with the job is refused, with what to do', async () => {
    const over = new HandingOver([], SWITCH, withBare(new FakeWorld(), { middlewares: ['to-www'] }))
    expect(await problemsOf(openTraefikRoute.preview(over.context('open'), []))).toMatchObject([
      {
        code: 'middleware-dies-with-job',
        summary: expect.stringContaining('bare@consulcatalog'),
        next: expect.arrayContaining([expect.stringContaining('`leaves`')]),
      },
    ])
    const moves = { 'bare@consulcatalog': { router: 'k8s-bare', middlewares: ['to-www@file'] } }
    const mended = await opened({ ...SWITCH, moves }, withBare(new FakeWorld(), { middlewares: ['to-www'] }))
    expect(mended.record<OpenRecord>('open').routes[1]).toMatchObject({ name: 'k8s-bare', definition: { middlewares: ['to-www@file'] } })
  })

  test.each([
    ['names no host', { rule: 'PathPrefix(`/`)' }],
    ['old syntax', { ruleSyntax: 'v2' }],
  ])('that nobody could ask is refused: %s', async (_why, extra) => {
    const over = new HandingOver([], SWITCH, withBare(new FakeWorld(), extra))
    expect(await problemsOf(openTraefikRoute.preview(over.context('open'), []))).toMatchObject([{ code: 'router-cannot-move' }])
  })

  test.each([
    ['wins now', { rule: 'Host(`example.org`)', priority: 500 }],
    ['answers a part of the host', { rule: 'Host(`example.org`) && PathPrefix(`/shop`)', priority: 60 }],
  ])('is refused where another application %s: its visitors would be taken along', async (_what, rival) => {
    const world = withBare(new FakeWorld())
    const foreign = { service: 'home', entryPoints: ['websecure'], ...rival }
    world.edge.save(EDGE_FILE.replace('  routers:\n', `  routers:\n    foreign: ${JSON.stringify(foreign)}\n`))
    await world.clock.sleep(1_000)
    const over = new HandingOver([], SWITCH, world)
    expect(await problemsOf(openTraefikRoute.preview(over.context('open'), []))).toMatchObject([
      { code: 'router-cannot-move', summary: expect.stringContaining('foreign@file') },
    ])
    expect(await opened({ ...SWITCH, leaves: ['bare@consulcatalog'] }, world)).toBeDefined()
  })

  test("is no door of another run, and that run's secret is not shown", async () => {
    const world = new FakeWorld()
    const other = {
      rule: 'Host(`www.example.org`) && Header(`X-Jmc-Migrate-Probe`, `old-0123456789abcdef`)',
      service: 'site@consulcatalog',
      entryPoints: ['websecure'],
      priority: 3_000,
    }
    world.edge.save(EDGE_FILE.replace('  routers:\n', `  routers:\n    jmc-migrate-old-99999999: ${JSON.stringify(other)}\n`))
    await world.clock.sleep(1_000)
    const over = new HandingOver([], SWITCH, world)
    const preview = await openTraefikRoute.preview(over.context('open'), [])
    expect(preview.undoRecord.routes).toHaveLength(1)
    expect(preview.warnings).toEqual([expect.stringContaining('jmc-migrate-old-99999999@file')])
    expect(JSON.stringify([preview.changes, preview.warnings, preview.basis])).not.toContain('0123456789abcdef')
  })

  test('a name that no such router has is a slip of the pen', async () => {
    const over = new HandingOver([], { ...SWITCH, leaves: ['baer@consulcatalog'] }, withBare(new FakeWorld()))
    expect(await problemsOf(openTraefikRoute.preview(over.context('open'), []))).toMatchObject([
      { code: 'unknown-router', details: [expect.stringContaining('bare@consulcatalog')] },
    ])
  })
})

test('names that later portions will write must be free', async () => {
  const over = new HandingOver([])
  over.world.edge.save(
    over.world.edge.text.replace(
      '  services:\n',
      '  services:\n    k8s-site-new: { loadBalancer: { servers: [{ url: http://192.0.2.1 }] } }\n',
    ),
  )
  await over.world.clock.sleep(1_000)
  expect(await problemsOf(openTraefikRoute.preview(over.context('open'), []))).toMatchObject([
    { code: 'name-taken', summary: expect.stringContaining('http.services.k8s-site-new') },
  ])
})

test('a service of another provider is not copied: its servers come and go', async () => {
  const world = new FakeWorld()
  const { catalog } = world.edge
  world.edge.catalog = () => {
    const { routers, services } = catalog()
    const [site] = services
    const docker = site && {
      ...site,
      name: 'ingress@docker',
      provider: 'docker',
      servers: [{ url: NEW_URL, status: 'UP' as const }],
      content: { loadBalancer: { servers: [{ url: NEW_URL }] } },
    }
    return { routers, services: [...services, ...(docker ? [docker] : [])] }
  }
  const over = await opened({ ...SWITCH, service: 'ingress@docker' }, world)
  expect(over.record<OpenRecord>('open')).toMatchObject({ services: { new: 'ingress@docker' }, target: 'ingress@docker' })
  expect(over.record<OpenRecord>('open').copy).toBeUndefined()
})

test('by hand, the doors are removed with what they lead to', async () => {
  const over = await opened()
  const { undo } = openTraefikRoute
  const lines = 'manual' in undo ? undo.manual(over.context('open'), over.record('open'), []).join('\n') : ''
  for (const name of ['jmc-migrate-old-12345678: …', 'jmc-migrate-new-12345678: …', 'k8s-site-new: …']) expect(lines).toContain(name)
})

test('a priority leaves room for the router below', () => {
  const check = (priority: number): number => (openTraefikRoute.check?.({ ...SWITCH, priority }, PLAN) ?? []).length
  expect([check(1), check(2)]).toEqual([1, 0])
})
