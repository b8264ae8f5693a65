import { describe, expect, it, test } from 'vitest'
import type { NomadPort } from '../../../src/domain/ports/nomad.ts'
import type { NomadNodesPort } from '../../../src/domain/ports/nomad-nodes.ts'
import type { NomadWorldPolicy } from '../../../src/lab/nomad/world.ts'
import { answering, fixture, JMC, json, NAMESPACE, problemOf, stage, text } from './stage.ts'

const READ = ['list-jobs', 'read-job']

/** The nodes as a token with these policies sees them. */
function seenBy(...policies: readonly Omit<NomadWorldPolicy, 'name' | 'rules'>[]) {
  const named = policies.map((policy, index) => ({ ...policy, name: `p${index}`, rules: '' }))
  const token = { accessor: 'a', secret: 'limited', name: 'limited', type: 'client', policies: named.map(({ name }) => name) } as const
  const staged = stage({ jobs: [fixture], tokens: [token], policies: named, namespaces: ['other'] }, { token: 'limited' })
  return { ...staged, nodes: nodesOf(staged.nomad) }
}

function nodesOf({ nodes }: NomadPort): NomadNodesPort {
  if (nodes === undefined) throw new Error('the adapter has nodes')
  return nodes
}

describe('all jobs of all namespaces', () => {
  it('are listed for a management token, with what says whether they may run', async () => {
    const nodes = nodesOf(stage().nomad)
    expect(await nodes.jobs()).toEqual([
      { id: JMC, namespace: NAMESPACE, type: 'service', status: 'running', stop: false, periodic: false, parameterized: false, parent: '' },
    ])
    expect(await nodes.allocations()).toMatchObject([
      { job: JMC, namespace: NAMESPACE, clientStatus: 'running', nodeId: expect.any(String) },
    ])
  })

  it('are listed for a token whose policy covers every namespace', async () => {
    const { nodes } = seenBy({ grants: [{ namespace: '*', capabilities: READ }], node: 'write' })
    expect(await nodes.jobs()).toHaveLength(1)
    expect(await nodes.rights()).toEqual({ everyNamespace: true, node: 'write' })
  })

  it.each([
    ['sees one namespace', [{ grants: [{ namespace: NAMESPACE, capabilities: READ }] }]],
    [
      'sees every namespace that there is, and not those to come',
      [{ grants: [NAMESPACE, 'default', 'other'].map((namespace) => ({ namespace, capabilities: READ })) }],
    ],
    [
      'has a narrower rule that denies',
      [{ grants: [{ namespace: '*', capabilities: READ }] }, { grants: [{ namespace: 'other', capabilities: ['deny'] }] }],
    ],
    [
      'has a narrower rule that leaves reading out',
      [
        {
          grants: [
            { namespace: '*', capabilities: READ },
            { namespace: 'oth*', capabilities: ['list-jobs'] },
          ],
        },
      ],
    ],
    ['has no rule at all', [{ grants: [] }]],
  ])('are refused for a token that %s: no data is no success', async (_, policies) => {
    const { nodes, requests } = seenBy(...policies)
    await expect(nodes.jobs()).rejects.toMatchObject(problemOf('nomad-namespaces-unseen'))
    await expect(nodes.allocations()).rejects.toMatchObject(problemOf('nomad-namespaces-unseen'))
    expect(requests.filter(({ query }) => query.get('namespace') === '*')).toEqual([])
  })

  it('are refused where the server does not show the policies', async () => {
    const nomad = answering(({ path }) =>
      path === '/v1/acl/token/self' ? json({ Type: 'client', Policies: ['p'] }) : text(403, 'Permission denied'),
    )
    expect(await nodesOf(nomad).rights()).toBe('unknown')
    await expect(nodesOf(nomad).jobs()).rejects.toMatchObject(problemOf('nomad-namespaces-unseen'))
  })
})

