import { expect, test } from 'vitest'
import { FakeClock } from './clock.ts'
import { FakeKubernetes } from './kubernetes.ts'

const config = (data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default' },
  data,
})
const REFERENCE = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', namespace: 'default' }

test('created, then configured; a dry run changes nothing', async () => {
  const fake = new FakeKubernetes(new FakeClock())
  expect(await fake.apply(config({ a: '1' }), { dryRun: true })).toMatchObject({ outcome: 'created' })
  expect(fake.objects.size).toBe(0)
  expect(await fake.apply(config({ a: '1' }))).toMatchObject({ outcome: 'created', object: { data: { a: '1' } } })
  expect(await fake.apply(config({ a: '2' }))).toMatchObject({ outcome: 'configured', object: { data: { a: '2' } } })
})

test('an apply without a field gives it up: gone if nobody else owns it, kept if somebody does', async () => {
  const fake = new FakeKubernetes(new FakeClock())
  fake.create(config({ theirs: '1', both: '1' }))
  await fake.apply(config({ both: '1', ours: '1' }))
  await fake.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } })
  expect(await fake.get(REFERENCE)).toMatchObject({ data: { theirs: '1', both: '1' } })
  expect((await fake.get(REFERENCE))?.['data']).not.toHaveProperty('ours')
})

test('a field of another manager is a conflict only with another value', async () => {
  const fake = new FakeKubernetes(new FakeClock())
  fake.create(config({ a: '1' }), 'somebody')
  expect(await fake.apply(config({ a: '1' }))).toMatchObject({ outcome: 'configured' })
  expect(await fake.apply(config({ a: '2' }))).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ manager: 'somebody', field: '.data.a' }],
  })
})

test('a patch is refused when the version moved; a deletion when the UID did, and it takes its time', async () => {
  const clock = new FakeClock()
  const fake = new FakeKubernetes(clock)
  fake.create(config({ a: '1' }))
  expect(await fake.mergePatch(REFERENCE, { data: { a: '2' } }, '999')).toBe('outdated')
  const { uid = '', resourceVersion = '' } = (await fake.get(REFERENCE))?.metadata ?? {}
  expect(await fake.mergePatch(REFERENCE, { data: { a: '2', b: null } }, resourceVersion)).toBe('patched')
  expect(await fake.get(REFERENCE)).toMatchObject({ data: { a: '2' } })
  expect(await fake.delete(REFERENCE, 'another')).toBe('foreign')
  expect(await fake.delete(REFERENCE, uid)).toBe('deleted')
  expect((await fake.get(REFERENCE))?.metadata.deletionTimestamp).toBeDefined()
  await clock.sleep(fake.deletionMs)
  expect(await fake.get(REFERENCE)).toBeUndefined()
  expect(await fake.delete(REFERENCE, uid)).toBe('absent')
})

test('what is not known cannot be checked, or is refused', async () => {
  const fake = new FakeKubernetes(new FakeClock())
  const unknown = { ...config({}), kind: 'Strange' }
  const elsewhere = { ...config({}), metadata: { name: 'x', namespace: 'nowhere' } }
  expect(await fake.apply(unknown, { dryRun: true })).toMatchObject({ outcome: 'not-checkable', missing: 'kind' })
  expect(await fake.apply(elsewhere, { dryRun: true })).toMatchObject({ outcome: 'not-checkable', missing: 'namespace' })
  await expect(fake.apply(elsewhere)).rejects.toThrow('namespace does not exist')
})
