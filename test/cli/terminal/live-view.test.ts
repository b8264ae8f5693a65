import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import type { RunResult } from '../../../src/domain/event.ts'
import { fakeApplication, PLAN, runThat, STARTED } from '../fake-application.ts'
import { fakeIo } from '../fake-io.ts'

const DONE: RunResult = { outcome: 'done', state: 'k8s-only' }
const EVENTS = [
  STARTED,
  { type: 'step-started', step: 'deploy', kind: 'deploy-to-kubernetes', index: 0, of: 1, direction: 'apply' },
  { type: 'step-progress', step: 'deploy', message: '1 of 2 pods ready' },
  { type: 'step-done', step: 'deploy', ms: 2_000 },
  { type: 'state-reached', state: 'both-running', step: 'deploy' },
] as const

it('leaves finished lines in the scrollback, shows what is going on below them, and cleans up', async () => {
  const io = fakeIo({ tty: true, columns: 100 })
  expect(await main(['run', PLAN, '--yes', '--lab'], io, fakeApplication({ run: runThat(DONE, EVENTS) }))).toBe(0)
  const out = stripVTControlCharacters(io.out())
  const finished = [...out.matchAll(/\d\d:\d\d:\d\d (\S .+)/g)].map((match) => match[1])
  expect(finished).toEqual([
    expect.stringContaining('jayne-martin-counselling starts in the lab'),
    '▸ [1/1] deploy (deploy-to-kubernetes)',
    '✓ [1/1] deploy: done in 2s',
    '● state both-running reached',
  ])
  expect(out).toContain('1 of 2 pods ready')
  expect(out).toContain('● [nomad-only] ──▶ ○ nomad-removed')
  expect(io.out().lastIndexOf('\u001B[?25h')).toBeGreaterThan(io.out().lastIndexOf('\u001B[?25l'))
})

it('leaves the terminal to a question, and a person who types yes goes on', async () => {
  const io = fakeIo({ tty: true })
  const ended = main(['run', PLAN], io, fakeApplication({ run: runThat(DONE, [STARTED]) }))
  while (!io.out().includes('Answer')) await new Promise((resolve) => setTimeout(resolve, 5))
  const shown = stripVTControlCharacters(io.out())
  expect(shown.indexOf('Plan: 1 to add, 1 to change')).toBeLessThan(shown.indexOf('Do this? Type yes'))
  for (const key of 'yes\r') {
    io.typed.write(key)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(await ended).toBe(0)
  expect(io.out()).toContain('Done: k8s-only reached')
})

it('Ctrl-C at the question is an interruption, not a failure', async () => {
  const io = fakeIo({ tty: true })
  const ended = main(['run', PLAN], io, fakeApplication({ run: runThat(DONE, [STARTED]) }))
  while (!io.out().includes('Answer')) await new Promise((resolve) => setTimeout(resolve, 5))
  io.typed.write('\u0003')
  expect(await ended).toBe(130)
  expect(stripVTControlCharacters(io.out())).toContain('Interrupted by SIGINT at nomad-only')
})

it('--quiet shows no progress, only how it ended', async () => {
  const io = fakeIo({ tty: true })
  await main(['run', PLAN, '--yes', '--quiet'], io, fakeApplication({ run: runThat(DONE, EVENTS) }))
  expect(stripVTControlCharacters(io.out())).not.toContain('deploy')
  expect(io.out()).toContain('Done: k8s-only reached')
})
