import { describe, expect, it } from 'vitest'
import type { JournalEntry, JournalRecord } from '../../../src/domain/records.ts'
import { movesIn, windowOf } from './windows.ts'

const PROGRESS = {
  phase: 'passed',
  successesInARow: 1,
  observations: 1,
  passed: 1,
  failed: 0,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
} as const
const journal = (...records: readonly (readonly [at: number, record: JournalRecord])[]): readonly JournalEntry[] =>
  records.map(([at, record], index) => ({ sequence: index + 1, at, record, hash: '' }))
const apply = (step: string): JournalRecord => ({
  type: 'intent',
  step,
  direction: 'apply',
  undoRecord: { sha256: '', size: 0 },
  changes: [],
  basis: [],
})
const undo = (step: string): JournalRecord => ({ type: 'intent', step, direction: 'undo' })
const proven = (step: string, gate: 'own' | 0 = 'own'): JournalRecord => ({
  type: 'gate-passed',
  step,
  gate,
  progress: PROGRESS,
  reason: '',
})
const undone = (step: string): JournalRecord => ({ type: 'step-undone', step, verified: '' })

describe('visitors are moved', () => {
  it('from the intent to what was verified, there and back, by that step alone', () => {
    const entries = journal(
      [10, apply('deploy')],
      [20, proven('deploy')],
      [30, apply('cut')],
      [40, proven('cut')],
      [50, proven('cut', 0)],
      [60, undo('cut')],
      [70, undone('cut')],
      [80, undone('deploy')],
    )
    expect(movesIn(entries, ['cut'])).toEqual([
      { from: 30, to: 40 },
      { from: 60, to: 70 },
    ])
  })

  it('also across a kill and the intent of a second attempt, and to the last record where nobody saw the end', () => {
    expect(movesIn(journal([10, apply('cut')], [20, undo('cut')], [30, undone('cut')]), ['cut'])).toEqual([{ from: 10, to: 30 }])
    expect(movesIn(journal([10, apply('cut')], [20, proven('deploy')]), ['cut'])).toEqual([{ from: 10, to: 20 }])
  })

  it('by each of several steps', () => {
    const entries = journal([10, apply('half')], [20, proven('half')], [30, apply('all')], [40, proven('all')])
    expect(movesIn(entries, ['half', 'all'])).toEqual([
      { from: 10, to: 20 },
      { from: 30, to: 40 },
    ])
  })

  it('never, where nothing moved them', () => expect(movesIn(journal([10, apply('deploy')]), ['cut'])).toEqual([]))
})

it('puts each moment into one window', () => {
  const moves = [
    { from: 10, to: 20 },
    { from: 40, to: 50 },
  ]
  expect([5, 10, 20, 30, 40, 50, 60].map((at) => windowOf(at, moves))).toEqual([
    'before',
    'during',
    'during',
    'after',
    'during',
    'during',
    'after',
  ])
  expect(windowOf(5, [])).toBe('before')
})
