import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { fail, pass } from '../../src/domain/observation.ts'
import { stopNomadJob } from '../../src/steps/stop-nomad-job.ts'
import type { StopNote, StopRecord } from '../../src/steps/stop-nomad-job/record.ts'
import { undoStop } from '../../src/steps/stop-nomad-job/undo.ts'
import { answered } from '../fakes/ports/visitor.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { problemOf } from './problem-of.ts'

const SPEC = { job: 'site' }

/** A world, the step previewed in it, and its notes. */
async function previewed(world = new FakeWorld()) {
  const context = contextOf(world.ports, SPEC)
  const { undoRecord, ...preview } = await stopNomadJob.preview(context, [])
  const notes: StopNote[] = []
  const note = async (value: StopNote): Promise<void> => void notes.push(value)
  return { world, context, preview, record: undoRecord, notes, note, apply: () => stopNomadJob.apply(context, undoRecord, note, notes) }
}

const other = { ID: 'site', TaskGroups: [{ Name: 'site', Count: 3 }] }

describe('preview', () => {
  test('stops the job, and the basis is its JobModifyIndex', async () => {
    const { preview } = await previewed()
    expect(preview.changes).toMatchObject([{ system: 'nomad', object: 'job site', action: 'stop' }])
    expect(preview.basis).toEqual([{ name: 'nomad job site', value: '{"jobModifyIndex":11,"stop":false,"version":0}' }])
  })

  test('an unknown job is a problem, in preflight too', async () => {
    const { ports } = new FakeWorld()
    const context = contextOf(ports, { job: 'sight' })
    expect(await problemOf(stopNomadJob.preview(context, []))).toMatchObject({
      code: 'unknown-job',
      summary: expect.stringContaining('"sight" in namespace shop'),
      effect: 'no',
    })
    expect(await stopNomadJob.preflight(context)).toMatchObject([{ verdict: 'fail', problem: { code: 'unknown-job' } }])
  })

  test('a job that is stopped already is no change, and its undo does not start it', async () => {
    const world = new FakeWorld()
    await world.nomad.stop('site')
    const { preview, context, record, notes, note } = await previewed(world)
    expect(preview.changes).toEqual([])
    await undoStop.apply(context, record, notes, note)
    expect(world.nomad.read('site')?.stop).toBe(true)
  })

  test('running children of a periodic job are named', async () => {
    const world = new FakeWorld()
    world.nomad.start({ ID: 'site', Periodic: { Spec: '@daily' } })
    const child = world.nomad.read('site')
    if (child !== undefined) world.nomad.childJobs.push({ ...child, id: 'site/periodic-1' })
    expect(await problemOf(stopNomadJob.preview(contextOf(world.ports, SPEC), []))).toMatchObject({
      code: 'running-children',
      details: ['site/periodic-1 is running'],
    })
  })

  test('a short shutdown_delay behind a catalog edge is warned of', async () => {
    const world = new FakeWorld()
    const group = (delay: number) => ({
      ID: 'site',
      TaskGroups: [{ Name: 'web', ShutdownDelay: delay, Services: [{ Tags: ['traefik.enable=true'] }] }],
    })
    world.nomad.start(group(5e9))
    expect((await previewed(world)).preview.warnings).toEqual([expect.stringMatching(/"web".*shutdown_delay of 5s/)])
    world.nomad.start(group(20e9))
    expect((await previewed(world)).preview.warnings).toEqual([])
  })
})

describe('preflight', () => {
  test.each([
    [new Set(['read-job', 'submit-job'] as const), []],
    [new Set(['read-job', 'deregister-job', 'register-job'] as const), []],
    [new Set(['read-job', 'deregister-job'] as const), ['the Nomad token may register a job again (for the undo)']],
    [
      new Set([] as const),
      ['the Nomad token may read jobs', 'the Nomad token may stop a job', 'the Nomad token may register a job again (for the undo)'],
    ],
  ])('%s lacks %s', async (rights, lacking) => {
    const world = new FakeWorld()
    world.nomad.rights = rights
    const found = await stopNomadJob.preflight(contextOf(world.ports, SPEC))
    expect(found.filter((each) => each.verdict === 'fail').map((each) => each.what)).toEqual(lacking)
  })

  test('rights that cannot be seen are a warning', async () => {
    const world = new FakeWorld()
    world.nomad.rights = 'unknown'
    expect(await stopNomadJob.preflight(contextOf(world.ports, SPEC))).toContainEqual(expect.objectContaining({ verdict: 'warn' }))
  })
})

