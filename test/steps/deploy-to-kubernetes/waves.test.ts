import { expect, test } from 'vitest'
import type { DeployedObject } from '../../../src/steps/deploy-to-kubernetes/record.ts'
import { wavesOf } from '../../../src/steps/deploy-to-kubernetes/waves.ts'

const object = (name: string, apiVersion: string, kind: string, group?: number): DeployedObject => ({
  reference: { apiVersion, kind, name },
  applied: {},
  before: null,
  after: null,
  unchanged: false,
  ...(group !== undefined && { group }),
})
const names = (...objects: readonly DeployedObject[]): readonly string[] =>
  wavesOf({ objects }).map((wave) => wave.map(({ reference }) => reference.name).join(' '))

test('neighbours of one kind go together, in the order of the applies', () => {
  const [a, b] = [object('a', 'v1', 'Service'), object('b', 'v1', 'Service')]
  const [c, d] = [object('c', 'apps/v1', 'Deployment'), object('d', 'v1', 'Service')]
  expect(names(a, b, c, d)).toEqual(['a b', 'c', 'd'])
})

test('so do neighbours of kinds that only pods read; what others of them may need does not', () => {
  const [a, b] = [object('secret', 'v1', 'Secret'), object('settings', 'v1', 'ConfigMap')]
  const [c, d] = [object('claim', 'v1', 'PersistentVolumeClaim'), object('service', 'v1', 'Service')]
  expect(names(a, b, c, d)).toEqual(['secret settings claim service'])
  expect(names(object('account', 'v1', 'ServiceAccount'), a)).toEqual(['account', 'secret'])
  expect(names(a, object('role', 'rbac.authorization.k8s.io/v1', 'Role'), d)).toEqual(['secret', 'role', 'service'])
  expect(names(d, object('web', 'apps/v1', 'Deployment'))).toEqual(['service', 'web'])
  expect(names(a, object('knative', 'serving.example/v1', 'Service'))).toEqual(['secret', 'knative'])
  expect(names(object('secret', 'v1', 'Secret', 1), object('service', 'v1', 'Service', 2))).toEqual(['secret', 'service'])
})

test("another group of the plan's order is another wave", () => {
  const each = [1, 1, 2].map((group, index) => object(`${index}`, 'v1', 'Service', group))
  expect(names(...each)).toEqual(['0 1', '2'])
})

test('kinds that somebody else defines go one by one, also one of the same name as a known kind', () => {
  const [a, b] = [object('a', 'shop.example/v1', 'Order'), object('b', 'shop.example/v1', 'Order')]
  const [c, d] = [object('c', 'serving.example/v1', 'Service'), object('d', 'serving.example/v1', 'Service')]
  expect(names(a, b, c, d)).toEqual(['a', 'b', 'c', 'd'])
})

test('no more at once than there are connections', () => {
  const each = Array.from({ length: 14 }, (_, index) => object(`${index}`, 'v1', 'ConfigMap'))
  expect(wavesOf({ objects: each }).map((wave) => wave.length)).toEqual([6, 6, 2])
})
