import { describe, expect, test } from 'vitest'
import type { EdgeRouter } from '../../../src/domain/ports/index.ts'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import type { Send } from '../../../src/steps/shift-traefik-route/record.ts'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'
import { EDGE_FILE } from '../../fakes/ports/world.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { HandingOver } from './handing-over.ts'

/** A route that is shared so, and an old side that fails although the edge goes on naming it. */
async function failing(...portions: readonly Send[]): Promise<HandingOver> {
  const over = await new HandingOver([...portions, '100%']).upTo(...portions)
  over.world.oldAnswers = answered(502)
  over.world.edge.counted = new Map()
  over.writes = 0
  return over
}

const verify = (over: HandingOver, send: Send) => shiftTraefikRoute.relief?.verify(over.context(send), over.record(send))

describe('visitors who share an old side that fails', () => {
  test.each(['5%', '50%', '99%'] as const)('are all on Kubernetes after one write (%s)', async (send) => {
    const over = await failing(send)
    expect(await over.visits(100)).toMatchObject({ new: Number.parseInt(send, 10) })
    await over.relieve(send)
    expect(over.writes).toBe(1)
    over.world.edge.counted = new Map()
    expect(await over.visits(100)).toEqual({ old: 0, new: 100 })
    expect(await verify(over, send)).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('k8s-site@file is enabled and wins'),
    })
    await over.relieve(send)
    expect(over.writes).toBe(1)
  })

  test('keep their doors and their net: both sides can still be asked, and a job that goes changes nothing', async () => {
    const over = await failing('50%')
    await over.relieve('50%')
    for (const name of ['jmc-migrate-old-', 'jmc-migrate-new-', 'k8s-site-net:']) expect(over.world.edge.text).toContain(name)
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    expect(await over.visits(10)).toEqual({ old: 0, new: 10 })
    expect(await verify(over, '50%')).toMatchObject({ verdict: 'pass' })
  })

  test('are said to be where they are', async () => {
    const over = await failing('5%')
    const checks = (relieved: boolean) =>
      shiftTraefikRoute
        .standing?.({ ...over.context('5%'), relieved }, over.record('5%'), [])
        .find(({ about }) => about === 'traefik-route')
    await over.relieve('5%')
    expect(checks(true)?.what).toBe('the route sends all visitors to Kubernetes since the old side failed')
    expect(await checks(true)?.observe()).toMatchObject({ verdict: 'pass' })
    expect(checks(false)?.what).toBe('the route sends 5% of visitors to Kubernetes')
    expect(await checks(false)?.observe()).toMatchObject({ verdict: 'pending' })
  })

  test('are those of whom the portion says so, and of no other', () => {
    const affected = (send: Send) => shiftTraefikRoute.relief?.affects({ send })
    expect((['5%', '50%', 'failover', '100%'] as const).map(affected)).toEqual(['95% of visitors', '50% of visitors', undefined, undefined])
  })
})

describe('nobody is moved', () => {
  test('where the old side answers', async () => {
    const over = await failing('50%')
    over.world.oldAnswers = answered(200, 'Hello')
    expect(await problemOf(over.relieve('50%'))).toMatchObject({ code: 'old-side-answers', effect: 'no' })
    expect(over.writes).toBe(0)
  })

  test('for a moment of trouble on the old side', async () => {
    const over = await failing('50%')
    const { clock } = over.world
    const began = clock.monotonic()
    const { answer } = over.world.visitor
    over.world.visitor.answer = (request) => {
      over.world.oldAnswers = clock.monotonic() === began ? answered(502) : answered(200, 'Hello')
      return answer(request)
    }
    expect(await problemOf(over.relieve('50%'))).toMatchObject({ code: 'old-side-answers' })
    expect(over.writes).toBe(0)
  })

  test('where Kubernetes fails, too, now and then', async () => {
    const over = await failing('50%')
    let asked = 0
    const { answer } = over.world.visitor
    over.world.visitor.answer = (request) => {
      const seen = answer(request)
      return seen.ok && seen.status === 200 && ++asked % 7 === 0 ? answered(500) : seen
    }
    expect(await problemOf(over.relieve('50%'))).toMatchObject({ code: 'new-side-not-proven', effect: 'no' })
    expect(over.writes).toBe(0)
  })

  test.each(['not loaded', 'answered by another router'])('where the door of the old side is %s: that says nothing of it', async (how) => {
    const over = await failing('50%')
    const { edge } = over.world
    const routers = edge.routers.bind(edge)
    const isOldDoor = ({ name }: EdgeRouter): boolean => name.startsWith('jmc-migrate-old-')
    edge.routers = async () =>
      (await routers()).flatMap((each) => {
        if (!isOldDoor(each)) return [each]
        return how === 'not loaded' ? [] : [each, { ...each, name: 'somebodys@docker', provider: 'docker', priority: 999_999 }]
      })
    expect(await problemOf(over.relieve('50%'))).toMatchObject({ code: 'old-side-not-seen', effect: 'no' })
    expect(over.writes).toBe(0)
  })

  test('where the old side could not be asked', async () => {
    const over = await failing('50%')
    const { answer } = over.world.visitor
    over.world.visitor.answer = (request) => (JSON.stringify(request.headers).includes('"old-') ? notAnswered('dns') : answer(request))
    expect(await problemOf(over.relieve('50%'))).toMatchObject({ code: 'old-side-not-seen' })
  })

  test('but where the old side is gone and Traefik has disabled its door, they are', async () => {
    const over = await failing('50%')
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    await over.relieve('50%')
    expect(over.writes).toBe(1)
  })

  test('where somebody has edited what is ours', async () => {
    const over = await failing('5%')
    over.world.edge.save(over.world.edge.text.replace('"weight":5', '"weight":7'))
    expect(await problemsOf(over.relieve('5%'))).toMatchObject([{ code: 'route-not-ours', effect: 'no' }])
    expect(over.writes).toBe(0)
  })

  test('but where one of two servers of the old side fails, visitors are', async () => {
    const over = await failing('50%')
    let asked = 0
    const { answer } = over.world.visitor
    over.world.visitor.answer = (request) => {
      over.world.oldAnswers = ++asked % 2 === 0 ? answered(502) : answered(200, 'Hello')
      return answer(request)
    }
    await over.relieve('50%')
    expect(over.writes).toBe(1)
  })
})

