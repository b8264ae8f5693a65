import { describe, expect, it } from 'vitest'
import { createTestCluster } from '../../lab/kubernetes/cluster.ts'
import { deployment, DEPLOYMENT, objectOf, portOn, problemOf, service, SERVICE, settings, VPA } from './port.ts'

describe('describe', () => {
  it('names server, version and user', async () => {
    const { handler } = createTestCluster()
    expect(await portOn(handler).describe()).toEqual({
      server: 'https://kubernetes.test',
      context: 'fixed',
      namespace: 'default',
      version: 'v1.36.2',
      user: 'lab-admin',
    })
  })

  it('does not take the answer of /version for valid credentials', async () => {
    const { handler } = createTestCluster()
    const problem = await problemOf(portOn(handler, { token: 'wrong' }).describe())
    expect(problem).toMatchObject({ code: 'kubernetes-unauthorized', effect: 'no' })
    expect(problem.next[0]).toContain('log in again')
  })

  it('proves credentials with an access review where the server has no SelfSubjectReview', async () => {
    const { handler } = createTestCluster()
    const old = portOn(async (request) =>
      request.path.endsWith('/selfsubjectreviews')
        ? { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }
        : handler(request),
    )
    expect((await old.describe()).user).toBe('unknown')
  })

  it('says when the API cannot be reached', async () => {
    expect(await problemOf(portOn(async () => 'drop').describe())).toMatchObject({ code: 'unreachable', effect: 'unknown' })
  })
})

describe('which kinds there are', () => {
  it('is asked once by many at once, and again by those who come later where it was not served', async () => {
    const { handler } = createTestCluster()
    const asked: string[] = []
    const port = portOn((request) => {
      asked.push(request.path)
      return handler(request)
    })
    const kinds = ['Service', 'Secret', 'Nothing', 'Pod'].map((kind) => port.kind('v1', kind))
    expect((await Promise.all(kinds)).map((kind) => kind?.plural)).toEqual(['services', 'secrets', undefined, 'pods'])
    expect(asked).toEqual(['/api/v1'])
    await Promise.all([port.kind('v1', 'Service'), port.kind('v1', 'Nothing')])
    expect(asked).toEqual(['/api/v1', '/api/v1'])
  })

  it('is asked again after a failure', async () => {
    const { handler } = createTestCluster()
    let works = false
    const port = portOn(async (request) => (works ? handler(request) : 'drop'))
    await Promise.all([problemOf(port.kind('v1', 'Service')), problemOf(port.kind('v1', 'Secret'))])
    works = true
    expect(await port.kind('v1', 'Service')).toMatchObject({ plural: 'services' })
  })
})

describe('delete', () => {
  it('deletes only the object of the UID, in the foreground', async () => {
    const { handler, clock } = createTestCluster()
    const port = portOn(handler)
    const made = objectOf(await port.apply(deployment()))
    await clock.advance(1_000)
    expect(await port.delete(DEPLOYMENT, '00000000-0000-4000-8000-000000000000')).toBe('foreign')
    expect(await port.delete(DEPLOYMENT, made.metadata.uid ?? '')).toBe('deleted')
    expect((await port.readiness(DEPLOYMENT)).status).toBe('terminating')
    await clock.advance(1_000)
    expect(await port.get(DEPLOYMENT)).toBeUndefined()
    expect(await port.list({ apiVersion: 'v1', kind: 'Pod' })).toEqual([])
    expect(await port.delete(DEPLOYMENT, made.metadata.uid ?? '')).toBe('absent')
  })

  it('has nothing to delete of a kind that is not served', async () => {
    expect(await portOn(createTestCluster().handler).delete({ apiVersion: VPA.apiVersion, kind: VPA.kind, name: 'x' }, 'uid')).toBe(
      'absent',
    )
  })
})

