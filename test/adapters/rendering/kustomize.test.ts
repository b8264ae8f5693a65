import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createRendering } from '../../../src/adapters/rendering/rendering.ts'
import { title, whySkipped } from '../../real/servers/tools.ts'
import { problemOf } from '../../steps/problem-of.ts'
import { clients } from '../../tools/clients.ts'

const reason = await whySkipped(async () => (await clients()).kubectl)
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
const kustomize = async (folder: string, files: Readonly<Record<string, string>>) =>
  createRendering({ env, ...(await clients()) }).kustomize(folder, new Map(Object.entries(files)))

const BASE = {
  '../shop/base/kustomization.yaml': 'resources: [config.yaml]\n',
  '../shop/base/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\ndata: { greeting: hello }\n',
}

describe.skipIf(reason !== undefined)(title('the real kubectl kustomize', reason), () => {
  test('renders an overlay over its base', async () => {
    const files = { ...BASE, '../shop/prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: prod-\nnamespace: market\n' }
    const { yaml, warnings } = await kustomize('../shop/prod', files)
    expect(yaml).toContain('name: prod-shop')
    expect(yaml).toContain('namespace: market')
    expect(warnings).toEqual([])
  })

  test('a folder of its own', async () => {
    expect((await kustomize('../shop/base/', BASE)).yaml).toContain('greeting: hello')
  })

  test('what kustomize finds outdated is said', async () => {
    const { warnings } = await kustomize('../shop/prod', { ...BASE, '../shop/prod/kustomization.yaml': 'bases: [../base]\n' })
    expect(warnings.join('\n')).toContain("'bases' is deprecated")
  })

  test('a base that is not among the files: its own words, with the paths of the plan', async () => {
    const problem = await problemOf(kustomize('../shop/prod', { ...BASE, '../shop/prod/kustomization.yaml': 'resources: [../bsae]\n' }))
    expect(problem).toMatchObject({ code: 'kustomization-not-rendered', summary: expect.stringContaining('../shop/'), effect: 'no' })
    expect(JSON.stringify(problem)).not.toContain(tmpdir())
  })

  test('a field that kustomize does not know', async () => {
    const files = { ...BASE, '../shop/base/kustomization.yaml': 'resorces: [config.yaml]\n' }
    expect(await problemOf(kustomize('../shop/base', files))).toMatchObject({
      code: 'kustomization-not-rendered',
      summary: expect.stringContaining('resorces'),
    })
  })
})

test.each(['https://example.org/x.yaml', 'github.com/a/b//base?ref=v1', 'git@example.org:a/b.git', 'example.org/a/b?ref=main'])(
  'a base on another server is refused unasked: %s',
  async (address) => {
    const files = { '../shop/base/kustomization.yaml': `resources:\n  - ${address}\n` }
    expect(
      await problemOf(createRendering({ env, kubectl: '/nowhere' }).kustomize('../shop/base', new Map(Object.entries(files)))),
    ).toMatchObject({
      code: 'kustomization-remote',
      summary: expect.stringContaining(address),
      location: { file: '../shop/base/kustomization.yaml', line: 2, column: 5 },
    })
  },
)

test('no kubectl: what to install', async () => {
  expect(
    await problemOf(createRendering({ env, kubectl: '/nowhere/kubectl' }).kustomize('../shop/base', new Map(Object.entries(BASE)))),
  ).toMatchObject({
    code: 'kubectl-missing',
  })
})