describe('the rights on nodes', () => {
  const rules = (...texts: readonly string[]) =>
    answering(({ path }) =>
      path === '/v1/acl/token/self'
        ? json({ Type: 'client', Policies: texts.map((_, index) => `p${index}`) })
        : json({ Rules: texts[Number(path.at(-1))] }),
    )
  it.each([
    [['namespace "*" { policy = "read" } node { policy = "write" }'], { everyNamespace: true, node: 'write' }],
    [['namespace "*" { policy = "read" }', 'node { policy = "read" }'], { everyNamespace: true, node: 'read' }],
    [['node { policy = "write" }', 'node { policy = "deny" }'], { everyNamespace: false, node: 'none' }],
    [['{"namespace": {"*": {"policy": "write"}}, "node": {"policy": "write"}}'], { everyNamespace: true, node: 'write' }],
    [['namespace "*" { policy = "read" } namespace "*" { policy = "deny" }'], { everyNamespace: false, node: 'none' }],
  ])('of %j, as older servers keep policies', async (texts, expected) => {
    expect(await nodesOf(rules(...texts)).rights()).toEqual(expected)
  })

  it('are unknown where a policy cannot be understood', async () => {
    expect(await nodesOf(rules('node { policy = ')).rights()).toBe('unknown')
  })

  it('are everything for management, and named where they are missing', async () => {
    expect(await nodesOf(stage().nomad).rights()).toEqual({ everyNamespace: true, node: 'write' })
    const { nodes } = seenBy({ grants: [{ namespace: NAMESPACE, capabilities: READ }] })
    await expect(nodes.nodes()).rejects.toMatchObject({
      problems: [
        {
          code: 'nomad-forbidden',
          summary: expect.stringContaining('node:read'),
          next: [expect.stringContaining('node { policy = "read" }')],
        },
      ],
    })
  })
})

describe('nodes and servers', () => {
  test('a drained node, its agent and its allocations', async () => {
    const { nomad, clock } = stage()
    const nodes = nodesOf(nomad)
    const [before] = await nodes.nodes()
    expect(before).toMatchObject({ name: 'lab', status: 'ready', draining: false, eligible: true, lastDrain: undefined })
    expect(await nodes.httpAddress(before?.id ?? '')).toBe('127.0.0.1:4646')
    await nodes.drain(before?.id ?? '', { deadlineMs: 60_000, meta: { run: 'r1' } })
    expect(await nodes.nodes()).toMatchObject([{ eligible: false, lastDrain: { status: 'complete', meta: { run: 'r1' } } }])
    // It is said to be drained, and its allocation still ends.
    expect(await nodes.allocations()).toMatchObject([{ clientStatus: 'running' }])
    clock.advance(10_000)
    expect(await nodes.allocations()).toMatchObject([{ clientStatus: 'complete' }])
  })

  test('the deadline goes out in nanoseconds, and system jobs go too', async () => {
    const { nomad, requests } = stage()
    const nodes = nodesOf(nomad)
    await nodes.drain((await nodes.nodes())[0]?.id ?? '', { deadlineMs: 300_000, meta: {} })
    expect(JSON.parse(requests.at(-1)?.body ?? '')).toMatchObject({
      DrainSpec: { Deadline: 300e9, IgnoreSystemJobs: false },
      MarkEligible: false,
    })
  })

  it.each([
    [{ Name: 'a.b.global', Addr: '10.0.0.1', Tags: { region: 'global', port: '4647' } }, '"10.0.0.1:4647"', { name: 'a.b', leader: true }],
    [
      { Name: 'a.global', Addr: '10.0.0.1', Tags: { region: 'global', port: '4647', rpc_addr: '10.1.1.1' } },
      '"10.0.0.1:4647"',
      { name: 'a', leader: false },
    ],
    [{ Name: 'a.global', Addr: '::1', Tags: { region: 'global', port: '4647' } }, '"[::1]:4647"', { name: 'a', leader: true }],
  ])('a server %j with leader %s', async (member, leader, expected) => {
    const nomad = answering(({ path }) =>
      path === '/v1/agent/members' ? json({ Members: [{ ...member, Status: 'alive' }] }) : { ...json(''), body: leader },
    )
    expect(await nodesOf(nomad).servers()).toEqual([{ ...expected, address: member.Addr, status: 'alive' }])
  })
})
