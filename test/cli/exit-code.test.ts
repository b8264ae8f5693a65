import { describe, expect, it } from 'vitest'
import { exitCodeOfProblems, exitCodeOfResult } from '../../src/cli/exit-code.ts'
import type { RunResult } from '../../src/domain/event.ts'
import { REPORT } from './fake-application.ts'

const problem = { code: 'x', summary: 'x', next: [] }

describe('the exit code of a result', () => {
  const cases: readonly (readonly [number, RunResult])[] = [
    [0, { outcome: 'done', state: 's' }],
    [0, { outcome: 'rolled-back', state: 's', cause: 'commanded', report: REPORT }],
    [4, { outcome: 'rolled-back', state: 's', cause: 'automatic', report: REPORT }],
    [1, { outcome: 'failed', state: 's', problems: [problem] }],
    [6, { outcome: 'failed', state: 's', problems: [problem, { ...problem, exitCode: 6 }] }],
    [1, { outcome: 'declined', state: 's' }],
    [3, { outcome: 'paused', state: 's', reason: 'r', evidence: [], next: [] }],
    [5, { outcome: 'stuck', state: 's', step: 'a', problem, manual: [] }],
    [130, { outcome: 'interrupted', state: 's', signal: 'SIGINT' }],
    [143, { outcome: 'interrupted', state: 's', signal: 'SIGTERM' }],
    [129, { outcome: 'interrupted', state: 's', signal: 'SIGHUP' }],
  ]
  it.each(cases)('%i', (code, result) => expect(exitCodeOfResult(result, 'rollback')).toBe(code))

  it('is no success for a run that only finished a rollback', () => {
    expect(exitCodeOfResult({ outcome: 'rolled-back', state: 's', cause: 'commanded', report: REPORT }, 'run')).toBe(4)
  })
})

it('what is wrong with files of the plan makes it invalid, whoever finds it', () => {
  expect(exitCodeOfProblems([problem, { ...problem, code: 'chart-not-rendered' }])).toBe(65)
})

it('problems without a code of their own are failures', () => {
  expect(exitCodeOfProblems([problem])).toBe(1)
  expect(
    exitCodeOfProblems([
      { ...problem, exitCode: 65 },
      { ...problem, exitCode: 65 },
    ]),
  ).toBe(65)
})
