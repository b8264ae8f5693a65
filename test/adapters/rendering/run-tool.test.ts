import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { runTool } from '../../../src/adapters/rendering/run-tool.ts'

const env = { PATH: process.env['PATH'] ?? '' }
const sh = (script: string, timeoutMs?: number) =>
  runTool('sh', { args: ['-c', script], env, folder: tmpdir(), ...(timeoutMs !== undefined && { timeoutMs }) })

test('any exit code is an outcome; what cannot be started is none', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toEqual({ ran: true, exitCode: 3, stdout: 'out\n', stderr: 'err\n' })
  expect(await runTool('/no/such/tool', { args: [], env, folder: tmpdir() })).toMatchObject({ ran: false })
})

test.each([
  ['nothing', 'exec sleep 60'],
  ['something that holds its output', 'sleep 60 & exec sleep 60'],
  ['something that outlives it', 'sleep 60 & exit 0'],
])(
  'its time-out ends the wait where it started %s',
  async (_what, script) => {
    expect(await sh(script, 500)).toMatchObject({ ran: true, exitCode: -1, stderr: expect.stringContaining('did not end within 0.5 s') })
  },
  10_000,
)

test('a Ctrl-C is not for it: it leads a group of its own', async () => {
  const outcome = await sh('ps -o pgid= -p $$; echo $$')
  const [group, pid] = outcome.ran ? outcome.stdout.trim().split(/\s+/) : []
  expect(group).toBe(pid)
})
