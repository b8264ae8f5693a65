import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../../src/domain/problem.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { previewDeploy } from '../../../src/steps/deploy-to-kubernetes/preview.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { problemOf, problemsOf } from '../problem-of.ts'
import { CHART_FILES, chartWorld, CONFIG, DEPLOYMENT, SHOP } from './charts.ts'

const preview = ({ context }: ReturnType<typeof chartWorld>) => previewDeploy(context, [])
const unset = (name: string, where: string) =>
  new ProblemError({ code: 'unset-variable', summary: `${where}: ${name} is not set`, next: [], effect: 'no' })

describe('a chart', () => {
  test('its objects are deployed like manifests, in the namespace of the target', async () => {
    const { changes } = await preview(chartWorld())
    expect(changes.map((each) => `${each.action} ${each.object}`)).toEqual([
      'create Secret default/tokens',
      'create ConfigMap default/settings',
      'create Service default/web',
      'create Deployment default/web',
      'create Ingress default/web',
    ])
  })

  test('helm is given the files of the plan, the values resolved, the namespace, and the version of the cluster', async () => {
    const spec = {
      namespace: 'market',
      helm: {
        chart: 'shop',
        release: 'shop',
        values: ['values/here.yaml'],
        set: { 'secrets.token': '${env:TOKEN}', replicas: 3, debug: false },
      },
    }
    const { context, rendering, world } = chartWorld(SHOP, spec, { resolve: async (template, where) => `${where} of ${template}` })
    world.kubernetes.namespaces.add('market')
    await deployToKubernetes.preview(context, [])
    expect(rendering.charts).toEqual([
      {
        chart: 'shop',
        release: 'shop',
        namespace: 'market',
        values: ['values/here.yaml'],
        set: { 'secrets.token': 'helm.set.secrets.token of ${env:TOKEN}', replicas: 3, debug: false },
        kubernetesVersion: 'v1.36.0',
        files: new Map(Object.entries(CHART_FILES)),
      },
    ])
  })

  test('every value that is not set is named at once', async () => {
    const spec = { helm: { chart: 'shop', release: 'shop', set: { a: '${env:A}', b: 'plain', c: '${env:C}' } } }
    const resolve = async (template: string, where: string) => {
      if (template.includes('${')) throw unset(template, where)
      return template
    }
    const problems = await problemsOf(preview(chartWorld(SHOP, spec, { resolve })))
    expect(problems.map((each) => each.summary)).toEqual(['helm.set.a: ${env:A} is not set', 'helm.set.c: ${env:C} is not set'])
    const found = await deployToKubernetes.preflight(chartWorld(SHOP, spec, { resolve }).context)
    expect(found.map((each) => [each.verdict, each.problem?.code])).toEqual([
      ['fail', 'unset-variable'],
      ['fail', 'unset-variable'],
    ])
  })

  test('what helm refuses is passed on as it is, by preview and preflight', async () => {
    const { context, rendering } = chartWorld()
    rendering.refusal = { code: 'chart-not-rendered', summary: 'no', next: [] }
    expect(await problemOf(deployToKubernetes.preview(context, []))).toEqual(rendering.refusal)
    expect(await deployToKubernetes.preflight(context)).toMatchObject([{ verdict: 'fail', problem: rendering.refusal }])
  })

  test('what helm warns of is a warning of the preview', async () => {
    const { context, rendering } = chartWorld()
    rendering.warnings.push('coalesce.go: cannot overwrite table')
    expect((await deployToKubernetes.preview(context, [])).warnings).toEqual(['shop: coalesce.go: cannot overwrite table'])
  })

  test('two objects of the same name are named with both templates', async () => {
    const twice = chartWorld([...SHOP, ['charts/redis/templates/settings.yaml', CONFIG]])
    expect(await problemOf(preview(twice))).toMatchObject({
      code: 'duplicate-object',
      summary: 'ConfigMap settings is defined twice: in shop/templates/settings.yaml and in shop/charts/redis/templates/settings.yaml',
      location: { file: 'shop/charts/redis/templates/settings.yaml' },
    })
  })

  test.each([
    ['a document that is no object', 'hello: world\n', 'manifest-not-an-object', 'shop/templates/odd.yaml holds something'],
    [
      'a hook',
      'apiVersion: batch/v1\nkind: Job\nmetadata: { name: m, annotations: { helm.sh/hook: pre-install } }\n',
      'chart-has-hooks',
      'Job m of the chart shop is a hook (pre-install)',
    ],
    ['YAML that is none', 'a: b: c\n', 'manifest-not-yaml', 'shop/templates/odd.yaml is not valid YAML'],
  ])('%s is refused with its template', async (_name, text, code, summary) => {
    expect(await problemOf(preview(chartWorld([...SHOP, ['templates/odd.yaml', text]])))).toMatchObject({
      code,
      summary: expect.stringContaining(summary),
      location: { file: 'shop/templates/odd.yaml' },
    })
  })

  test('text that looks like the beginning of a document is none', async () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  x: |\n    ---\n    # Source: web-shop/templates/x.yaml\n    y\n'
    const { changes } = await preview(chartWorld([['templates/a.yaml', text]]))
    expect(changes).toMatchObject([{ after: { data: { x: '---\n# Source: web-shop/templates/x.yaml\ny\n' } } }])
  })

  test('a chart that renders to nothing deploys nothing, and says so', async () => {
    expect(await problemOf(preview(chartWorld([['templates/off.yaml', '# off\n']])))).toMatchObject({
      code: 'no-manifests',
      summary: 'shop renders to no object',
    })
  })

  test('a packed chart inside is refused when the plan is read, with how to unpack it', async () => {
    const files = fakeFiles({ ...CHART_FILES, 'shop/charts/redis-1.2.3.tgz': '' })
    const refused = {
      code: 'chart-packed',
      summary: expect.stringContaining('redis-1.2.3.tgz'),
      next: [expect.stringContaining('cd shop/charts')],
    }
    expect(
      await problemOf(deployToKubernetes.hosts?.({ helm: { chart: 'shop', release: 'shop' } }, files) ?? Promise.resolve()),
    ).toMatchObject(refused)
    expect(await problemOf(preview(chartWorld(SHOP, undefined, { files })))).toMatchObject(refused)
  })

  test('an unknown kind: the one that was meant, the definition, and where it comes from', async () => {
    const documents = [['templates/web.yaml', DEPLOYMENT.replace('Deployment', 'Deploymnet')]] as const
    expect(await problemOf(preview(chartWorld(documents)))).toMatchObject({
      code: 'kind-not-served',
      next: ['did you mean Deployment (apps/v1)?', 'install the definition', expect.stringContaining('skip')],
      location: { file: 'shop/templates/web.yaml' },
    })
  })

  test('a kind of Kubernetes under an outdated group: the one of today', async () => {
    const documents = [['templates/web.yaml', DEPLOYMENT.replace('apps/v1', 'extensions/v1beta1')]] as const
    expect((await problemOf(preview(chartWorld(documents)))).next[0]).toBe('did you mean Deployment (apps/v1)?')
  })

  test('replicas that an autoscaler of the chart owns are not sent', async () => {
    const scaler =
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { scaleTargetRef: { kind: Deployment, name: web } }\n'
    const { undoRecord } = await preview(chartWorld([...SHOP, ['templates/hpa.yaml', scaler]]))
    expect(undoRecord.objects.find((each) => each.reference.kind === 'Deployment')?.applied).toMatchObject({ spec: { template: {} } })
    expect(JSON.stringify(undoRecord.objects.map((each) => each.applied))).not.toContain('replicas')
  })

  test('a field that another manager owns is a conflict, named with both', async () => {
    const { context, world } = chartWorld()
    world.kubernetes.create(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 7 } },
      'helm',
    )
    expect(await problemOf(deployToKubernetes.preview(context, []))).toMatchObject({
      code: 'field-conflict',
      summary: expect.stringContaining('helm owns fields of Deployment default/web'),
      details: [expect.stringContaining('.spec.replicas')],
      location: { file: 'shop/templates/web.yaml' },
    })
  })
})