describe('apply', () => {
  test('tags, stops and follows the allocations to their end', async () => {
    const { world, apply, notes } = await previewed()
    await apply()
    expect(world.nomad.tags).toEqual(new Map([['jmc-migrate-12345678', 0]]))
    expect(notes.map((each) => each.did)).toEqual(['tagging', 'stopping', 'stopped'])
    expect(await world.nomad.allocations('site')).toMatchObject([{ clientStatus: 'complete' }])
  })

  test('a job that somebody registered meanwhile is not stopped', async () => {
    const { world, apply } = await previewed()
    world.nomad.start(other)
    expect(await problemOf(apply())).toMatchObject({ code: 'job-changed', effect: 'no' })
    expect(world.nomad.read('site')?.stop).toBe(false)
  })

  test('a stop that hit a newer version says so', async () => {
    const { world, apply } = await previewed()
    world.nomad.beforeStop = () => world.nomad.start(other)
    expect(await problemOf(apply())).toMatchObject({ code: 'job-changed-meanwhile', effect: 'unknown' })
  })

  test('an allocation whose node does not answer is not "ended"', async () => {
    const { world, apply, context, record } = await previewed()
    world.nomad.beforeStop = () => {
      for (const each of world.nomad.allocationList) each.lost = true
    }
    expect(await problemOf(apply())).toMatchObject({ code: 'allocation-lost', effect: 'unknown' })
    expect(await stopNomadJob.verify(context, record, [])).toMatchObject({ verdict: 'pending' })
  })

  test('one that was lost long before is not waited for', async () => {
    const world = new FakeWorld()
    world.nomad.allocationList.push({ id: 'old', job: 'site', version: 0, healthyAt: 0, endsAt: 0, lost: true })
    await (await previewed(world)).apply()
  })

  test('waits no longer than told', async () => {
    const { world, context, record, note, notes } = await previewed()
    world.nomad.stopMs = 1e9
    const problem = await problemOf(stopNomadJob.apply({ ...context, spec: { job: 'site', timeout: 60_000 } }, record, note, notes))
    expect(problem).toMatchObject({ code: 'nomad-timeout', summary: expect.stringContaining('1m'), effect: 'unknown' })
  })
})

