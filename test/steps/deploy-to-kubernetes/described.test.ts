import { expect, test } from 'vitest'
import type { ObjectsContext } from '../../../src/domain/rendered-object.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import type { DeploySpec } from '../../../src/steps/deploy-to-kubernetes/spec.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { FakeRendering, helmOutput } from '../../fakes/ports/rendering.ts'
import { MANIFESTS } from '../manifests.ts'
import { CHART, CHART_FILES, CONFIG } from './charts.ts'
import { DEFINITION } from './previewed.ts'

function contextFor(spec: DeploySpec, files: Readonly<Record<string, string>>) {
  const rendering = new FakeRendering()
  const context: ObjectsContext<DeploySpec> = {
    spec,
    step: 'deploy',
    namespace: 'market',
    files: fakeFiles(files),
    rendering,
    resolve: async (template) => template.replace(/\$\{env:(\w+)\}/, 'placeholder-of-$1'),
  }
  return { context, rendering }
}

test('the objects of manifests, each with its file and line, in the namespace where they will be', async () => {
  const { context } = contextFor({ manifests: 'manifests' }, MANIFESTS)
  const objects = await deployToKubernetes.objects?.(context)
  expect(objects?.map(({ object, step, source }) => [object.kind, object.metadata.namespace, step, source.file, source.line])).toEqual([
    ['Ingress', 'market', 'deploy', 'manifests/site.yaml', 1],
    ['Deployment', 'market', 'deploy', 'manifests/site.yaml', 8],
    ['Service', 'market', 'deploy', 'manifests/site.yaml', 16],
  ])
})

test('an order that names nothing is refused, with the name that was meant', async () => {
  const { context } = contextFor({ manifests: 'manifests', order: [['Servise/site']] }, MANIFESTS)
  await expect(deployToKubernetes.objects?.(context)).rejects.toMatchObject({
    problem: { code: 'order-names-nothing', next: ['did you mean Service/site?'] },
  })
})

test('the objects of a chart, with stand-ins for its secrets; no cluster is asked', async () => {
  const { context, rendering } = contextFor({ helm: { chart: 'shop', release: 'shop', set: { token: '${env:TOKEN}' } } }, CHART_FILES)
  rendering.output.set('shop', helmOutput('web-shop', ['templates/a.yaml', CONFIG]))
  expect(await deployToKubernetes.objects?.(context)).toMatchObject([
    { object: { kind: 'ConfigMap', metadata: { namespace: 'market' } }, step: 'deploy', source: { file: 'shop/templates/a.yaml' } },
  ])
  expect(rendering.charts[0]).toMatchObject({ set: { token: 'placeholder-of-TOKEN' } })
  expect(rendering.charts[0]?.kubernetesVersion).toBeUndefined()
})

test('what lies in no namespace gets none, as far as that is known without a cluster', async () => {
  const cluster = DEFINITION.replace('scope: Namespaced', 'scope: Cluster')
  const custom = 'apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: { name: x, namespace: y }\n'
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: reader }\n'
  const { context } = contextFor(
    { manifests: 'm.yaml' },
    { 'm.yaml': [cluster, custom, role, CONFIG.replace('settings', 'settings, namespace: other')].join('---\n') },
  )
  const objects = await deployToKubernetes.objects?.(context)
  expect(objects?.map(({ object }) => `${object.kind} ${object.metadata.namespace}`)).toEqual([
    'CustomResourceDefinition undefined',
    'VerticalPodAutoscaler undefined',
    'ClusterRole undefined',
    'ConfigMap other',
  ])
})

test('the chart itself: its files, the values files that the plan uses and those it offers, and what helm lint says', async () => {
  const files = { ...CHART_FILES, 'shop/values-dev.yml': '', 'shop/templates/values.yaml': '' }
  const { context, rendering } = contextFor(
    { helm: { chart: 'shop', release: 'shop', values: ['values/here.yaml', 'shop/values/prod.yaml'], set: { 'a.b': 1 } } },
    files,
  )
  rendering.lint = [{ severity: 'info', message: 'icon is recommended' }]
  expect(await deployToKubernetes.charts?.(context)).toEqual([
    {
      chart: 'shop',
      step: 'deploy',
      set: ['a.b'],
      files: new Map(Object.entries(files)),
      values: ['values/here.yaml', 'shop/values/prod.yaml', 'shop/values-dev.yml', 'shop/values.yaml'],
      lint: [{ severity: 'info', message: 'icon is recommended' }],
    },
  ])
})

test('manifests are no chart', async () => {
  expect(await deployToKubernetes.charts?.(contextFor({ manifests: 'manifests' }, MANIFESTS).context)).toEqual([])
  expect(CHART.helm?.chart).toBe('shop')
})

test('the hooks of a release are looked at like its objects; as objects alone they are refused', async () => {
  const job = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: migrate, annotations: { helm.sh/hook: pre-install } }\n'
  const described = (as: 'release' | 'objects') => {
    const { context, rendering } = contextFor({ helm: { chart: 'shop', release: 'shop', as } }, CHART_FILES)
    rendering.output.set('shop', helmOutput('web-shop', ['templates/a.yaml', CONFIG], ['templates/hook.yaml', job]))
    return deployToKubernetes.objects?.(context)
  }
  expect((await described('release'))?.map((each) => each.object.metadata.name)).toEqual(['settings', 'migrate'])
  await expect(described('objects')).rejects.toThrow('chart-has-hooks')
})

test('values that stand in the plan, as written: templates stay templates', () => {
  const helm = { chart: 'shop', release: 'shop', set: { 'a.token': '${env:TOKEN}', 'a.name': 'shop', 'a.port': 8080 } }
  expect(deployToKubernetes.literals?.({ helm })).toEqual([
    { value: '${env:TOKEN}', where: 'helm.set.a.token' },
    { value: 'shop', where: 'helm.set.a.name' },
    { value: '8080', where: 'helm.set.a.port' },
  ])
  expect(deployToKubernetes.literals?.({ manifests: 'manifests' })).toEqual([])
})
