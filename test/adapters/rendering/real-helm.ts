import { existsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createRendering } from '../../../src/adapters/rendering/rendering.ts'
import type { ToolCall } from '../../../src/adapters/rendering/run-tool.ts'
import { runTool } from '../../../src/adapters/rendering/run-tool.ts'
import { problemOf } from '../../steps/problem-of.ts'
import { chartFiles, chartOf } from './charts.ts'

const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

/** `describe`s the rendering with one helm; called where it is there. */
export function describeHelm(name: string, program: () => Promise<string>): void {
  describe(name, () => {
    const real = async (others: Readonly<Record<string, string | undefined>> = {}) =>
      createRendering({ env: { ...env, ...others }, helm: await program() })

    test('renders a chart with values files in order and single values over them', async () => {
      const files = chartFiles({ '../values/a.yaml': 'greeting: from a\nreplicas: 2\n', '../values/b.yaml': 'greeting: from b\n' })
      const { yaml, warnings } = await (
        await real()
      ).helmTemplate(chartOf({ files, values: ['../values/a.yaml', '../values/b.yaml'], set: { replicas: 3 } }))
      expect(yaml).toContain('# Source: web-shop/templates/config.yaml')
      expect(yaml).toContain('greeting: "from b"')
      expect(yaml).toContain('replicas: "3"')
      expect(yaml).toContain('namespace: market')
      expect(warnings).toEqual([])
    })

    test.each([
      ['text with everything in it', 'a,b={c}\\d"e\n[0].x: ${y}', `"a,b={c}\\\\d\\"e\\n[0].x: \${y}"`],
      ['text that looks like a number', '0123', '"0123"'],
      ['text that looks like a boolean', 'true', '"true"'],
      ['no text', '', '""'],
    ])('%s stays what it is', async (_name, token, rendered) => {
      const { yaml } = await (await real()).helmTemplate(chartOf({ set: { 'secrets.token': token } }))
      expect(yaml).toContain(`token: ${rendered}`)
    })

    test('a large number stays an integer, a fraction a fraction, and a dot in a key is no step down', async () => {
      const files = chartFiles({ '../charts/shop/templates/more.yaml': '# {{ toJson .Values }}\n' })
      const { yaml } = await (
        await real()
      ).helmTemplate(chartOf({ files, set: { limit: 12_345_678, ratio: 0.25, 'node.kubernetes\\.io/os': 'linux', on: true } }))
      expect(yaml).toContain('limit: "12345678"')
      const { ratio, node, on } = JSON.parse(/# (\{.*\})/.exec(yaml)?.[1] ?? '{}') as Record<string, unknown>
      expect({ ratio, node, on }).toEqual({ ratio: 0.25, node: { 'kubernetes.io/os': 'linux' }, on: true })
    })

    test('definitions of kinds come with it, tests do not', async () => {
      const files = chartFiles({
        '../charts/shop/crds/carts.yaml':
          'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: carts.shop.example }\n',
        '../charts/shop/templates/tests/t.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: t, annotations: { helm.sh/hook: test } }\n',
      })
      const { yaml } = await (await real()).helmTemplate(chartOf({ files }))
      expect(yaml).toContain('carts.shop.example')
      expect(yaml).not.toContain('kind: Pod')
    })

    test('a template that refuses says what is missing, and where in the chart as the plan names it', async () => {
      const files = chartFiles({
        '../charts/shop/templates/bad.yaml': 'a: 1\nb: {{ required "secrets.key is needed" .Values.secrets.key }}\n',
      })
      expect(await problemOf((await real()).helmTemplate(chartOf({ files })))).toMatchObject({
        code: 'chart-not-rendered',
        summary: '../charts/shop/templates/bad.yaml:2 does not render: secrets.key is needed',
        location: { file: '../charts/shop/templates/bad.yaml', line: 2 },
        effect: 'no',
      })
    })

    test.each([
      ['an unknown function', 'a: {{ frob .Values }}\n', 'function "frob" not defined', 1],
      ['an unknown template', '\na: {{ include "nope" . }}\n', 'no template "nope"', 2],
      ['output that is no YAML', 'a: b: c: [\n', 'its output is no YAML', undefined],
      ['an open action', 'a: {{ .Values.x\n', 'unclosed action', 1],
    ])('%s: the template is named', async (_name, text, said, line) => {
      const files = chartFiles({ '../charts/shop/templates/bad.yaml': text })
      const problem = await problemOf((await real()).helmTemplate(chartOf({ files })))
      expect(problem).toMatchObject({ code: 'chart-not-rendered', location: { file: '../charts/shop/templates/bad.yaml' } })
      expect(problem.location?.line).toBe(line)
      expect([problem.summary, ...(problem.details ?? [])].join('\n')).toContain(said)
      expect(JSON.stringify(problem)).not.toContain(tmpdir())
    })

    test('what the schema refuses is said by the value', async () => {
      const schema = {
        type: 'object',
        additionalProperties: false,
        properties: { replicas: { maximum: 5 }, greeting: {}, limit: {}, secrets: {}, global: {} },
      }
      const files = chartFiles({ '../charts/shop/values.schema.json': JSON.stringify(schema) })
      const rendering = await real()
      expect(await problemOf(rendering.helmTemplate(chartOf({ files, set: { replicas: 9 } })))).toMatchObject({
        code: 'chart-values-refused',
        // Helm 4 says it, and helm 3.14 says it.
        summary: expect.stringMatching(
          /^the values do not fit the schema of the chart ..\/charts\/shop: replicas: (maximum: got 9, want 5|Must be less than or equal to 5)$/,
        ),
      })
      expect(await problemOf(rendering.helmTemplate(chartOf({ files, set: { greetign: 'x' } })))).toMatchObject({
        code: 'chart-values-refused',
        summary: expect.stringMatching(/'greetign' not allowed|property greetign is not allowed/),
      })
    })

    test('a chart that needs others which are not there: how to get them', async () => {
      const files = chartFiles({
        '../charts/shop/Chart.yaml':
          'apiVersion: v2\nname: web-shop\nversion: 1.2.3\ndependencies: [{ name: redis, version: 1.x, repository: "https://charts.example" }]\n',
      })
      expect(await problemOf((await real()).helmTemplate(chartOf({ files })))).toMatchObject({
        code: 'chart-dependencies-missing',
        summary: expect.stringContaining('redis'),
        next: [expect.stringContaining('helm dependency build ../charts/shop'), expect.stringContaining('tar -xzf')],
      })
    })

    test("the cluster's version decides, not helm's", async () => {
      const files = chartFiles({
        '../charts/shop/Chart.yaml': 'apiVersion: v2\nname: web-shop\nversion: 1.2.3\nkubeVersion: "<1.30.0-0"\n',
      })
      const rendering = await real()
      expect((await rendering.helmTemplate(chartOf({ files, kubernetesVersion: 'v1.29.4+k3s1' }))).yaml).toContain('ConfigMap')
      expect(await problemOf(rendering.helmTemplate(chartOf({ files, kubernetesVersion: 'v1.31.0' })))).toMatchObject({
        code: 'chart-not-rendered',
        summary: expect.stringContaining('incompatible with Kubernetes v1.31.0'),
      })
    })

    test("the user's HELM_ variables change nothing", async () => {
      const { yaml } = await (
        await real({ HELM_NAMESPACE: 'elsewhere', HELM_DEBUG: 'true', HELM_KUBEAPISERVER: 'http://127.0.0.1:1' })
      ).helmTemplate(chartOf())
      expect(yaml).toContain('namespace: market')
    })

    test('a value is on no command line and on no disk, and no folder is left, also where helm refuses', async () => {
      const calls: (ToolCall & { readonly mode: number })[] = []
      const rendering = createRendering({
        env,
        helm: await program(),
        run: (command, call) => {
          if (call.args[0] === 'template') calls.push({ ...call, mode: statSync(call.folder).mode })
          return runTool(command, call)
        },
      })
      await rendering.helmTemplate(chartOf({ set: { 'secrets.token': 'hunter2-hunter2' } }))
      const bad = chartFiles({ '../charts/shop/templates/bad.yaml': '{{ fail "no" }}' })
      await problemOf(rendering.helmTemplate(chartOf({ files: bad, set: { 'secrets.token': 'hunter2-hunter2' } })))
      expect(calls.map(({ folder, mode }) => [existsSync(folder), mode & 0o777])).toEqual([
        [false, 0o700],
        [false, 0o700],
      ])
      expect(JSON.stringify(calls.map((each) => [each.args, each.env]))).not.toContain('hunter2')
      expect(calls.filter((each) => each.stdin?.includes('hunter2'))).toHaveLength(2)
    })

    test('lint says what helm lint says, errors included', async () => {
      const rendering = await real()
      expect(await rendering.helmLint(chartOf())).toContainEqual({ severity: 'info', message: 'Chart.yaml: icon is recommended' })
      const files = chartFiles({ '../charts/shop/templates/bad.yaml': 'a: b: c: [\n' })
      expect(await rendering.helmLint(chartOf({ files }))).toContainEqual({
        severity: 'error',
        message: expect.stringContaining('templates/bad.yaml'),
      })
    })
  })
}
