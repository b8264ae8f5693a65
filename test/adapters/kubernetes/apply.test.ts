import { describe, expect, it } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import { createTestCluster, labRequest } from '../../lab/kubernetes/cluster.ts'
import { deployment, objectOf, portOn, problemOf, service, settings, SETTINGS, VPA } from './port.ts'

function applyAs(manager: string, object: KubernetesObject): ReturnType<typeof labRequest> {
  const body: Json = JSON.parse(JSON.stringify(object))
  return labRequest('PATCH', `/api/v1/namespaces/default/configmaps/${object.metadata.name}?fieldManager=${manager}`, {
    type: 'application/apply-patch+yaml',
    body,
  })
}

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

  it('says what a quota leaves, and what was asked of it', async () => {
    const message =
      'services "x" is forbidden: exceeded quota: tight, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2'
    const refusing = portOn(async () => ({
      status: 403,
      body: JSON.stringify({ kind: 'Status', reason: 'Forbidden', code: 403, message }),
    }))
    expect(await problemOf(refusing.apply(service))).toMatchObject({
      code: 'kubernetes-quota-exceeded',
      effect: 'no',
      summary: 'quota tight has no room: asked for services.nodeports=1, used services.nodeports=2 of services.nodeports=2',
      details: [message],
    })
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
