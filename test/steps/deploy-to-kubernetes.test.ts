import { expect, test } from 'vitest'
import { MANIFESTS } from './manifests.ts'
import { deployToKubernetes } from '../../src/steps/deploy-to-kubernetes.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { SPEC, previewed, existing } from './deploy-to-kubernetes/previewed.ts'

test('hosts come from Ingresses and IngressRoutes', async () => {
  const files = {
    ...MANIFESTS,
    'manifests/route.yaml':
      'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: { name: r }\nspec: { routes: [{ match: "Host(`r.example.org`)" }] }\n',
  }
  const hosts = await deployToKubernetes.hosts?.(SPEC, fakeFiles(files))
  expect(hosts).toEqual([
    { host: 'r.example.org', where: 'IngressRoute r (manifests/route.yaml:1)' },
    { host: 'www.example.org', where: 'Ingress site (manifests/site.yaml:1)' },
  ])
})

test('the bundle holds the objects as YAML, those from before too', async () => {
  const world = new FakeWorld()
  world.kubernetes.create(existing({ replicas: 2, minReadySeconds: 3 }))
  const { context, record } = await previewed(world)
  const files = (await deployToKubernetes.restoreFiles?.(context, record)) ?? []
  expect(files.map((each) => each.path)).toEqual([
    'kubernetes/default-service-site.yaml',
    'kubernetes/default-deployment-site.yaml',
    'kubernetes-before/default-deployment-site.yaml',
    'kubernetes/default-ingress-site.yaml',
  ])
  expect(new TextDecoder().decode(files[2]?.bytes)).toContain('minReadySeconds: 3')
})