describe('from there', () => {
  const relieved = async (...portions: readonly Send[]) => {
    const over = await failing(...portions)
    await over.relieve(portions.at(-1) ?? '5%')
    return over
  }
  const settled = (over: HandingOver, send: Send) => shiftTraefikRoute.settle(over.context(send), over.record(send), [])
  const apply = (over: HandingOver, send: Send) => shiftTraefikRoute.apply(over.context(send), over.record(send), async () => {}, [])

  test('the portion is put back by doing it again', async () => {
    const over = await relieved('5%')
    expect(await settled(over, '5%')).toMatchObject({ status: 'partial', reason: expect.stringContaining('all visitors') })
    over.world.oldAnswers = answered(200, 'Hello')
    await apply(over, '5%')
    await over.world.clock.sleep(1_000)
    over.world.edge.counted = new Map()
    expect(await over.visits(100)).toEqual({ old: 95, new: 5 })
    expect(await settled(over, '5%')).toEqual({ status: 'done' })
    expect(await over.verify('5%')).toMatchObject({ verdict: 'pass' })
  })

  test('it goes on to Kubernetes alone, and back from there to the share of before', async () => {
    const over = await relieved('5%', '50%')
    await over.shift('100%')
    expect(await over.verify('100%')).toMatchObject({ verdict: 'pass' })
    expect(await settled(over, '100%')).toEqual({ status: 'done' })
    expect(over.world.edge.text).not.toMatch(/jmc-migrate-|k8s-site-net/)
    over.world.oldAnswers = answered(200, 'Hello')
    await over.undo('100%', ['100%'])
    expect(await over.undone('100%', ['100%'])).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
    over.world.edge.counted = new Map()
    expect(await over.visits(100)).toEqual({ old: 50, new: 50 })
  })

  test('a step to Kubernetes alone that was intended and not done has done nothing', async () => {
    const over = await relieved('50%')
    const { undoRecord } = await shiftTraefikRoute.preview(over.context('100%'), [])
    over.records.set('100%', undoRecord)
    expect(await settled(over, '100%')).toEqual({ status: 'none' })
  })

  test('no other portion gives the old side a share again', async () => {
    const over = await new HandingOver(['5%', '50%']).upTo('5%')
    over.world.oldAnswers = answered(502)
    await over.relieve('5%')
    over.writes = 0
    expect(await problemsOf(over.shift('50%'))).toMatchObject([{ code: 'route-not-ours' }])
    expect(over.writes).toBe(0)
  })

  test('the way back leads straight home, and proves the old side first', async () => {
    const over = await relieved('5%', '50%')
    const all = ['open', '5%', '50%']
    over.writes = 0
    expect(await problemOf(over.undo('50%', all))).toMatchObject({ code: 'old-side-not-proven', effect: 'no' })
    expect(over.writes).toBe(0)
    over.world.oldAnswers = answered(200, 'Hello')
    await over.undo('50%', all)
    expect(over.writes).toBe(1)
    expect(await over.undone('50%', all)).toMatchObject({ settled: { status: 'done' }, verified: { verdict: 'pass' } })
    expect(over.world.edge.text).toBe(EDGE_FILE)
  })
})
