import { describe, expect, it } from 'vitest'
import type { JournalEntry, JournalRecord } from '../../../src/domain/records.ts'
import { portionsIn, sharesIn } from './portions.ts'
import type { Sample } from './sample.ts'

const progress = (passed: number) => ({
  phase: 'settling' as const,
  successesInARow: passed,
  observations: 2,
  passed,
  failed: 0,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
})
const looked = (step: string, passed: number, gate: 'own' | 0 = 'own'): JournalRecord => ({
  type: 'gate-progress',
  step,
  gate,
  progress: progress(passed),
})
const passed = (step: string): JournalRecord => ({ type: 'gate-passed', step, gate: 'own', progress: progress(2), reason: '' })
const intent = (step: string): JournalRecord => ({ type: 'intent', step, direction: 'undo' })
const journal = (...records: readonly (readonly [at: number, record: JournalRecord])[]): readonly JournalEntry[] =>
  records.map(([at, record], index) => ({ sequence: index + 1, at, record, hash: '' }))

const SENDS = new Map([
  ['canary', '5%'],
  ['half', '50%'],
])

describe('a portion', () => {
  it('lasts from the first good look at it to the next intent to move visitors, forward or back', () => {
    const entries = journal(
      [10, looked('canary', 0)],
      [20, looked('canary', 1)],
      [30, passed('canary')],
      [40, intent('deploy')],
      [50, intent('half')],
      [60, looked('half', 0, 0)],
      [70, passed('half')],
      [90, passed('deploy')],
    )
    expect(portionsIn(entries, SENDS)).toEqual([
      { name: '5%', from: 20, to: 50 },
      { name: '50%', from: 70, to: 90 },
    ])
  })

  it('that nobody saw is none', () => expect(portionsIn(journal([10, intent('half')], [20, looked('half', 0)]), SENDS)).toEqual([]))
})

it('is shared as those say who were sent and answered in it, and right', () => {
  const sample = (at: number, given: Partial<Sample> = {}): Sample => ({
    type: 'sample',
    at,
    ms: 1,
    asked: 'get',
    connection: 'kept',
    status: 200,
    verdict: 'right',
    side: 'nomad',
    ...given,
  })
  const { side: _none, ...failed } = sample(16, { verdict: 'failed', status: 502 })
  const samples = [
    sample(9, { side: 'kubernetes' }),
    sample(10),
    sample(15, { side: 'kubernetes' }),
    failed,
    sample(17, { asked: 'socket-echo' }),
    sample(18),
    // Answered when the portion was over.
    sample(18, { ms: 400, side: 'kubernetes' }),
    sample(20, { side: 'kubernetes' }),
  ]
  expect(sharesIn(samples, [{ name: '5%', from: 10, to: 20 }])).toEqual([{ name: '5%', answered: 3, kubernetes: 1 }])
})
