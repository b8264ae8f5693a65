import { describe, expect, it, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { problemOf } from '../problem-of.ts'
import { stage } from './stage.ts'

const THREE = [{ host: 'a', leader: true }, { host: 'b' }, { host: 'c', server: false }] as const

describe('taking Nomad off', () => {
  it('empties every node before it stops any agent, and ends with the leader', async () => {
    const { cluster, preview, apply, verify, notes } = stage([...THREE])
    const { undoRecord } = await preview()
    await apply(undoRecord)
    expect(cluster.log).toEqual(['drain a', 'drain b', 'drain c', 'stop c', 'disable c', 'stop b', 'disable b', 'stop a', 'disable a'])
    expect(notes.map((each) => each.did)).toContain('drained')
    expect(await verify(undoRecord)).toMatchObject({ verdict: 'pass' })
  })

  it('waits for allocations to end, which a drain that is complete does not say', async () => {
    const { cluster, preview, apply } = stage([{ host: 'a' }], { drainTimeout: 60_000 })
    const { undoRecord } = await preview()
    cluster.before = (what) => {
      // An allocation of a stopped job turns up; it ends 2 s after the drain.
      if (what === 'drain a') cluster.place('web', 'a')
      else expect(cluster.snapshot()).toMatchObject({ allocations: ['web-on-a complete'] })
    }
    await apply(undoRecord)
    expect(cluster.log).toEqual(['drain a', 'stop a', 'disable a'])
  })

  it('stops no agent while a node does not become empty', async () => {
    const { cluster, preview, apply } = stage([{ host: 'a' }], { drainTimeout: 30_000 })
    const { undoRecord } = await preview()
    cluster.endMs = Number.POSITIVE_INFINITY
    cluster.before = () => cluster.place('web', 'a')
    expect(await problemOf(apply(undoRecord))).toMatchObject({
      code: 'nomad-drain-timeout',
      summary: expect.stringContaining('1m30s'),
      details: [expect.stringContaining('web.g[0]')],
    })
    expect(cluster.log).toEqual(['drain a'])
  })

  it('stops no agent when somebody registers a job while the nodes are drained', async () => {
    const { cluster, preview, apply } = stage([...THREE])
    const { undoRecord } = await preview()
    cluster.before = (what) => {
      if (what === 'drain c') cluster.run({ id: 'late', status: 'pending' })
    }
    expect(await problemOf(apply(undoRecord))).toMatchObject({ code: 'nomad-still-runs' })
    expect(cluster.log).toEqual(['drain a', 'drain b', 'drain c'])
  })

  it('says so when systemd calls an agent stopped whose process lives', async () => {
    const { cluster, preview, apply } = stage([{ host: 'a', lingers: Number.POSITIVE_INFINITY }])
    const { undoRecord } = await preview()
    expect(await problemOf(apply(undoRecord))).toMatchObject({
      code: 'nomad-agent-still-there',
      effect: 'unknown',
      details: ['its process 10 still lives'],
    })
    expect(cluster.log).toEqual(['drain a', 'stop a'])
  })

  it('gives a process a moment to follow its unit', async () => {
    const { cluster, preview, apply } = stage([{ host: 'a', lingers: 3_000 }])
    await apply((await preview()).undoRecord)
    expect(cluster.log).toEqual(['drain a', 'stop a', 'disable a'])
  })
})

describe('a Nomad that does not answer', () => {
  const refusing = (what: string) => (doing: string) => {
    if (doing === what) throw new ProblemError({ code: 'ssh-connection-lost', summary: 'lost', next: [], effect: 'unknown' })
  }

  it('is no empty Nomad: nothing is stopped', async () => {
    const { cluster, preview, apply } = stage([...THREE])
    const { undoRecord } = await preview()
    for (const agent of cluster.agents.filter((each) => each.server)) agent.active = 'failed'
    expect(await problemOf(apply(undoRecord))).toMatchObject({ code: 'nomad-unreachable' })
    expect(cluster.log).toEqual([])
  })

  it('is ours once we have stopped a server of drained nodes: the rest is stopped without it', async () => {
    const { cluster, preview, apply, settle } = stage([...THREE])
    const { undoRecord } = await preview()
    cluster.before = refusing('stop a')
    await problemOf(apply(undoRecord))
    expect(await settle(undoRecord)).toMatchObject({ status: 'partial', reason: expect.stringContaining('nomad.service on b is inactive') })
    cluster.before = () => {}
    await apply(undoRecord)
    expect(cluster.log.slice(-2)).toEqual(['stop a', 'disable a'])
    expect(await settle(undoRecord)).toEqual({ status: 'done' })
  })

  it('is not ours where somebody else stopped that server', async () => {
    const { cluster, preview, apply, notes } = stage([...THREE])
    const { undoRecord } = await preview()
    notes.push({ did: 'drained' })
    for (const agent of cluster.agents.filter((each) => each.host === 'b')) agent.active = 'inactive'
    expect(await problemOf(apply(undoRecord))).toMatchObject({ code: 'nomad-unreachable' })
    expect(cluster.log).toEqual([])
  })
})

describe('what really happened', () => {
  test('nothing', async () => {
    const { preview, settle } = stage([...THREE])
    expect(await settle((await preview()).undoRecord)).toEqual({ status: 'none' })
  })

  test('a node takes no more work', async () => {
    const { cluster, preview, settle } = stage([...THREE])
    const { undoRecord } = await preview()
    await cluster.nodes.drain('id-b', { deadlineMs: 1, meta: {} })
    expect(await settle(undoRecord)).toMatchObject({ status: 'partial', reason: expect.stringContaining('node b') })
  })

  test('an agent is stopped, and starts again at boot', async () => {
    const { cluster, preview, settle } = stage([{ host: 'a' }])
    const { undoRecord } = await preview()
    for (const agent of cluster.agents) agent.active = 'failed'
    expect(await settle(undoRecord)).toMatchObject({ status: 'partial', reason: expect.stringContaining('failed and enabled') })
  })

  test('cannot be told while every agent runs and Nomad is silent', async () => {
    const { cluster, preview, settle } = stage([{ host: 'a' }])
    const { undoRecord } = await preview()
    for (const agent of cluster.agents) agent.active = 'activating'
    expect(await settle(undoRecord)).toMatchObject({ status: 'unknown' })
  })

  test('nor while a host cannot be reached', async () => {
    const { cluster, preview, context } = stage([{ host: 'a' }])
    const { undoRecord } = await preview()
    const { uninstallNomad } = await import('../../../src/steps/uninstall-nomad.ts')
    const gone = { ...context(), ports: { ...cluster.ports, hosts: {} } }
    expect(await uninstallNomad.settle(gone, undoRecord, [])).toMatchObject({ status: 'unknown' })
  })
})
