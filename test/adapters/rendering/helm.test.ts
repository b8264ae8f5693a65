import { describe, expect, test } from 'vitest'
import { createRendering } from '../../../src/adapters/rendering/rendering.ts'
import type { ToolCall } from '../../../src/adapters/rendering/run-tool.ts'
import { title, whySkipped } from '../../real/servers/tools.ts'
import { problemOf } from '../../steps/problem-of.ts'
import { clients } from '../../tools/clients.ts'
import { chartFiles, chartOf } from './charts.ts'
import { describeHelm } from './real-helm.ts'

const reason = await whySkipped(async () => (await clients()).helm)
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

describe.skipIf(reason !== undefined)(title('rendering', reason), () =>
  describeHelm('with the real helm', async () => (await clients()).helm),
)

test('a chart over 5 MB is refused before anything is run, with its largest files', async () => {
  const files = chartFiles({ '../charts/shop/files/dump.sql': 'x'.repeat(6 * 1024 * 1024) })
  const rendering = createRendering({ env, helm: '/nowhere/helm' })
  expect(await problemOf(rendering.helmTemplate(chartOf({ files })))).toMatchObject({
    code: 'chart-too-big',
    details: expect.arrayContaining(['../charts/shop/files/dump.sql: 6.0 MB']),
  })
})

test('no helm: what to install', async () => {
  expect(await problemOf(createRendering({ env, helm: '/nowhere/helm' }).helmTemplate(chartOf()))).toMatchObject({
    code: 'helm-missing',
    next: [expect.stringContaining('3.14')],
    effect: 'no',
  })
})

test.each([
  ['v3.13.3', 'helm-too-old'],
  ['v2.17.0+gabc', 'helm-too-old'],
  ['', 'helm-too-old'],
  ['v3.14.0', undefined],
  ['v4.0.0-rc.1', undefined],
])('helm %s: %s', async (version, code) => {
  const run = async (_program: string, { args }: ToolCall) =>
    ({ ran: true, exitCode: 0, stdout: args[0] === 'version' ? version : 'kind: X\n', stderr: '' }) as const
  const rendered = createRendering({ env, run }).helmTemplate(chartOf())
  if (code === undefined) expect((await rendered).yaml).toBe('kind: X\n')
  else expect(await problemOf(rendered)).toMatchObject({ code })
})

test('the same question is asked once, a failed one again', async () => {
  const answers = ['v3.16.0', 'a', undefined, 'c']
  const asked: string[] = []
  const run = async (_program: string, { args, stdin }: ToolCall) => {
    asked.push(`${args[0]} ${stdin ?? ''}`)
    const stdout = answers.shift()
    return { ran: true, exitCode: stdout === undefined ? 1 : 0, stdout: stdout ?? '', stderr: 'Error: no' } as const
  }
  const rendering = createRendering({ env, run })
  const ask = async (greeting: string) => (await rendering.helmTemplate(chartOf({ set: { greeting } }))).yaml
  expect([await ask('x'), await ask('x')]).toEqual(['a', 'a'])
  await expect(ask('y')).rejects.toThrow('chart-not-rendered')
  expect(await ask('y')).toBe('c')
  expect(asked).toHaveLength(4)
})
