import { expect, test } from 'vitest'
import type { HelmChart } from '../../../src/domain/ports/rendering.ts'
import { FakeClock } from './clock.ts'
import { FakeHelm } from './helm.ts'
import { FakeKubernetes } from './kubernetes.ts'

const SHOP = { name: 'shop', namespace: 'default' }
const CHART: HelmChart = { chart: 'shop', release: 'shop', namespace: 'default', values: [], set: {}, files: new Map() }
const config = (name: string, more = ''): string => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }\n`
const marks = (run: string) => ({ description: `by ${run}`, labels: { run }, createNamespace: false })

function made() {
  const clock = new FakeClock()
  const kubernetes = new FakeKubernetes(clock)
  kubernetes.deletionMs = 0
  const helm = new FakeHelm(kubernetes, clock)
  const render = (...manifests: readonly string[]): void => {
    helm.next = { ...helm.next, manifest: manifests.join('') }
  }
  const names = async () =>
    (await kubernetes.list({ apiVersion: 'v1', kind: 'ConfigMap' }))
      .filter((each) => each.metadata.deletionTimestamp === undefined)
      .map((each) => each.metadata.name)
      .toSorted()
  return { helm, render, names }
}

test('a history, its objects, and the way back', async () => {
  const { helm, render, names } = made()
  render(config('a'), config('b'))
  await helm.upgrade(CHART, marks('one'))
  render(config('b'), config('c'))
  await helm.upgrade(CHART, marks('two'))
  expect(await names()).toEqual(['b', 'c'])
  await helm.rollback(SHOP, 1)
  expect(await names()).toEqual(['a', 'b'])
  expect((await helm.history(SHOP)).map((each) => `${each.revision} ${each.status} ${each.description}`)).toEqual([
    '1 superseded by one',
    '2 superseded by two',
    '3 deployed Rollback to 1',
  ])
  await helm.uninstall(SHOP)
  expect([await names(), await helm.history(SHOP)]).toEqual([[], []])
})

test('what the chart keeps stays', async () => {
  const { helm, render, names } = made()
  render(config('a', ', annotations: { helm.sh/resource-policy: keep }'), config('b'))
  await helm.upgrade(CHART, marks('one'))
  await helm.uninstall(SHOP)
  expect(await names()).toEqual(['a'])
})

test('labels are there while a revision is pending, and are inherited; a pending one is locked', async () => {
  const { helm, render } = made()
  render(config('a'))
  helm.fate = 'dies'
  await expect(helm.upgrade(CHART, marks('one'))).rejects.toThrow('killed')
  expect(await helm.history(SHOP)).toMatchObject([{ status: 'pending-install' }])
  expect(await helm.newestHas(SHOP, { run: 'one' })).toBe(true)
  await expect(helm.upgrade(CHART, marks('two'))).rejects.toThrow('in progress')
  await helm.upgradeByHand(SHOP, config('b'))
  expect(await helm.newestHas(SHOP, { run: 'one' })).toBe(true)
})
