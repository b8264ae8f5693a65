import { describe, expect, test } from 'vitest'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import { soak } from '../../../src/steps/soak.ts'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { SWITCH } from '../switch-spec.ts'
import { HandingOver } from './handing-over.ts'

describe('an old side that answers wrongly while both are visited', () => {
  test('is named, although a visitor saw it: nobody is to be taken back to it', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    over.world.oldAnswers = answered(500)
    expect(await over.verify('5%')).toMatchObject({ verdict: 'pending', side: 'old' })
    const standing = shiftTraefikRoute.standing?.(over.context('5%'), over.record('5%'), []) ?? []
    const doors = shiftTraefikRoute.openDoors?.(over.context('5%'), over.record('5%'))
    if (doors === undefined || doors === 'closed') throw new Error('no doors')
    const context = { ...over.context<{ hold: number }>('5%'), spec: { hold: 1_000 }, standing, doors }
    expect(await soak.observe(context)).toMatchObject({ verdict: 'pending', side: 'old' })
  })

  test('and a new side that does is named, too', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    over.world.newAnswers = answered(500)
    expect(await over.verify('50%')).toMatchObject({ verdict: 'pending', side: 'new' })
  })

  test('a wrong answer that a visitor got is not dropped because the old side could not be seen', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    const { answer } = over.world.visitor
    over.world.visitor.answer = (request) => {
      if (request.headers === undefined) return answered(500)
      return JSON.stringify(request.headers).includes('"old-') ? notAnswered('dns') : answer(request)
    }
    expect(await over.verify('5%')).toMatchObject({ verdict: 'pending', visitorSawIt: true, reason: expect.stringContaining('500') })
  })

  test('does not pass for well by luck: after a wrong answer it takes many right ones', async () => {
    const over = await new HandingOver(['50%']).upTo('50%')
    let asked = 0
    const { answer } = over.world.visitor
    // One answer in fifteen is wrong.
    over.world.visitor.answer = (request) => (request.headers !== undefined && ++asked % 15 === 0 ? answered(500) : answer(request))
    asked = 10
    expect(await problemOf(over.undo('50%', ['50%']))).toMatchObject({ code: 'old-side-not-proven', effect: 'no' })
  })
})

describe('the way back', () => {
  test('is home also where the replaced router listens on more than our route took over', async () => {
    const world = new FakeWorld()
    world.replaced = { entryPoints: ['web', 'websecure'] }
    const { catalog } = world.edge
    world.edge.catalog = () => {
      const { routers, services } = catalog()
      const redirect = {
        name: 'web-to-websecure@internal',
        provider: 'internal',
        rule: 'PathPrefix(`/`)',
        service: 'noop',
        entryPoints: ['web'],
        priority: 9_000,
        status: 'enabled' as const,
        errors: [],
      }
      return { routers: [...routers, redirect], services }
    }
    const over = await new HandingOver(['50%'], SWITCH, world).upTo('50%')
    await over.undo('50%', ['open', '50%'])
    expect(await over.undone('50%', ['open', '50%'])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
  })

  test('goes on after a person took visitors back by hand, as they were told', async () => {
    const over = await new HandingOver(['5%', '50%']).upTo('5%', '50%')
    over.world.edge.save(over.world.edge.text.replaceAll(/^ {4}(jmc-migrate|k8s-site).*\n/gm, ''))
    await over.world.clock.sleep(1_000)
    expect(over.world.edge.text).not.toContain('k8s-site')
    await over.undo('50%', ['50%'])
    expect(await over.undone('50%', ['50%'])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
    over.world.edge.counted = new Map()
    expect(await over.visits(100)).toEqual({ old: 95, new: 5 })
  })

  test('names by hand all that may be there, whichever write was the last', async () => {
    const over = await new HandingOver(['50%', '100%']).upTo('50%', '100%')
    const { undo } = shiftTraefikRoute
    const lines = 'manual' in undo ? undo.manual(over.context('100%'), over.record('100%'), []).join('\n') : ''
    for (const name of ['k8s-site: …', 'k8s-site-net: …', 'k8s-site-new: …', 'jmc-migrate-old-12345678: …']) expect(lines).toContain(name)
  })
})

describe('before the next portion', () => {
  test('an edit in what is ours is found before anything is intended', async () => {
    const over = await new HandingOver(['5%', '50%']).upTo('5%')
    over.world.edge.save(over.world.edge.text.replace('"weight":5', '"weight":7'))
    expect(await problemsOf(shiftTraefikRoute.preview(over.context('50%'), []))).toMatchObject([
      { code: 'route-not-ours', effect: 'no', details: ['http.services.k8s-site was edited'] },
    ])
    // A dry run shows what would be done on top of what the plan says.
    expect(await shiftTraefikRoute.preview({ ...over.context('50%'), previewing: true }, [])).toMatchObject({
      changes: [{ action: 'update' }],
    })
  })

  const ALIAS = { rule: 'Host(`alias.example.org`)', service: 'site@consulcatalog', entryPoints: ['websecure'], priority: 30 }

  test('a router to the job that came since the route was opened is told, and refused where the job is to go', async () => {
    const over = await new HandingOver(['5%', '100%']).upTo('5%')
    const { edge, clock } = over.world
    expect(await shiftTraefikRoute.preview(over.context('100%'), [])).toMatchObject({ warnings: [] })
    edge.save(edge.text.replace('  routers:\n', `  routers:\n    alias: ${JSON.stringify(ALIAS)}\n`))
    await clock.sleep(1_000)
    expect(await problemsOf(shiftTraefikRoute.preview(over.context('100%'), []))).toMatchObject([
      { code: 'router-left-behind', summary: expect.stringContaining('alias@file (Host(`alias.example.org`))'), effect: 'no' },
    ])
    const first = await new HandingOver(['5%']).upTo()
    first.world.edge.save(first.world.edge.text.replace('  routers:\n', `  routers:\n    alias: ${JSON.stringify(ALIAS)}\n`))
    await first.world.clock.sleep(1_000)
    expect(await shiftTraefikRoute.preview(first.context('5%'), [])).toMatchObject({ warnings: [expect.stringContaining('alias@file')] })
  })

  test('one that the plan leaves behind is not', async () => {
    const over = await new HandingOver(['5%', '100%'], { ...SWITCH, leaves: ['alias@file'] }, withAlias()).upTo('5%')
    expect(await shiftTraefikRoute.preview(over.context('100%'), [])).toMatchObject({ warnings: [] })
  })

  test('nor one that moves along', async () => {
    const over = await new HandingOver(['5%', '100%'], SWITCH, withAlias()).upTo('5%', '100%')
    expect(over.world.edge.text).toContain('k8s-site-alias')
  })

  function withAlias(): FakeWorld {
    const world = new FakeWorld()
    world.edge.loadMs = 0
    world.edge.save(world.edge.text.replace('  routers:\n', `  routers:\n    alias: ${JSON.stringify(ALIAS)}\n`))
    return world
  }

  test('a service that dials others than were tried is refused', async () => {
    const over = await new HandingOver(['5%', '100%']).upTo('5%')
    over.world.edge.save(over.world.edge.text.replace(/(to-cluster: .*https:\/\/)192\.0\.2\.9/, '$1192.0.2.10'))
    await over.world.clock.sleep(1_000)
    expect(await problemsOf(shiftTraefikRoute.preview(over.context('100%'), []))).toMatchObject([{ code: 'service-changed' }])
  })
})