describe('a kustomization', () => {
  const files = fakeFiles({
    'base/kustomization.yaml': 'resources: [a.yaml]\n',
    'base/a.yaml': CONFIG,
    'prod/kustomization.yaml': 'resources: [../base]\n',
  })

  test('is rendered with all files below its root, and deployed like manifests', async () => {
    const { context, rendering } = chartWorld(
      SHOP,
      { kustomize: { folder: 'all/prod', root: 'all' } },
      {
        files: fakeFiles({ 'all/prod/kustomization.yaml': 'x', 'all/base/a.yaml': 'y', 'other.yaml': 'z' }),
      },
    )
    rendering.output.set('all/prod', `${CONFIG}---\n${DEPLOYMENT}`)
    const { changes } = await deployToKubernetes.preview(context, [])
    expect(changes.map((each) => each.object)).toEqual(['ConfigMap default/settings', 'Deployment default/web'])
    expect(rendering.kustomizations).toEqual([
      {
        folder: 'all/prod',
        files: new Map([
          ['all/base/a.yaml', 'y'],
          ['all/prod/kustomization.yaml', 'x'],
        ]),
      },
    ])
  })

  test('its root is the folder itself unless told', async () => {
    const { context, rendering } = chartWorld(SHOP, { kustomize: { folder: 'base' } }, { files })
    rendering.output.set('base', CONFIG)
    await deployToKubernetes.preview(context, [])
    expect([...(rendering.kustomizations[0]?.files.keys() ?? [])]).toEqual(['base/a.yaml', 'base/kustomization.yaml'])
  })
})
