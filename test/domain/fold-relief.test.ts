import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { Relief, StepPhase } from '../../src/domain/run-state.ts'
import { progressOf } from '../../src/domain/run-state.ts'

const blob = { sha256: '00', size: 0 }
const SHARED: readonly JournalRecord[] = [
  { type: 'intent', step: 'half', direction: 'apply', undoRecord: blob, changes: [], basis: [] },
  { type: 'effect-done', step: 'half', direction: 'apply' },
]
const started: JournalRecord = {
  type: 'relief-started',
  step: 'half',
  affected: '50% of visitors',
  reason: 'it is dead',
  evidence: ['502'],
}
const relieved: JournalRecord = { type: 'relieved', step: 'half', verified: 'all are well' }
const attached: JournalRecord = { type: 'process-attached', pid: 1, host: 'h', user: 'u', command: 'run', goal: 'end' }
const failedWith = (effect: 'no' | 'unknown'): JournalRecord => ({
  type: 'relief-failed',
  step: 'half',
  problem: { code: 'x', summary: 'x', next: [], effect },
})

const after = (...records: readonly JournalRecord[]) =>
  fold([...SHARED, ...records].map((record, index) => ({ sequence: index + 1, at: index, record, hash: '' })))
const reliefAfter = (...records: readonly JournalRecord[]): Relief | undefined => after(...records).relief
const phaseAfter = (...records: readonly JournalRecord[]): StepPhase => progressOf(after(...records), 'half').phase

describe('a relief', () => {
  it('is known from its intent on, and seen once it was', () => {
    expect(reliefAfter(started)).toEqual({
      step: 'half',
      affected: '50% of visitors',
      reason: 'it is dead',
      evidence: ['502'],
      startedAt: 2,
    })
    expect(reliefAfter(started, relieved)).toMatchObject({ verified: 'all are well' })
  })

  it('is stale for another process, until that has seen it itself', () => {
    expect(reliefAfter(started, relieved, attached)).toMatchObject({ stale: true, verified: 'all are well' })
    expect(reliefAfter(started, relieved, attached, { ...relieved, evidence: ['503'] })).not.toHaveProperty('stale')
  })

  it('that provably wrote nothing is none; of any other it is not known', () => {
    expect(reliefAfter(started, failedWith('no'))).toBeUndefined()
    expect(reliefAfter(started, failedWith('unknown'))).toMatchObject({ stale: true })
    // A look that could not be made again is no proof that nothing was written before.
    expect(reliefAfter(started, relieved, attached, failedWith('no'))).toMatchObject({ stale: true })
    expect(reliefAfter(started, attached, failedWith('no'))).toMatchObject({ stale: true })
  })

  it('answers the trip that led to it', () => {
    expect(after({ type: 'watch-tripped', reason: 'r', evidence: [], side: 'old' }).tripped).toMatchObject({ side: 'old' })
    expect(after({ type: 'watch-tripped', reason: 'r', evidence: [], side: 'old' }, started, relieved).tripped).toBeUndefined()
  })

  it('survives a pause', () => {
    expect(reliefAfter(started, relieved, { type: 'paused', reason: 'r', evidence: [], next: [] })).toMatchObject({ step: 'half' })
  })
})

describe('the end of a relief', () => {
  const ended: JournalRecord = { type: 'relief-ended', step: 'half', seen: 'it answers' }
  const again: JournalRecord = { type: 'effect-done', step: 'half', direction: 'apply' }

  it('makes the step be done again, from its effect on', () => {
    expect(phaseAfter({ type: 'step-done', step: 'half' }, started, relieved, ended)).toBe('applying')
    expect(reliefAfter(started, relieved, ended)).toMatchObject({ ended: true })
    expect(reliefAfter(started, relieved, ended, again)).toBeUndefined()
    expect(phaseAfter(started, relieved, ended, again)).toBe('gating')
  })

  it('that was cut off is known to be one until what happened is settled', () => {
    const settled = (status: 'done' | 'none'): JournalRecord => ({
      type: 'settled',
      step: 'half',
      direction: 'apply',
      settlement: { status },
    })
    expect(reliefAfter(started, relieved, ended, attached, settled('done'))).toBeUndefined()
    expect(reliefAfter(started, relieved, ended, attached)).toMatchObject({ ended: true })
  })

  it('comes with the effect of a later step, not with its intent, and with the undo of its own', () => {
    const intent: JournalRecord = { type: 'intent', step: 'alone', direction: 'apply', undoRecord: blob, changes: [], basis: [] }
    expect(reliefAfter(started, relieved, intent)).toMatchObject({ step: 'half' })
    expect(reliefAfter(started, relieved, intent, { type: 'effect-done', step: 'alone', direction: 'apply' })).toBeUndefined()
    const failed: JournalRecord = { type: 'settled', step: 'alone', direction: 'apply', settlement: { status: 'none' } }
    expect(reliefAfter(started, relieved, intent, failed)).toMatchObject({ step: 'half' })
    expect(reliefAfter(started, relieved, { type: 'step-undone', step: 'half', verified: 'v' })).toBeUndefined()
  })
})
