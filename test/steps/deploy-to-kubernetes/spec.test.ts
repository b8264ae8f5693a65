import { describe, expect, test } from 'vitest'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { deploySpec } from '../../../src/steps/deploy-to-kubernetes/spec.ts'
import { PLAN } from '../context.ts'

const helm = { chart: 'shop', release: 'shop' }
const codes = (spec: unknown) => (deployToKubernetes.check?.(deploySpec.parse(spec), PLAN) ?? []).map((each) => each.code)

test.each([
  [{ manifests: 'here' }, []],
  [{ helm }, []],
  [{ kustomize: { folder: 'here' } }, []],
  [{}, ['nothing-to-deploy']],
  [{ manifests: 'here', helm }, ['several-sources']],
  [{ manifests: 'here', helm, kustomize: { folder: 'x' } }, ['several-sources']],
  [{ helm: { ...helm, set: { 'a.b': 1, 'a.c': 2, ab: 3 } } }, []],
  [{ helm: { ...helm, set: { a: 1, 'a.b': 2 } } }, ['values-exclude-each-other']],
  [{ helm: { ...helm, as: 'objects' }, order: [['Service']], whenMissing: 'skip' }, []],
  [{ helm: { ...helm, as: 'release' }, namespace: 'market' }, []],
  [{ helm: { ...helm, as: 'release' }, order: [['Service']], whenMissing: 'skip' }, ['not-for-a-release', 'not-for-a-release']],
])('%j: %j', (spec, expected) => expect(codes(spec)).toEqual(expected))

describe('what a plan may not say', () => {
  test.each([
    ['a release that no object could be named after', { helm: { chart: 'shop', release: 'Web_Shop' } }],
    ['a release that is too long', { helm: { chart: 'shop', release: 'x'.repeat(54) } }],
    ['an item of a list as a value', { helm: { ...helm, set: { 'a[0].b': 'x' } } }],
    ['a value that is no single one', { helm: { ...helm, set: { a: ['x'] } } }],
    ['a path with an empty key', { helm: { ...helm, set: { 'a..b': 'x' } } }],
    ['a group without items', { manifests: 'here', order: [[]] }],
    ['an order that is no list of groups', { manifests: 'here', order: ['Deployment/web'] }],
    ['an item without a kind', { manifests: 'here', order: [['web']] }],
    ['a field that does not exist', { helm: { ...helm, valuse: [] } }],
  ])('%s', (_name, spec) => expect(deploySpec.safeParse(spec).success).toBe(false))
})

test('files and templates of each source', () => {
  const spec = deploySpec.parse({ helm: { ...helm, values: ['a.yaml'], set: { 'x.y': '${env:X}', n: 1 } } })
  expect(deployToKubernetes.files?.(spec)).toEqual(['shop', 'a.yaml'])
  expect(deployToKubernetes.templates?.(spec)).toEqual([{ template: '${env:X}', where: 'helm.set.x.y' }])
  expect(deployToKubernetes.files?.({ kustomize: { folder: 'a/b', root: 'a' } })).toEqual(['a'])
  expect(deployToKubernetes.files?.({ kustomize: { folder: 'a/b' } })).toEqual(['a/b'])
  expect(deployToKubernetes.templates?.({ manifests: 'here' })).toEqual([])
})
