import { describe, expect, it } from 'vitest'
import { sameJob } from '../../../src/adapters/nomad/job-document.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { NomadPort } from '../../../src/domain/ports/nomad.ts'
import { answering, fixture, JMC, json, NAMESPACE, problemOf, stage, text } from './stage.ts'

describe('a job', () => {
  it('is read whole, asked for in the namespace and region of the target', async () => {
    const { nomad, requests } = stage({}, { region: 'global' })
    expect(await nomad.job(JMC)).toMatchObject({
      id: JMC,
      namespace: NAMESPACE,
      type: 'service',
      status: 'running',
      stop: false,
      version: 0,
      raw: { Priority: 50 },
    })
    expect(requests[0]?.query.toString()).toBe(`namespace=${NAMESPACE}&region=global`)
    expect(requests[0]?.headers['x-nomad-token']).toBe('secret')
    expect(await nomad.job('absent')).toBeUndefined()
  })

  it('is not believed to be absent because something else answers 404', async () => {
    await expect(answering(() => text(404, '404 page not found')).job(JMC)).rejects.toMatchObject(problemOf('nomad-refused'))
    await expect(
      answering(() => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>login' })).job(JMC),
    ).rejects.toMatchObject(problemOf('nomad-not-understood'))
  })

  it('and what runs on it is not read from an answer that is not Nomad’s, although it is a success', async () => {
    const gateway = answering(() => json({ error: 'session expired' }))
    for (const asked of [
      gateway.job(JMC),
      gateway.submission(JMC, 0),
      gateway.allocations(JMC),
      gateway.children(JMC),
      gateway.scalingPolicies(JMC),
      gateway.nodes?.nodes(),
      gateway.nodes?.servers(),
    ])
      await expect(asked).rejects.toMatchObject(problemOf('nomad-not-understood'))
  })

  it.each([
    ['system', [{ ID: 'aaaaaaaa-1', Status: 'complete' }], undefined],
    [
      'system',
      [
        { ID: 'aaaaaaaa-1', Status: 'complete' },
        { ID: 'bbbbbbbb-2', Status: 'pending' },
      ],
      'evaluation bbbbbbbb is pending',
    ],
    [
      'sysbatch',
      [
        { ID: 'bbbbbbbb-2', Status: 'pending' },
        { ID: 'cccccccc-3', Status: 'blocked', StatusDescription: 'created to place remaining allocations' },
      ],
      'evaluation cccccccc is blocked (created to place remaining allocations)',
    ],
    ['service', [{ ID: 'bbbbbbbb-2', Status: 'pending' }], undefined],
  ])('of type %s says by its evaluations whether more of it is to come', async (Type, evaluations, unplaced) => {
    const nomad = answering(({ path }) => json(path.endsWith('/evaluations') ? evaluations : { ID: JMC, Type, Status: 'running' }))
    expect((await nomad.job(JMC))?.unplaced).toBe(unplaced)
  })

  it('stops, drains to the end, and comes back as it was, with its submission', async () => {
    const { nomad, clock } = stage()
    const saved = await nomad.job(JMC)
    if (saved === undefined) throw new Error('no job')
    const { evaluation, jobModifyIndex } = await nomad.stop(JMC)
    expect(evaluation).toMatch(/^[0-9a-f-]{36}$/)
    expect(await nomad.job(JMC)).toMatchObject({ stop: true, status: 'dead', version: 1, jobModifyIndex })
    expect(await nomad.allocations(JMC)).toMatchObject([{ clientStatus: 'running', desiredStatus: 'stop' }])
    clock.advance(2_100)
    expect(await nomad.allocations(JMC)).toMatchObject([{ clientStatus: 'complete', desiredStatus: 'stop', healthy: false }])

    expect(await nomad.register(saved.raw, { enforceIndex: saved.jobModifyIndex })).toEqual({
      outcome: 'index-conflict',
      found: jobModifyIndex,
    })
    const submission = { source: 'job "x" {}', format: 'hcl2', raw: { Variables: 'a = 1', VariableFlags: { b: '2' }, Version: 0 } }
    const back = await nomad.register(saved.raw, { enforceIndex: jobModifyIndex, submission })
    expect(back).toMatchObject({ outcome: 'registered' })
    const now = await nomad.job(JMC)
    expect(now).toMatchObject({ stop: false, version: 2, status: 'running' })
    expect(sameJob(saved.raw, now?.raw ?? {})).toBe(true)
    expect(await nomad.submission(JMC, 2)).toEqual({
      source: 'job "x" {}',
      format: 'hcl2',
      raw: expect.objectContaining({ Variables: 'a = 1', VariableFlags: { b: '2' } }),
    })
    expect(await nomad.submission(JMC, 1)).toBeUndefined()
    clock.advance(300)
    expect((await nomad.allocations(JMC)).map((each) => [each.clientStatus, each.healthy])).toEqual([
      ['complete', false],
      ['running', true],
    ])
  })

  it('is registered only where it is expected', async () => {
    const { nomad, world } = stage()
    const saved = await nomad.job(JMC)
    expect(await nomad.register(fixture, { enforceIndex: 0 })).toEqual({ outcome: 'index-conflict', found: saved?.jobModifyIndex })
    expect(await nomad.register({ ...fixture, ID: 'other', Name: 'other' }, { enforceIndex: 3 })).toEqual({
      outcome: 'index-conflict',
      found: 0,
    })
    expect(world.writes).toBe(0)
    expect(await nomad.register({ ...fixture, ID: 'other', Name: 'other' }, { enforceIndex: 0 })).toMatchObject({ outcome: 'registered' })
    expect(world.writes).toBe(1)
  })

  it('registered unchanged keeps its JobModifyIndex, which the answer of the server does not tell', async () => {
    const { nomad, clock } = stage()
    await nomad.register({ ...fixture, ID: 'other', Name: 'other' }, { enforceIndex: 0 })
    clock.advance(1_000)
    const before = await nomad.job('other')
    expect(before?.raw['ModifyIndex']).not.toBe(before?.jobModifyIndex)
    const again = await nomad.register(before?.raw ?? {}, { enforceIndex: before?.jobModifyIndex ?? 0 })
    expect(again).toMatchObject({ outcome: 'registered', jobModifyIndex: before?.jobModifyIndex })
    expect(await nomad.job('other')).toMatchObject({ version: 0 })
  })

  it('is planned without being written', async () => {
    const { nomad, world } = stage()
    const saved = await nomad.job(JMC)
    expect(await nomad.plan(saved?.raw ?? {})).toMatchObject({ Diff: { Type: 'None' } })
    expect(await nomad.plan({ ...saved?.raw, Priority: 70 })).toMatchObject({ Diff: { Type: 'Edited' } })
    expect(world.writes).toBe(0)
  })

  it('is gone once purged, with its allocations', async () => {
    const { nomad } = stage()
    await nomad.purge(JMC)
    expect(await nomad.job(JMC)).toBeUndefined()
    expect(await nomad.allocations(JMC)).toEqual([])
    await nomad.purge(JMC)
    expect(await nomad.stop(JMC)).toEqual({ evaluation: undefined, jobModifyIndex: 0 })
  })

  it('has children that its stop leaves running; dead ones are not read one by one', async () => {
    const periodic = { ...fixture, ID: 'cron', Name: 'cron', Type: 'batch', Periodic: { Enabled: true, Spec: '@daily' } }
    const child = (id: string): JsonObject => ({ ...fixture, ID: id, Name: id, ParentID: 'cron' })
    const { nomad, requests } = stage({
      jobs: [periodic, child('cron/periodic-1'), child('cron/periodic-2'), { ...fixture, ID: 'cron/not-a-child' }],
    })
    await nomad.stop('cron/periodic-2')
    await nomad.stop('cron')
    requests.length = 0
    expect((await nomad.children('cron')).map((each) => [each.id, each.status])).toEqual([
      ['cron/periodic-1', 'running'],
      ['cron/periodic-2', 'dead'],
    ])
    expect(requests.map((each) => each.path)).toEqual(['/v1/jobs', '/v1/job/cron%2Fperiodic-1'])
  })

  it('has scaling policies that a stop disables and a re-registration enables', async () => {
    const group = (fixture['TaskGroups'] as readonly JsonObject[])[0] ?? {}
    const { nomad } = stage({ jobs: [{ ...fixture, TaskGroups: [{ ...group, Scaling: { Min: 1, Max: 3, Enabled: true } }] }] })
    const saved = await nomad.job(JMC)
    const enabled = async (): Promise<unknown> => (await nomad.scalingPolicies(JMC)).map((each) => each['Enabled'])
    expect(await enabled()).toEqual([true])
    const { jobModifyIndex } = await nomad.stop(JMC)
    expect(await enabled()).toEqual([false])
    await nomad.register(saved?.raw ?? {}, { enforceIndex: jobModifyIndex })
    expect(await enabled()).toEqual([true])
  })
})

describe('allocations', () => {
  it('include those of an earlier job of the name', async () => {
    const { nomad, requests } = stage()
    await nomad.allocations(JMC)
    expect(requests[0]?.query.get('all')).toBe('true')
  })

  it('of a deployment under way are neither healthy nor unhealthy, although their tasks run', async () => {
    const allocation = { ClientStatus: 'running', JobVersion: 2, DeploymentStatus: null, TaskStates: { web: { State: 'running' } } }
    const nomad = (status: string): NomadPort =>
      answering(({ path }) => (path.endsWith('/deployment') ? json({ Status: status, JobVersion: 2 }) : json([allocation])))
    expect(await nomad('running').allocations(JMC)).toMatchObject([{ healthy: undefined }])
    expect(await nomad('successful').allocations(JMC)).toMatchObject([{ healthy: true }])
    expect(await answering(({ path }) => (path.endsWith('/deployment') ? json(null) : json([allocation]))).allocations(JMC)).toMatchObject([
      { healthy: true },
    ])
  })
})
