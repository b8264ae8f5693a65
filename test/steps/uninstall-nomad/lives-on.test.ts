import { describe, expect, it, test } from 'vitest'
import { answered, notAnswered } from '../../fakes/ports/visitor.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { stage } from './stage.ts'

const URL = 'https://other.example.org/'
const livesOn = { kubernetesNodes: true, consulLeader: 'http://127.0.0.1:8500', urls: [URL] }
const ONE = [{ host: 'a' }]

describe('what must live on is well before', () => {
  it('or nothing begins, and all of it is told at once', async () => {
    const { cluster, preview } = stage(ONE, { livesOn })
    for (const name of ['k1', 'k2']) cluster.setReady(name, false)
    cluster.consul = undefined
    cluster.world.visitor.answer = ({ url }) => (url === URL ? notAnswered('refused') : answered(200, '""'))
    const problems = await problemsOf(preview())
    expect(problems.map(({ code }) => code)).toEqual(['not-well-before', 'not-well-before', 'not-well-before'])
    expect(problems.map(({ summary }) => summary).toSorted()).toEqual([
      'Consul at http://127.0.0.1:8500 on a names no leader: 200 ""',
      `${URL} does not answer well: refused`,
      'no Kubernetes node is Ready',
    ])
  })

  it.each([
    [503, false],
    [401, true],
    [404, true],
    [200, true],
  ])('a URL that answers %i: %s', async (status, well) => {
    const { cluster, preview } = stage(ONE, { livesOn: { urls: [URL] } })
    cluster.world.visitor.answer = () => answered(status)
    if (well) expect((await preview()).undoRecord.well.urls).toEqual([{ url: URL, status }])
    else expect(await problemOf(preview())).toMatchObject({ code: 'not-well-before' })
  })

  it('Consul is asked through each host', async () => {
    const { cluster, preview } = stage([{ host: 'a' }, { host: 'b' }], { livesOn: { consulLeader: 'http://127.0.0.1:8500/' } })
    await preview()
    expect(cluster.world.visitor.requests).toMatchObject(
      ['a', 'b'].map((host) => ({ url: 'http://127.0.0.1:8500/v1/status/leader', socketPath: `${host}:127.0.0.1:8500` })),
    )
  })

  test.each(['refused', 'unreachable'] as const)('our own tunnel that takes no connections (%s) is not Consul', async (failure) => {
    const { cluster, preview } = stage(ONE, { livesOn: { consulLeader: 'http://127.0.0.1:8500' } })
    const { answer } = cluster.world.visitor
    const answers = [notAnswered(failure)]
    cluster.world.visitor.answer = (request) => answers.shift() ?? answer(request)
    await preview()
    expect(cluster.world.visitor.requests).toHaveLength(2)
    cluster.world.visitor.answer = () => notAnswered(failure)
    expect(await problemOf(preview())).toMatchObject({ code: 'tunnel-broke', effect: 'no' })
  })
})

describe('and after', () => {
  const removed = async () => {
    const given = stage(ONE, { livesOn })
    const { undoRecord } = await given.preview()
    await given.apply(undoRecord)
    return { ...given, look: () => given.verify(undoRecord) }
  }

  test('all of it as it was', async () => {
    const { look } = await removed()
    expect(await look()).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('the 2 Kubernetes nodes that were Ready still are'),
    })
  })

  test('a Kubernetes node that went is named, one that was not Ready before is none of ours', async () => {
    const { cluster, look } = await removed()
    cluster.setReady('k3', false)
    expect(await look()).toMatchObject({ verdict: 'pass' })
    cluster.setReady('k2', false)
    expect(await look()).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('not now: k2') })
  })

  test('a Consul without leader', async () => {
    const { cluster, look } = await removed()
    cluster.consul = undefined
    expect(await look()).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('names no leader') })
  })

  test('a URL with another status, or none', async () => {
    const { cluster, look } = await removed()
    const { answer } = cluster.world.visitor
    cluster.world.visitor.answer = (request) => (request.url === URL ? answered(404) : answer(request))
    expect(await look()).toMatchObject({ verdict: 'pending', reason: `${URL} answered 200 before, and now answers 404` })
    cluster.world.visitor.answer = (request) => (request.url === URL ? notAnswered('timeout') : answer(request))
    expect(await look()).toMatchObject({ verdict: 'pending', reason: `${URL} answered 200 before, and now does not: timeout` })
  })

  test('an agent that somebody started again is seen by all later steps', async () => {
    const { cluster, context, preview } = stage(ONE)
    const { undoRecord } = await preview()
    const { uninstallNomad } = await import('../../../src/steps/uninstall-nomad.ts')
    const [check] = uninstallNomad.standing?.(context(), undoRecord, []) ?? []
    expect(check).toMatchObject({ about: 'nomad-agent', what: 'Nomad stays off a' })
    expect(await check?.observe()).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('nomad.service is active') })
    for (const agent of cluster.agents) Object.assign(agent, { active: 'inactive', enabled: 'disabled' })
    expect(await check?.observe()).toMatchObject({ verdict: 'pass' })
  })
})
