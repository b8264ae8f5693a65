import { describe, expect, it } from 'vitest'
import { mistypedKindsOfObjects, mistypedKindsOfRules } from '../../src/policies/mistyped-kinds.ts'
import { pack, subjects } from './subjects.ts'

const objectOf = (apiVersion: string, kind: string) => subjects(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n`).objects

describe('a kind of an object', () => {
  it.each([
    ['apps/v1', 'Deploymnet', 'Deployment'],
    ['v1', 'Deployment', 'apps'],
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io'],
    ['networking.k8.io/v1', 'Ingress', 'networking.k8s.io'],
    ['apps/v1', 'Service', '`v1`'],
  ])('%s %s is taken for a mistyped one', (apiVersion, kind, meant) => {
    expect(mistypedKindsOfObjects(objectOf(apiVersion, kind))).toMatchObject([
      { code: 'unknown-kind', next: [expect.stringContaining(meant), expect.anything()], location: { file: 'shop.yaml', line: 1 } },
    ])
  })

  it.each([
    ['apps/v1', 'Deployment'],
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    ['autoscaling.k8s.io/v1', 'VerticalPodAutoscaler'],
    ['serving.knative.dev/v1', 'Service'],
    ['traefik.io/v1alpha1', 'IngressRoute'],
    ['events.k8s.io/v1', 'Event'],
  ])('%s %s is not talked about', (apiVersion, kind) => expect(mistypedKindsOfObjects(objectOf(apiVersion, kind))).toEqual([]))
})

describe('a kind of a rule', () => {
  const asked = async (kinds: readonly string[], objects = objectOf('v1', 'Secret')) =>
    mistypedKindsOfRules([await pack({ expression: 'true', kinds })], objects)

  it('that nothing has and that looks mistyped is said, with what was meant', async () => {
    expect(await asked(['apps/Deploymnet', 'Secret'])).toMatchObject([
      { code: 'unknown-kind', next: ['did you mean `Deployment`?'], location: { file: 'team.yaml' } },
    ])
    expect(await asked(['IngressRoutee'], objectOf('traefik.io/v1alpha1', 'IngressRoute'))).toMatchObject([
      { next: ['did you mean `IngressRoute`?'] },
    ])
  })

  it('that is built in, in the plan, or only foreign is not', async () => {
    expect(await asked(['Deployment', 'apps/StatefulSet', 'Certificate'])).toEqual([])
    expect(await asked(['Deploymnet'], objectOf('example.org/v1', 'Deploymnet'))).toEqual([])
  })
})
