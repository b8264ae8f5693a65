import { describe, expect, it, test } from 'vitest'
import { problemOf, problemsOf } from '../problem-of.ts'
import { stage } from './stage.ts'

describe('which node is on a host', () => {
  it.each([
    ['its name in the plan', { nodeName: 'hestia' }],
    ['the name that the host has for itself', { nodeName: 'node-7', hostName: 'node-7' }],
    ['an address of its own', { nodeName: 'node-7', hostName: 'localhost', address: '10.9.9.9' }],
  ])('is told by %s', async (_, agent) => {
    const { preview } = stage([{ host: 'hestia', ...agent }])
    const { undoRecord } = await preview()
    expect(undoRecord.hosts).toMatchObject([{ host: 'hestia', server: true, port: 4646, node: { name: agent.nodeName } }])
  })

  test('a loopback address says nothing: every host has it', async () => {
    const { preview } = stage([{ host: 'hestia', nodeName: 'node-7', address: '127.0.0.1' }])
    expect(await problemOf(preview())).toMatchObject({
      code: 'nomad-node-unknown',
      next: [expect.stringContaining('{ host: hestia, node: NAME }')],
    })
  })

  test('the plan may say it', async () => {
    const agent = { host: 'hestia', nodeName: 'node-7', address: '127.0.0.1' }
    const { undoRecord } = await stage([agent], { hosts: [{ host: 'hestia', node: 'node-7' }] }).preview()
    expect(undoRecord.hosts).toMatchObject([{ node: { id: 'id-node-7' }, server: true }])
    expect(await problemOf(stage([agent], { hosts: [{ host: 'hestia', node: 'node-8' }] }).preview())).toMatchObject({
      code: 'nomad-node-unknown',
      summary: 'Nomad has no node node-8',
    })
  })

  test('one of two is never guessed, but one that is down counts no more', async () => {
    const twins = [{ host: 'a' }, { host: 'b', nodeName: 'a' }]
    const hosts = { hosts: [{ host: 'a' }] }
    expect(await problemOf(stage(twins, hosts).preview())).toMatchObject({ code: 'nomad-node-ambiguous' })
    const { preview } = stage([{ host: 'a' }, { host: 'b', nodeName: 'a', active: 'failed', server: false }], hosts)
    expect((await preview()).undoRecord.hosts).toMatchObject([{ node: { name: 'a' } }])
  })

  test('two hosts that lead to one node are no two hosts', async () => {
    const { preview } = stage([{ host: 'a' }, { host: 'b', hostName: 'a', client: false, server: false }])
    expect(await problemOf(preview())).toMatchObject({ code: 'nomad-node-ambiguous', summary: expect.stringContaining('same node') })
  })

  test('the problems of all hosts are told at once', async () => {
    const { preview } = stage([
      { host: 'a', load: 'not-found', active: 'inactive', client: false, server: false },
      { host: 'b', nodeName: 'x', address: '127.0.0.1' },
    ])
    expect((await problemsOf(preview())).map(({ code }) => code)).toEqual(['unit-missing', 'nomad-node-unknown'])
  })

  test('an agent that runs although its unit does not is not stopped by it', async () => {
    const { cluster, preview } = stage([{ host: 'a' }, { host: 'b' }, { host: 'c' }], { hosts: [{ host: 'a' }] })
    const { a } = cluster.ports.hosts ?? {}
    const ports = {
      ...cluster.ports,
      hosts: { a: { ...a!, units: { ...a!.units, read: async () => ({ ...(await a!.units.read('nomad')), active: 'inactive' }) } } },
    }
    Object.defineProperty(cluster, 'ports', { value: ports })
    expect(await problemOf(preview())).toMatchObject({ code: 'nomad-runs-otherwise', summary: expect.stringContaining('node a is ready') })
  })
})

describe('the order', () => {
  it('is clients first, then servers, the leader last', async () => {
    const { preview } = stage([{ host: 'a', leader: true }, { host: 'b' }, { host: 'c', server: false }, { host: 'd', client: false }])
    expect((await preview()).undoRecord.hosts.map(({ host }) => host)).toEqual(['c', 'b', 'd', 'a'])
  })
})

test('what stays on other hosts is said', async () => {
  const { preview } = stage([{ host: 'a' }, { host: 'b' }, { host: 'c', server: false }], { hosts: [{ host: 'a' }] })
  expect((await preview()).warnings).toEqual(['Nomad stays on hosts that the plan does not name: node b, node c, server b'])
})

test('a unit without a switch for boot is said to be one', async () => {
  const { preview } = stage([{ host: 'a', enabled: 'static' }])
  const { warnings, changes } = await preview()
  expect(warnings).toEqual([expect.stringContaining('nomad.service on a is static')])
  expect(changes.at(-1)).toMatchObject({ after: { boot: 'static' } })
})

test('where all is done already there is nothing to do', async () => {
  const { preview } = stage([{ host: 'a' }, { host: 'b' }, { host: 'c', active: 'inactive', enabled: 'disabled' }], {
    hosts: [{ host: 'c' }],
  })
  expect((await preview()).changes).toEqual([])
})
