import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import type { ApplyOutcome, KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import { createTestCluster, labRequest } from '../../lab/kubernetes/cluster.ts'
import { deployment, DEPLOYMENT, portOn, problemOf, service, SERVICE } from './port.ts'

const VPA = {
  apiVersion: 'autoscaling.k8s.io/v1',
  kind: 'VerticalPodAutoscaler',
  metadata: { name: 'website' },
  spec: { targetRef: { kind: 'Deployment', name: 'website' } },
}

function objectOf(outcome: ApplyOutcome): KubernetesObject {
  if (outcome.outcome !== 'created' && outcome.outcome !== 'configured') throw new Error(outcome.outcome)
  return outcome.object
}

const settings = (data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
})
const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }

function applyAs(manager: string, object: KubernetesObject): ReturnType<typeof labRequest> {
  const body: Json = JSON.parse(JSON.stringify(object))
  return labRequest('PATCH', `/api/v1/namespaces/default/configmaps/${object.metadata.name}?fieldManager=${manager}`, {
    type: 'application/apply-patch+yaml',
    body,
  })
}

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

describe('apply', () => {
  it('tells made from found by the status, and an idle apply changes nothing', async () => {
    const { handler, world } = createTestCluster()
    const port = portOn(handler)
    expect((await port.apply(deployment())).outcome).toBe('created')
    expect((await port.apply(deployment())).outcome).toBe('configured')
    expect(world.writes).toBe(1)
  })

  it('writes nothing in a dry run', async () => {
    const { handler, world } = createTestCluster({ customResources: ['verticalpodautoscalers.autoscaling.k8s.io/v1'] })
    const port = portOn(handler)
    await port.apply(deployment())
    const before = JSON.stringify(world)
    expect((await port.apply(deployment({ replicas: 3 }), { dryRun: true })).outcome).toBe('configured')
    expect((await port.apply(service, { dryRun: true })).outcome).toBe('created')
    expect((await port.apply(VPA, { dryRun: true })).outcome).toBe('created')
    expect(JSON.stringify(world)).toBe(before)
  })

  it('says what a dry run cannot check yet', async () => {
    const port = portOn(createTestCluster().handler)
    expect(await port.apply({ ...service, metadata: { name: 'website', namespace: 'later' } }, { dryRun: true })).toEqual({
      outcome: 'not-checkable',
      missing: 'namespace',
      reason: 'there is no namespace later',
    })
    expect(await port.apply(VPA, { dryRun: true })).toMatchObject({ outcome: 'not-checkable', missing: 'kind' })
  })

  it('rejects in earnest what a dry run cannot check', async () => {
    const port = portOn(createTestCluster().handler)
    expect(await problemOf(port.apply({ ...service, metadata: { name: 'website', namespace: 'later' } }))).toMatchObject({
      code: 'kubernetes-not-found',
      effect: 'no',
    })
    expect(await problemOf(port.apply(VPA))).toMatchObject({ code: 'kubernetes-kind-missing', effect: 'no' })
  })

  it('finds a kind that was installed after it was first asked for', async () => {
    const { handler, world } = createTestCluster()
    const port = portOn(handler)
    expect(await port.kind(VPA.apiVersion, VPA.kind)).toBeUndefined()
    Object.assign(world, {
      customResources: createTestCluster({ customResources: ['verticalpodautoscalers.autoscaling.k8s.io/v1'] }).world.customResources,
    })
    expect(await port.kind(VPA.apiVersion, VPA.kind)).toEqual({
      apiVersion: VPA.apiVersion,
      kind: VPA.kind,
      plural: 'verticalpodautoscalers',
      namespaced: true,
    })
  })

  it('names the managers and fields of a conflict and leaves them alone', async () => {
    const { handler } = createTestCluster()
    const port = portOn(handler)
    await handler(applyAs('terraform', settings({ colour: 'red' })))
    expect(await port.apply(settings({ colour: 'blue' }))).toEqual({
      outcome: 'conflict',
      conflicts: [{ manager: 'terraform', field: '.data.colour', message: 'conflict with "terraform"' }],
    })
    expect((await port.get(SETTINGS))?.['data']).toEqual({ colour: 'red' })
  })

  it('takes a typo for a mistake in the manifest although the server answers 500', async () => {
    const port = portOn(createTestCluster().handler)
    const problem = await problemOf(port.apply({ ...service, spec: { selecter: {} } }))
    expect(problem).toMatchObject({ code: 'kubernetes-unknown-field', effect: 'no' })
    expect(problem.summary).toContain('.spec.selecter: field not declared in schema')
  })

  it('lists what the server finds wrong with an object', async () => {
    const problem = await problemOf(portOn(createTestCluster().handler).apply({ ...service, spec: { ports: [{ port: 0 }] } }))
    expect(problem).toMatchObject({
      code: 'kubernetes-invalid-object',
      effect: 'no',
      details: [expect.stringContaining('spec.ports[0].port'), expect.stringContaining('targetPort')],
    })
  })

  it('says which right is missing, and how to ask for it', async () => {
    const { handler } = createTestCluster({ denied: [{ user: 'lab-admin', verb: 'patch', group: 'apps', resource: 'deployments' }] })
    const problem = await problemOf(portOn(handler).apply(deployment()))
    expect(problem).toMatchObject({
      code: 'kubernetes-forbidden',
      effect: 'no',
      summary: 'user lab-admin may not patch deployments.apps in namespace default',
    })
    expect(problem.next.join()).toContain('kubectl auth can-i patch deployments.apps -n default')
  })

  it('calls the effect unknown when the server fails', async () => {
    const { handler } = createTestCluster()
    const failing = portOn(async (request) =>
      request.method === 'PATCH'
        ? { status: 500, body: '{"kind":"Status","message":"etcdserver: request timed out","code":500}' }
        : handler(request),
    )
    expect(await problemOf(failing.apply(service))).toMatchObject({ code: 'kubernetes-api-error', effect: 'unknown' })
  })
})

