import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import { problemOf } from '../problem.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'
import { configMap, deployment, OF_NO_KIND, pathOf, referenceTo, service } from './objects.ts'

/** What the records of deploy-to-kubernetes, its undo and its preview say rests on these (facts: Kubernetes 4, 5 and 6). */
export function applyContract(world: () => ContractWorld): void {
  const operator = () => world().kubernetes.as('operator')
  const live = (object: KubernetesObject) => operator().get(referenceTo(object))
  /** As another tool does it, with a manager of its own. */
  const applyAs = (manager: string, object: KubernetesObject) =>
    world().kubernetes.ask('PATCH', `${pathOf(object.metadata.name)}?fieldManager=${manager}`, {
      type: 'application/apply-patch+yaml',
      body: JSON.parse(JSON.stringify(object)),
    })

  describe('server-side apply', () => {
    // Only what was `created` is deleted by an undo.
    it('tells what it made from what was there, and an idle one changes nothing', async () => {
      const object = configMap('made', { a: '1' })
      const first = await operator().apply(object)
      expect(first.outcome).toBe('created')
      const second = await operator().apply(object)
      expect(second).toMatchObject({ outcome: 'configured' })
      const [before, after] = [first, second].map((each) => 'object' in each && each.object.metadata.resourceVersion)
      expect(after).toBe(before)
      expect(await operator().apply(configMap('made', { a: '2' }))).toMatchObject({ outcome: 'configured', object: { data: { a: '2' } } })
    })

    it('takes away what it set before and leaves out now, and nothing else', async () => {
      await applyAs('terraform', configMap('shared', { theirs: '1' }))
      await operator().apply(configMap('shared', { ours: '1', more: '1' }))
      await operator().apply(configMap('shared', { ours: '1' }))
      expect((await live(configMap('shared', {})))?.['data']).toEqual({ theirs: '1', ours: '1' })
    })

    // The preview's answer for new objects, and its difference for old ones.
    it('as a dry run answers as it would, and writes nothing', async () => {
      const absent = configMap('dry', { a: '1' })
      expect(await operator().apply(absent, { dryRun: true })).toMatchObject({ outcome: 'created', object: { data: { a: '1' } } })
      expect(await live(absent)).toBeUndefined()
      await operator().apply(absent)
      const before = await live(absent)
      expect(await operator().apply(configMap('dry', { a: '2' }), { dryRun: true })).toMatchObject({
        outcome: 'configured',
        object: { data: { a: '2' }, metadata: { resourceVersion: before?.metadata.resourceVersion } },
      })
      expect(await live(absent)).toEqual(before)
    })

    it('cannot be tried where namespace or kind do not exist yet', async () => {
      const elsewhere = { ...configMap('dry', {}), metadata: { name: 'dry', namespace: 'not-there-yet' } }
      expect(await operator().apply(elsewhere, { dryRun: true })).toMatchObject({ outcome: 'not-checkable', missing: 'namespace' })
      expect((await problemOf(operator().apply(elsewhere))).code).toBe('kubernetes-not-found')
      expect(await operator().kind(OF_NO_KIND.apiVersion, OF_NO_KIND.kind)).toBeUndefined()
      expect(await operator().apply(OF_NO_KIND, { dryRun: true })).toMatchObject({ outcome: 'not-checkable', missing: 'kind' })
      expect((await problemOf(operator().apply(OF_NO_KIND))).code).toBe('kubernetes-kind-missing')
      expect(await operator().get(referenceTo(OF_NO_KIND))).toBeUndefined()
      expect(await operator().list(OF_NO_KIND)).toEqual([])
    })

    it('names the manager and the field of a conflict, and changes nothing', async () => {
      await applyAs('terraform', configMap('conflict', { a: '1', b: '1' }))
      const before = await live(configMap('conflict', {}))
      const outcome = await operator().apply(configMap('conflict', { a: '2', c: '2' }))
      expect(outcome).toEqual({
        outcome: 'conflict',
        conflicts: [{ manager: 'terraform', field: '.data.a', message: 'conflict with "terraform"' }],
      })
      expect(await live(configMap('conflict', {}))).toEqual(before)
      expect(await applyAs('somebody', configMap('conflict', { a: '2', b: '2' }))).toMatchObject({
        status: 409,
        body: {
          kind: 'Status',
          reason: 'Conflict',
          code: 409,
          message: 'Apply failed with 2 conflicts: conflicts with "terraform":\n- .data.a\n- .data.b',
          details: {
            causes: [
              { reason: 'FieldManagerConflict', message: 'conflict with "terraform"', field: '.data.a' },
              { reason: 'FieldManagerConflict', message: 'conflict with "terraform"', field: '.data.b' },
            ],
          },
        },
      })
    })

    it('of the same value is shared, not a conflict', async () => {
      await applyAs('terraform', configMap('agreed', { a: '1' }))
      expect((await operator().apply(configMap('agreed', { a: '1' }))).outcome).toBe('configured')
    })

    it('refuses a field that the schema does not know, and a value that is not valid', async () => {
      const misspelt = { ...service('misspelt'), spec: { selektor: {} } }
      expect(await problemOf(operator().apply(misspelt))).toMatchObject({ code: 'kubernetes-unknown-field', effect: 'no' })
      const invalid = { ...service('invalid'), spec: { ports: [{ port: 70_000 }] } }
      const problem = await problemOf(operator().apply(invalid, { dryRun: true }))
      expect(problem).toMatchObject({ code: 'kubernetes-invalid-object', effect: 'no' })
      expect(problem.details?.join()).toContain('spec.ports[0].port')
      const noSelector = { ...deployment('no-selector', { containers: [{ name: 'a', image: 'a' }] }), spec: { template: {} } }
      expect((await problemOf(operator().apply(noSelector))).code).toBe('kubernetes-invalid-object')
    })
  })

  // The first users' manifests bring one; without its controller nothing but its being there is to be waited for.
  describe('a custom resource', () => {
    it('is discovered, applied, ready and deleted like any other', async () => {
      const scaler: KubernetesObject = {
        apiVersion: 'autoscaling.k8s.io/v1',
        kind: 'VerticalPodAutoscaler',
        metadata: { name: 'scaler' },
        spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'any' }, updatePolicy: { updateMode: 'Off' } },
      }
      expect(await operator().kind(scaler.apiVersion, scaler.kind)).toEqual({
        apiVersion: scaler.apiVersion,
        kind: scaler.kind,
        plural: 'verticalpodautoscalers',
        namespaced: true,
      })
      expect((await operator().apply(scaler, { dryRun: true })).outcome).toBe('created')
      expect((await operator().apply(scaler)).outcome).toBe('created')
      expect((await operator().apply(scaler)).outcome).toBe('configured')
      expect(await operator().readiness(referenceTo(scaler))).toMatchObject({ status: 'current' })
      expect(await operator().list(scaler)).toMatchObject([{ kind: scaler.kind, metadata: { name: 'scaler' } }])
      expect(await operator().delete(referenceTo(scaler), (await live(scaler))?.metadata.uid ?? '')).toBe('deleted')
      await eventually(
        world(),
        () => live(scaler),
        (seen) => expect(seen).toBeUndefined(),
      )
    })
  })

  describe('a merge patch', () => {
    // The undo of an adopted object gives its fields back so.
    it('changes the version that it was made for, and no other', async () => {
      const object = configMap('patched', { a: '1', b: '1' })
      await operator().apply(object)
      const version = (await live(object))?.metadata.resourceVersion ?? ''
      expect(await operator().mergePatch(referenceTo(object), { data: { a: '2', b: null } }, version)).toBe('patched')
      expect((await live(object))?.['data']).toEqual({ a: '2' })
      expect(await operator().mergePatch(referenceTo(object), { data: { a: '3' } }, version)).toBe('outdated')
      expect((await live(object))?.['data']).toEqual({ a: '2' })
      expect(await operator().mergePatch({ ...referenceTo(object), name: 'no-such' }, { data: {} }, version)).toBe('absent')
    })
  })

  describe('a delete', () => {
    it('takes only the object of its UID', async () => {
      const object = configMap('deleted', { a: '1' })
      await operator().apply(object)
      const uid = (await live(object))?.metadata.uid ?? ''
      const other = '00000000-1111-4222-8333-444444444444'
      expect(await operator().delete(referenceTo(object), other)).toBe('foreign')
      expect((await live(object))?.metadata.uid).toBe(uid)
      expect(
        await world().kubernetes.ask('DELETE', pathOf('deleted'), {
          body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: other } },
        }),
      ).toMatchObject({ status: 409, body: { kind: 'Status', reason: 'Conflict', code: 409 } })
      expect(await operator().delete(referenceTo(object), uid)).toBe('deleted')
      // It stays, marked, until the garbage collector has looked for what it owns.
      await eventually(
        world(),
        () => live(object),
        (seen) => expect(seen).toBeUndefined(),
      )
      expect(await operator().delete(referenceTo(object), uid)).toBe('absent')
      await operator().apply(object)
      expect((await live(object))?.metadata.uid).not.toBe(uid)
      expect(await operator().delete(referenceTo(object), uid)).toBe('foreign')
    })
  })

  describe('a list', () => {
    it('says of each member what it is, and selects by label and namespace', async () => {
      const labelled = { ...configMap('listed', { a: '1' }), metadata: { name: 'listed', labels: { contract: 'list' } } }
      await operator().apply(labelled)
      const names = async (options: { readonly namespace?: string }): Promise<readonly string[]> =>
        (await operator().list({ apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector: 'contract=list', ...options })).map(
          ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`,
        )
      expect(await names({})).toEqual(['v1 ConfigMap contract/listed'])
      expect(await names({ namespace: '' })).toEqual(['v1 ConfigMap contract/listed'])
      expect(await names({ namespace: 'default' })).toEqual([])
      expect(await names({ namespace: 'not-there' })).toEqual([])
    })
  })
}