describe('list and access', () => {
  it('follows pages and says of each member what it is', async () => {
    const names = ['a', 'b', 'c']
    const paged = portOn(async ({ path, query }) => {
      if (path === '/api/v1')
        return { status: 200, body: JSON.stringify({ resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] }) }
      const at = Number(query.get('continue') ?? 0)
      return {
        status: 200,
        body: JSON.stringify({ metadata: { ...(at < 2 && { continue: String(at + 1) }) }, items: [{ metadata: { name: names[at] } }] }),
      }
    })
    const found = await paged.list({ apiVersion: 'v1', kind: 'ConfigMap' })
    expect(found.map((each) => `${each.apiVersion} ${each.kind} ${each.metadata.name}`)).toEqual(
      names.map((name) => `v1 ConfigMap ${name}`),
    )
  })

  it('lists one namespace, the target’s unless told, or all', async () => {
    const port = portOn(createTestCluster({ namespaces: ['other'] }).handler)
    await port.apply(settings({}))
    await port.apply({ ...settings({}), metadata: { name: 'settings', namespace: 'other' } })
    const count = async (namespace?: string): Promise<number> =>
      (await port.list({ apiVersion: 'v1', kind: 'ConfigMap' }, namespace === undefined ? {} : { namespace })).length
    expect([await count(), await count('other'), await count('')]).toEqual([1, 1, 2])
  })

  it('answers each question, in order', async () => {
    const { handler } = createTestCluster({
      denied: [{ user: 'lab-admin', verb: 'delete', group: '', resource: 'services', namespace: 'default' }],
    })
    const question = (verb: 'patch' | 'delete') => ({ verb, group: '', resource: 'services', namespace: 'default' }) as const
    const answers = await portOn(handler).access([question('patch'), question('delete')])
    expect(answers.map((each) => [each.question.verb, each.allowed])).toEqual([
      ['patch', true],
      ['delete', false],
    ])
  })
})

describe('readiness of a roll-out', () => {
  it('goes from nothing to ready; the Service follows its pods', async () => {
    const { handler, clock } = createTestCluster()
    const port = portOn(handler, { clock })
    expect((await port.readiness(DEPLOYMENT)).status).toBe('not-found')
    await port.apply(deployment())
    await port.apply(service)
    expect(await port.readiness(DEPLOYMENT)).toMatchObject({ status: 'in-progress' })
    expect(await port.readiness(SERVICE)).toMatchObject({ status: 'in-progress', reason: expect.stringContaining('no ready endpoint') })
    await clock.advance(1_000)
    expect(await port.readiness(DEPLOYMENT)).toMatchObject({ status: 'current' })
    expect(await port.readiness(SERVICE)).toMatchObject({ status: 'current' })
  })

  it('reads events only while a pod is not well', async () => {
    const { handler, clock } = createTestCluster()
    const asked: string[] = []
    const port = portOn(
      (request) => {
        asked.push(request.path)
        return handler(request)
      },
      { clock },
    )
    const askedForEvents = async (): Promise<boolean> => {
      asked.length = 0
      await port.readiness(DEPLOYMENT)
      return asked.some((path) => path.endsWith('/events'))
    }
    await port.apply(deployment())
    const seen: boolean[] = []
    for (let look = 0; look < 12; look++) {
      seen.push(await askedForEvents())
      await clock.advance(100)
    }
    expect(seen).toContain(true)
    expect(await port.readiness(DEPLOYMENT)).toMatchObject({ status: 'current' })
    expect(seen.at(-1)).toBe(false)
  })

  it('does not take the status of the old generation for the new one', async () => {
    const { handler, clock } = createTestCluster()
    const port = portOn(handler, { clock })
    await port.apply(deployment())
    await clock.advance(1_000)
    await port.apply(deployment({ env: 'new' }))
    expect(await port.readiness(DEPLOYMENT)).toMatchObject({ status: 'in-progress' })
    await clock.advance(1_000)
    expect(await port.readiness(DEPLOYMENT)).toMatchObject({ status: 'current' })
  })

  it.each([
    ['pods-crash', 'crashes again and again: exit code 1'],
    ['image-not-found', 'image registry.test/website:1 does not exist in its registry'],
  ] as const)('fails within a second under %s, with the evidence', async (fault, reason) => {
    const { handler, clock } = createTestCluster({}, [fault])
    const port = portOn(handler, { clock })
    await port.apply(deployment())
    await clock.advance(1_000)
    const found = await port.readiness(DEPLOYMENT)
    expect(found).toMatchObject({ status: 'failed', reason: expect.stringContaining(reason) })
    expect(found.evidence.join()).toMatch(/pod website-\S+, container website: /)
  })
})