describe('giving back an adopted object', () => {
  it('restores old values, releases every field, and leaves the owner free', async () => {
    const { handler } = createTestCluster()
    const port = portOn(handler)
    await handler(applyAs('terraform', settings({ colour: 'red', size: 'small' })))
    const before = await port.get(SETTINGS)
    const adopted = objectOf(
      await port.apply({
        ...settings({ colour: 'red', ours: 'yes' }),
        metadata: { name: 'settings', annotations: { 'jmc-migrate/run': 'r1' } },
      }),
    )
    expect(
      await port.mergePatch(
        SETTINGS,
        { data: { ours: null }, metadata: { annotations: { 'jmc-migrate/run': null } } },
        adopted.metadata.resourceVersion ?? '',
      ),
    ).toBe('patched')
    await port.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } })
    const after = await port.get(SETTINGS)
    expect(after?.['data']).toEqual(before?.['data'])
    expect(after?.metadata.annotations).toBeUndefined()
    expect(after?.metadata.managedFields).toEqual(before?.metadata.managedFields)
  })

  it('does not stay the owner of what it put back', async () => {
    const { handler } = createTestCluster()
    const port = portOn(handler)
    await handler(applyAs('terraform', settings({ colour: 'red', size: 'small' })))
    const live = await port.get(SETTINGS)
    await port.mergePatch(SETTINGS, { data: { colour: 'green' } }, live?.metadata.resourceVersion ?? '')
    expect((await port.get(SETTINGS))?.metadata.managedFields?.map((each) => each['manager'])).toEqual(['terraform'])
    const again = await handler(applyAs('terraform', settings({ colour: 'red', size: 'small' })))
    expect(again).toMatchObject({ status: 200 })
  })

  it('is outdated when somebody was faster, absent when the object is gone', async () => {
    const port = portOn(createTestCluster().handler)
    await port.apply(settings({ a: '1' }))
    expect(await port.mergePatch(SETTINGS, { data: { a: '2' } }, '1')).toBe('outdated')
    expect((await port.get(SETTINGS))?.['data']).toEqual({ a: '1' })
    expect(await port.mergePatch({ ...SETTINGS, name: 'nothing' }, { data: { a: '2' } }, '1')).toBe('absent')
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
