import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createReleases } from '../../../src/adapters/helm/releases.ts'
import type { ToolCall, ToolOutcome } from '../../../src/adapters/rendering/run-tool.ts'
import type { HelmPort } from '../../../src/domain/ports/helm.ts'
import { problemOf } from '../../steps/problem-of.ts'
import { chartFiles, chartOf } from '../rendering/charts.ts'

const SHOP = { name: 'shop', namespace: 'market' }
const MARKS = { description: 'jmc-migrate run=r step=s revision=2', labels: { 'jmc-migrate/run': 'r', 'jmc-migrate/revision': '2' } }
const SECRET = 'made-up-secret'
/** As helm 4.2 says it. */
const HISTORY = JSON.stringify([
  {
    revision: 2,
    updated: '2026-11-22T00:15:10.845736853Z',
    status: 'pending-upgrade',
    chart: 'web-shop-1.2.3',
    app_version: '',
    description: 'Preparing upgrade',
  },
  {
    revision: 1,
    updated: '2026-11-22T00:14:39.123062573Z',
    status: 'deployed',
    chart: 'web-shop-1.2.3',
    app_version: '',
    description: 'x',
  },
])
const DRY_RUN = JSON.stringify({
  name: 'shop',
  info: { status: 'pending-install' },
  chart: { metadata: { name: 'web-shop', version: '1.2.3' } },
  manifest: '---\n# Source: web-shop/templates/a.yaml\nkind: ConfigMap\n',
  hooks: [{ name: 'h', path: 'web-shop/templates/hook.yaml', manifest: 'kind: Job' }],
})

/** A helm that answers so, and what it was asked. */
function helm(answer: Partial<Extract<ToolOutcome, { ran: true }>> | { readonly ran: false; readonly reason: string }, env = {}) {
  const calls: (ToolCall & { readonly files: readonly string[] })[] = []
  const port: HelmPort = createReleases({
    env: { PATH: '/bin', HOME: '/home/me', ...env },
    context: 'prod',
    run: async (_program, call) => {
      if (call.args[0] === 'version') return { ran: true, exitCode: 0, stdout: 'v4.2.3', stderr: '' }
      calls.push({
        ...call,
        files: call.args.filter((each) => existsSync(each) && each.endsWith('.yaml')).map((each) => readFileSync(each, 'utf8')),
      })
      return { ran: true, exitCode: 0, stdout: '', stderr: '', ...answer }
    },
  })
  return { port, calls }
}
const said = (stderr: string, exitCode = 1) => ({ exitCode, stderr })

describe('questions', () => {
  test('a history, oldest first', async () => {
    const { port, calls } = helm({ stdout: HISTORY })
    expect(await port.history(SHOP)).toEqual([
      { revision: 1, status: 'deployed', description: 'x', chart: 'web-shop-1.2.3', updated: Date.parse('2026-11-22T00:14:39.123Z') },
      {
        revision: 2,
        status: 'pending-upgrade',
        description: 'Preparing upgrade',
        chart: 'web-shop-1.2.3',
        updated: Date.parse('2026-11-22T00:15:10.845Z'),
      },
    ])
    expect(calls[0]?.args).toEqual(['history', 'shop', '--output', 'json', '--namespace', 'market', '--kube-context', 'prod'])
  })

  test('no release is an empty history, and nothing else is', async () => {
    expect(await helm(said('Error: release: not found\n')).port.history(SHOP)).toEqual([])
    expect(await problemOf(helm(said('Error: Kubernetes cluster unreachable: dial tcp\n')).port.history(SHOP))).toMatchObject({
      code: 'helm-refused',
      summary: expect.stringContaining('cluster unreachable'),
      effect: 'no',
    })
  })

  test('labels of the newest revision, whatever its state', async () => {
    const { port, calls } = helm({ stdout: 'shop\n' })
    expect(await port.newestHas(SHOP, MARKS.labels)).toBe(true)
    expect(calls[0]?.args.slice(0, 5)).toEqual(['list', '--filter', '^shop$', '--selector', 'jmc-migrate/run=r,jmc-migrate/revision=2'])
    expect(calls[0]?.args).toContain('--pending')
    expect(await helm({ stdout: '' }).port.newestHas(SHOP, MARKS.labels)).toBe(false)
  })

  test('a dry run on the server gives manifest, hooks and the version of the chart', async () => {
    const { port, calls } = helm({ stdout: DRY_RUN })
    expect(await port.preview(chartOf())).toEqual({
      manifest: '---\n# Source: web-shop/templates/a.yaml\nkind: ConfigMap\n',
      hooks: '---\n# Source: web-shop/templates/hook.yaml\nkind: Job\n',
      chart: 'web-shop-1.2.3',
    })
    expect(calls[0]?.args).toContain('--dry-run=server')
  })

  test.each([
    [
      'Error: unable to continue with install: Secret "tok" exists and cannot be imported into the current release: x',
      'object-not-in-release',
    ],
    ['Error: resource mapping not found: no matches for kind "Cart" in version "a/v1"', 'kind-not-served'],
    ['Error: Kubernetes cluster unreachable: Get "https://x": dial tcp', 'helm-refused'],
    ['Error: secrets is forbidden: User "x" cannot list', 'helm-refused'],
    ['Error: execution error at (web-shop/templates/x.yaml:2:3): secrets.pw is needed', 'chart-not-rendered'],
  ])('%s: %s', async (stderr, code) => {
    expect(await problemOf(helm(said(stderr)).port.preview(chartOf()))).toMatchObject({ code, effect: 'no' })
  })
})

