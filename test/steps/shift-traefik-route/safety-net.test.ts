import { describe, expect, test } from 'vitest'
import { shiftTraefikRoute } from '../../../src/steps/shift-traefik-route.ts'
import type { ShiftRecord } from '../../../src/steps/shift-traefik-route/record.ts'
import { EDGE_FILE } from '../../fakes/ports/world.ts'
import { problemsOf } from '../problem-of.ts'
import { HandingOver } from './handing-over.ts'

describe('a job that goes while the route is shared', () => {
  test.each(['5%', '50%', 'failover'] as const)('leaves every visitor to Kubernetes, and none without an answer (%s)', async (send) => {
    const over = await new HandingOver([send]).upTo(send)
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    over.world.edge.counted = new Map()
    expect(await over.visits(10)).toEqual({ old: 0, new: 10 })
    // The old side's fault, and nothing to take visitors back to it for; it may come back.
    expect(await over.verify(send)).toMatchObject({ verdict: 'pending', side: 'old', reason: expect.stringContaining('k8s-site@file') })
  })

  test('goes on to Kubernetes alone, and the net goes with it', async () => {
    const over = await new HandingOver(['50%', '100%']).upTo('50%')
    await over.world.nomad.stop('site')
    await over.world.clock.sleep(60_000)
    await over.shift('100%')
    expect(Object.keys(over.record<ShiftRecord>('100%').after.routers)).toEqual(['k8s-site'])
    expect(over.world.edge.text).not.toContain('k8s-site-net')
    expect(await over.verify('100%')).toMatchObject({ verdict: 'pass' })
  })
})

describe('the router that catches them', () => {
  test('is right below ours, and is taken back with it', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    const { routers } = over.record<ShiftRecord>('5%').after
    expect(routers['k8s-site-net']).toEqual({
      ...routers['k8s-site'],
      service: 'to-cluster',
      priority: (routers['k8s-site']?.priority ?? 0) - 1,
    })
    await over.undo('5%', ['open', '5%'])
    expect(over.world.edge.text).toBe(EDGE_FILE)
  })

  test('is looked at as well: without it a portion is not as it should be', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    over.world.edge.save(over.world.edge.text.replace('k8s-site-net:', 'somebody-elses:'))
    await over.world.clock.sleep(1_000)
    expect(await over.verify('5%')).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('k8s-site-net@file') })
  })

  test('needs a name that is free before anybody is moved', async () => {
    const over = new HandingOver(['5%'])
    const router = { rule: 'Host(`other.example.org`)', service: 'to-cluster', entryPoints: ['websecure'] }
    over.world.edge.save(EDGE_FILE.replace('  routers:\n', `  routers:\n    k8s-site-net: ${JSON.stringify(router)}\n`))
    await over.world.clock.sleep(1_000)
    expect(await problemsOf(over.open())).toMatchObject([{ code: 'name-taken', summary: expect.stringContaining('k8s-site-net') }])
  })

  test('is among what is removed by hand', async () => {
    const over = await new HandingOver(['5%']).upTo('5%')
    const { undo } = shiftTraefikRoute
    expect('manual' in undo ? undo.manual(over.context('5%'), over.record('5%'), []).join('\n') : '').toContain('k8s-site-net: …')
  })
})