describe('settle', () => {
  test('our version tag on a job that was not stopped is a part of the step, and goes with its undo', async () => {
    const { world, context, record, notes, note } = await previewed()
    const dying = async (value: StopNote): Promise<void> => {
      if (value.did === 'stopping') throw new Error('the process died')
      notes.push(value)
    }
    await expect(stopNomadJob.apply(context, record, dying, notes)).rejects.toThrow('the process died')
    expect(world.nomad.tags.size).toBe(1)
    expect(await stopNomadJob.settle(context, record, notes)).toMatchObject({ status: 'partial' })
    expect(await undoStop.settle(context, record, notes)).toEqual({ status: 'none' })
    await undoStop.apply(context, record, notes, note)
    expect(world.nomad.tags.size).toBe(0)
    expect(await undoStop.settle(context, record, notes)).toEqual({ status: 'done' })
  })

  test('a tag that a process died on giving is given by the next one', async () => {
    const { world, context, record, notes, note, apply } = await previewed()
    const dying = async (value: StopNote): Promise<void> => {
      notes.push(value)
      throw new Error('the process died')
    }
    await expect(stopNomadJob.apply(context, record, dying, notes)).rejects.toThrow('the process died')
    expect([notes, world.nomad.tags.size]).toEqual([[{ did: 'tagging', tag: expect.any(String) }], 0])
    await apply()
    expect(world.nomad.tags.size).toBe(1)
    expect(notes.filter(({ did }) => did === 'tagging')).toHaveLength(1)
    await undoStop.apply(context, record, notes, note)
    expect(world.nomad.tags.size).toBe(0)
  })

  test('a tag that was refused is none of ours to take away: nothing is left of the step', async () => {
    const { world, context, record, notes, apply } = await previewed()
    world.nomad.tagVersion = async () => {
      throw new ProblemError({ code: 'nomad-forbidden', summary: 'no right', next: [], effect: 'no' })
    }
    expect(await problemOf(apply())).toMatchObject({ code: 'nomad-forbidden' })
    expect(await stopNomadJob.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('an undo that has not come to the tag is not done', async () => {
    const { world, context, record, notes, note, apply } = await previewed()
    await apply()
    const untag = world.nomad.untagVersion.bind(world.nomad)
    world.nomad.untagVersion = async () => {
      throw new Error('the process died')
    }
    await expect(undoStop.apply(context, record, notes, note)).rejects.toThrow('the process died')
    expect(await undoStop.settle(context, record, notes)).toMatchObject({ status: 'partial' })
    world.nomad.untagVersion = untag
    await undoStop.apply(context, record, notes, note)
    expect(await undoStop.settle(context, record, notes)).toEqual({ status: 'done' })
  })

  test('a job that was stopped, purged and registered anew has the old number, and is not said to run as before', async () => {
    const { world, context, record, notes, apply } = await previewed()
    await apply()
    await world.nomad.purge('site')
    const dying = async (value: StopNote): Promise<void> => {
      notes.push(value)
      if (value.did === 'registered') throw new Error('the process died')
    }
    await expect(undoStop.apply(context, record, notes, dying)).rejects.toThrow('the process died')
    expect(world.nomad.read('site')?.version).toBe(record.version)
    expect(await undoStop.settle(context, record, notes)).toMatchObject({ status: 'partial' })
    expect(await undoStop.verify(context, record, notes)).toMatchObject({ verdict: 'pending', reason: expect.stringMatching(/healthy/) })
  })

  const cases: readonly [string, (world: FakeWorld) => void | Promise<unknown>, readonly StopNote[], string][] = [
    ['untouched', () => {}, [], 'none'],
    ['stopped by us, still ending', ({ nomad }) => nomad.stop('site'), [{ did: 'stopping' }], 'partial'],
    ['stopped by somebody else', ({ nomad }) => nomad.stop('site'), [], 'foreign'],
    ['registered anew by somebody else', ({ nomad }) => nomad.start(other), [{ did: 'stopping' }], 'foreign'],
    ['purged by somebody else', ({ nomad }) => nomad.purge('site'), [{ did: 'stopping' }], 'foreign'],
  ]
  test.each(cases)('%s', async (_what, act, notes, status) => {
    const { world, context, record } = await previewed()
    await act(world)
    expect(await stopNomadJob.settle(context, record, notes)).toMatchObject({ status })
  })
})

describe('undo', () => {
  test('visitors that a finished step led to the new side are not asked: that side may be dead, and the step is undone next', async () => {
    const { world, context, record, notes, note, apply } = await previewed()
    await apply()
    await undoStop.apply(context, record, notes, note)
    world.visitor.answer = () => answered(500, 'broken')
    expect(await undoStop.verify(context, record, notes)).toMatchObject({ verdict: 'pending' })
    const route = {
      about: 'traefik-route',
      side: 'new',
      what: 'our route wins',
      observe: async () => fail('dead', { side: 'new' }),
    } as const
    expect(await undoStop.verify({ ...context, standing: [route] }, record, notes)).toMatchObject({ verdict: 'pass' })
  })

  test.each([
    ['get a right answer where they are, Nomad is waited for', 'Hello', 10_000],
    ['get none, a running job is enough: the next step proves the old side before it moves them', 'broken', 0],
  ])('while visitors %s', async (_what, body, atLeast) => {
    const { world, context, record, notes, note, apply } = await previewed()
    await apply()
    world.nomad.startMs = 10_000
    world.visitor.answer = () => answered(200, body)
    const route = { about: 'traefik-route', side: 'new', what: 'our route wins', observe: async () => pass('wins') } as const
    const back = { ...context, standing: [route] }
    const began = world.clock.now()
    await undoStop.apply(back, record, notes, note)
    const took = world.clock.now() - began
    expect([took >= atLeast, took < atLeast + 5_000]).toEqual([true, true])
    const seen = await undoStop.verify(back, record, notes)
    expect(seen).toMatchObject({ verdict: 'pass' })
    expect('left' in seen).toBe(body === 'broken')
  })

  test('while visitors get none, a node that has no room any more for a system job is not waited for', async () => {
    const { world, context, record, notes, note, apply } = await previewed()
    await apply()
    world.visitor.answer = () => answered(200, 'broken')
    const job = world.nomad.job.bind(world.nomad)
    world.nomad.job = async (id) => {
      const found = await job(id)
      return found && { ...found, type: 'system', unplaced: 'evaluation 0123abcd is blocked' }
    }
    const route = { about: 'traefik-route', side: 'new', what: 'our route wins', observe: async () => pass('wins') } as const
    const back = { ...context, standing: [route] }
    const began = world.clock.now()
    await undoStop.apply(back, record, notes, note)
    expect(world.clock.now() - began).toBeLessThan(15_000)
    expect(await undoStop.verify(back, record, notes)).toMatchObject({
      verdict: 'pass',
      left: [expect.stringContaining('nomad job status')],
    })
  })

  test('a job that was garbage-collected is registered from the record', async () => {
    const { world, apply, context, record, notes, note } = await previewed()
    await apply()
    await world.nomad.purge('site')
    await undoStop.apply(context, record, notes, note)
    expect(world.nomad.read('site')).toMatchObject({ stop: false, raw: { TaskGroups: record.job['TaskGroups'] } })
  })

  test("somebody else's newer registration is left alone", async () => {
    const { world, apply, context, record, notes, note } = await previewed()
    await apply()
    world.nomad.start(other)
    const { version } = world.nomad.read('site') ?? {}
    expect(await problemOf(undoStop.apply(context, record, notes, note))).toMatchObject({ code: 'job-not-ours', effect: 'no' })
    expect(await undoStop.settle(context, record, notes)).toMatchObject({ status: 'foreign' })
    expect(world.nomad.read('site')?.version).toBe(version)
  })

  test('verify asks the old side, and gives the catalog time to learn of it', async () => {
    const { apply, context, record, notes, note } = await previewed()
    await apply()
    await undoStop.apply(context, record, notes, note)
    expect(await undoStop.verify(context, record, notes)).toMatchObject({ verdict: 'pass' })
    const gone = { about: 'old-side', side: 'old', what: 'the old side', observe: async () => fail('no servers', { side: 'old' }) } as const
    expect(await undoStop.verify({ ...context, standing: [gone] }, record, notes)).toMatchObject({
      verdict: 'pending',
      side: 'old',
      reason: 'no servers',
    })
  })
})

describe('afterwards', () => {
  test('the job must stay stopped, and visitors must see the site', async () => {
    const { world, apply, context, record, notes } = await previewed()
    await apply()
    world.visitor.answer = () => answered(200, 'Hello')
    expect(await stopNomadJob.verify(context, record, notes)).toMatchObject({ verdict: 'pass' })
    world.visitor.answer = () => answered(404)
    expect(await stopNomadJob.verify(context, record, notes)).toMatchObject({ verdict: 'pending', side: 'new', visitorSawIt: true })
    const [standing] = stopNomadJob.standing?.(context, record, notes) ?? []
    expect(await standing?.observe()).toMatchObject({ verdict: 'pass' })
    world.nomad.start(other)
    expect(await standing?.observe()).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('started again') })
  })

  test('the bundle holds a job that would run again, and its source', async () => {
    const { context, record } = await previewed()
    const stopped: StopRecord = { ...record, job: { ...record.job, Stop: true } }
    const files = (await stopNomadJob.restoreFiles?.(context, stopped)) ?? []
    expect(files.map((each) => each.path)).toEqual(['nomad/site.json', 'nomad/site.hcl'])
    expect(JSON.parse(new TextDecoder().decode(files[0]?.bytes))).toMatchObject({ ID: 'site', Stop: false })
    expect(JSON.parse(new TextDecoder().decode(files[0]?.bytes))).not.toHaveProperty('JobModifyIndex')
  })
})
