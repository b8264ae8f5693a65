import { describe, expect, test } from 'vitest'
import type { EdgeRouter } from '../../../src/domain/ports/index.ts'
import { undoSwitch } from '../../../src/steps/switch-traefik-route/undo.ts'
import { answered } from '../../fakes/ports/visitor.ts'
import { EDGE_FILE, FakeWorld, SITE } from '../../fakes/ports/world.ts'
import { problemOf } from '../problem-of.ts'
import { addRouter, switched } from './previewed.ts'

describe('undo', () => {
  test('removes our router in one write and says whether the file is as before', async () => {
    const { world, undo, context, record, notes } = await switched()
    await undo()
    await world.clock.sleep(1_000)
    expect(world.edge.text).toBe(EDGE_FILE)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('byte for byte')],
    })
  })

  test("a human's edit elsewhere survives", async () => {
    const { world, undo, context, record, notes } = await switched()
    world.edge.save(`${world.edge.text}# a thought\n`)
    await undo()
    await world.clock.sleep(1_000)
    expect(world.edge.text).toBe(`${EDGE_FILE}# a thought\n`)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('other edits')],
    })
  })

  test('visitors are not moved to an old side that answers wrongly', async () => {
    const { world, undo } = await switched()
    world.oldAnswers = answered(500)
    const { text } = world.edge
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      effect: 'no',
      details: expect.arrayContaining([expect.stringContaining('500')]),
    })
    expect(world.edge.text).toBe(text)
  })

  test('nor to one that is gone', async () => {
    const { world, undo, context, record, notes } = await switched()
    await world.nomad.stop('site')
    await world.clock.sleep(10_000)
    const { text } = world.edge
    const began = world.clock.now()
    expect(await problemOf(undo())).toMatchObject({ code: 'old-side-not-proven', effect: 'no' })
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(17_000)
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('an old side that comes up late is waited for', async () => {
    const { world, undo } = await switched()
    const { text } = world.edge
    const { catalog } = world.edge
    const from = world.clock.now() + 16_000
    world.edge.catalog = () => (world.clock.now() < from ? { routers: [], services: [] } : catalog())
    await undo()
    expect(world.edge.text).not.toBe(text)
  })

  test('a Connect side is proven through a router that only a secret opens', async () => {
    const world = new FakeWorld()
    world.connect = true
    world.replaced = { middlewares: ['strip@file'] }
    const { undo, notes } = await switched(world)
    await undo()
    expect(notes).toMatchObject([
      { probe: 'jmc-migrate-probe-12345678', definition: { service: 'site@consulcatalog', priority: 2_024, middlewares: ['strip@file'] } },
    ])
    const secret = notes[0]?.secret ?? ''
    expect(secret).toHaveLength(32)
    expect(world.visitor.requests.filter((each) => each.headers?.['X-Jmc-Migrate-Probe'] === secret).length).toBeGreaterThanOrEqual(3)
    expect(world.edge.text).toBe(EDGE_FILE)
  })

  test('a Connect side that is dead behind its sidecar is not proven, and the probe is gone', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo, notes, context, record } = await switched(world)
    world.oldAnswers = answered(502)
    const { text } = world.edge
    const problem = await problemOf(undo())
    expect(problem).toMatchObject({
      code: 'old-side-not-proven',
      effect: 'no',
      details: expect.arrayContaining([expect.stringContaining('through the probe router: status 502')]),
    })
    expect(JSON.stringify(problem)).not.toContain(notes[0]?.secret)
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('an answer of the new side is never taken for one of the old: a probe that is not loaded proves nothing', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo } = await switched(world)
    world.edge.ignoresFile = true
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      details: expect.arrayContaining([expect.stringContaining('not loaded')]),
    })
  })

  test('a router that somebody edited is not removed', async () => {
    const { world, undo, context, record, notes } = await switched()
    world.edge.save(world.edge.text.replace('"priority":1024', '"priority":2000'))
    const { text } = world.edge
    expect(await problemOf(undo())).toMatchObject({ code: 'router-not-ours', effect: 'no' })
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toMatchObject({ status: 'foreign' })
  })

  test('verify waits for Traefik, then for the visitor', async () => {
    const { world, undo, context, record, notes } = await switched()
    await undo()
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pending',
      reason: expect.stringContaining('still has router'),
    })
    await world.clock.sleep(1_000)
    world.oldAnswers = answered(503)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({ verdict: 'pending', side: 'old', visitorSawIt: true })
  })

  test('a probe that cannot be removed is named, and the effect is not known', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo } = await switched(world)
    world.oldAnswers = answered(502)
    let writes = 0
    world.edge.beforeWrite = () => {
      if (writes++ > 0) world.edge.save(`${world.edge.text}#\n`)
    }
    expect(await problemOf(undo())).toMatchObject({
      effect: 'unknown',
      details: expect.arrayContaining([expect.stringContaining('remove http.routers.jmc-migrate-probe-12345678 by hand')]),
    })
  })

  /** Below ours (1,024), above the replaced one (24): while ours wins nobody notices it. */
  const BETWEEN = { rule: `Host(\`${SITE}\`) && PathPrefix(\`/\`)`, priority: 45 }

  test.each([false, true])('visitors are not let go to a router that came in between (connect: %s)', async (connect) => {
    const { world, undo, context, record, notes } = await switched()
    world.connect = connect
    addRouter(world, 'between', BETWEEN)
    await world.clock.sleep(1_000)
    const { text } = world.edge
    const began = world.clock.now()
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      summary: expect.stringContaining('would not come to site@consulcatalog'),
      details: expect.arrayContaining([expect.stringContaining('router between@file (priority 45) wins on websecure')]),
      effect: 'no',
    })
    expect(world.clock.now() - began).toBeLessThan(25_000)
    expect([world.edge.text, notes]).toEqual([text, []])
    expect(await undoSwitch.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('where visitors get no right answer they are let go: nothing is lost, and it may be there to help', async () => {
    const { world, undo } = await switched()
    addRouter(world, 'between', BETWEEN)
    await world.clock.sleep(1_000)
    world.newAnswers = answered(502, 'Bad Gateway')
    await undo()
    expect(world.edge.text).not.toContain('to-k8s')
  })

  test('one that comes while a Connect side is being proven is seen, too; once it is gone, they go home', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo, notes } = await switched(world)
    const { catalog } = world.edge
    const until = world.clock.now() + 10_000
    const between: EdgeRouter = {
      ...BETWEEN,
      name: 'between@docker',
      provider: 'docker',
      service: 'page',
      entryPoints: ['websecure'],
      status: 'enabled',
      errors: [],
    }
    const isThere = () => notes.length > 0 && world.clock.now() < until
    world.edge.catalog = () => (isThere() ? { ...catalog(), routers: [...catalog().routers, between] } : catalog())
    await undo()
    expect(world.clock.now()).toBeGreaterThanOrEqual(until)
    expect(world.edge.text).toBe(EDGE_FILE)
  })

  test('nor to a router whose rule was edited to another host meanwhile', async () => {
    const { world, undo } = await switched()
    world.replaced = { rule: 'Host(`elsewhere.example.org`)' }
    const { text } = world.edge
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      details: expect.arrayContaining([expect.stringContaining('no router answers for www.example.org')]),
    })
    expect(world.edge.text).toBe(text)
  })
})
