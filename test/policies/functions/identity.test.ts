import { expect, it } from 'vitest'
import { mayRunPods, nameOf, namespaceOf } from '../../../src/policies/functions/identity.ts'

it.each([
  ['v1', 'ConfigMap', false],
  ['apps/v1', 'Deployment', false],
  ['networking.k8s.io/v1', 'Ingress', false],
  ['autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', false],
  ['argoproj.io/v1alpha1', 'Rollout', true],
  ['notk8s.io/v1', 'Thing', true],
  ['constructor/v1', 'Thing', true],
  ['cert-manager.io/v1', 'Certificate', false],
  ['external-secrets.io/v1', 'ExternalSecret', false],
  ['monitoring.coreos.com/v1', 'ServiceMonitor', false],
  ['monitoring.coreos.com/v1', 'Prometheus', true],
  ['traefik.io/v1alpha1', 'IngressRoute', false],
])('of %s %s may run pods that nobody sees: %s', (apiVersion, kind, may) => expect(mayRunPods({ apiVersion, kind })).toBe(may))

it('names an object by kind and name, in its own namespace or the plan’s', () => {
  expect(nameOf({ kind: 'Service', metadata: { name: 'shop' } })).toBe('Service/shop')
  expect(namespaceOf({ metadata: { namespace: 'other' } }, 'shop')).toBe('other')
  expect(namespaceOf({ metadata: {} }, 'shop')).toBe('shop')
})