describe('effects', () => {
  test('an upgrade: with our marks, with these values alone, waiting for nothing but hooks', async () => {
    const { port, calls } = helm({})
    await port.upgrade(chartOf({ set: { replicas: 3 } }), { ...MARKS, createNamespace: true })
    const args = calls[0]?.args ?? []
    expect(args.slice(0, 2)).toEqual(['upgrade', 'shop'])
    expect(args.join(' ')).toContain('--install --reset-values --description jmc-migrate run=r step=s revision=2')
    expect(args).toEqual(expect.arrayContaining(['jmc-migrate/run=r,jmc-migrate/revision=2', '--create-namespace', 'replicas=3']))
    expect(args.filter((each) => each.startsWith('--wait') || each.startsWith('--force') || each.startsWith('--take'))).toEqual([])
    expect(calls[0]?.timeoutMs).toBeGreaterThan(300_000)
  })

  test('a namespace is made only where that was asked', async () => {
    const { port, calls } = helm({})
    await port.upgrade(chartOf(), { ...MARKS, createNamespace: false })
    expect(calls[0]?.args).not.toContain('--create-namespace')
  })

  test('an uninstall deletes pods before what made them, so that what is gone is gone', async () => {
    const { port, calls } = helm({})
    await port.uninstall(SHOP)
    expect(calls[0]?.args.slice(0, 4)).toEqual(['uninstall', 'shop', '--cascade', 'foreground'])
  })

  test('values that may be secret are on no command line, in no file and in no variable', async () => {
    const { port, calls } = helm({})
    const files = chartFiles({ '../values/a.yaml': 'greeting: hi\n' })
    await port.upgrade(chartOf({ files, values: ['../values/a.yaml'], set: { 'secrets.token': SECRET } }), {
      ...MARKS,
      createNamespace: false,
    })
    const { stdin, args, env, files: written } = calls[0] ?? {}
    expect(stdin).toContain(SECRET)
    expect(written).toEqual(['greeting: hi\n'])
    expect(JSON.stringify([args, env])).not.toContain(SECRET)
  })

  test.each([
    ['an upgrade', (port: HelmPort) => port.upgrade(chartOf(), { ...MARKS, createNamespace: false })],
    ['a rollback', (port: HelmPort) => port.rollback(SHOP, 1)],
    ['an uninstall', (port: HelmPort) => port.uninstall(SHOP)],
  ])('%s that helm could not do may have happened; its words are said once', async (_name, act) => {
    const stderr = 'level=WARN msg=x\nError: UPGRADE FAILED: pre-upgrade hooks failed\nError: UPGRADE FAILED: pre-upgrade hooks failed\n'
    const problem = await problemOf(act(helm(said(stderr)).port))
    expect(problem).toMatchObject({
      code: 'release-failed',
      effect: 'unknown',
      summary: expect.stringMatching(/: pre-upgrade hooks failed$/),
    })
    expect(problem.details).toBeUndefined()
  })

  test('rollback and uninstall name the release alone', async () => {
    const { port, calls } = helm({})
    await port.rollback(SHOP, 3)
    await port.uninstall(SHOP)
    expect(calls.map((each) => each.args.slice(0, 3).join(' '))).toEqual(['rollback shop 3', 'uninstall shop --cascade'])
  })

  test('a helm that cannot be started has done nothing', async () => {
    expect(await problemOf(helm({ ran: false, reason: 'ENOENT' }).port.uninstall(SHOP))).toMatchObject({
      code: 'helm-missing',
      effect: 'no',
    })
  })
})

test('the environment: where releases are kept is the user’s choice, plugins and other clusters are not; a relative kubeconfig is found', async () => {
  const { port, calls } = helm(
    { stdout: '[]' },
    { HELM_DRIVER: 'configmap', HELM_NAMESPACE: 'x', HELM_KUBECONTEXT: 'y', KUBECONFIG: 'here.yaml', HTTPS_PROXY: 'http://proxy' },
  )
  await port.history(SHOP)
  const env = calls[0]?.env ?? {}
  expect(env).toMatchObject({ HELM_DRIVER: 'configmap', KUBECONFIG: resolve('here.yaml'), HOME: '/home/me', HTTPS_PROXY: 'http://proxy' })
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['HELM_NAMESPACE']))
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['HELM_KUBECONTEXT']))
  expect(env['HELM_PLUGINS']).toContain(calls[0]?.folder)
})
