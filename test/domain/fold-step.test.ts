import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.ts'
import type { GateProgress, JournalEntry, JournalRecord } from '../../src/domain/records.ts'
import type { StepProgress } from '../../src/domain/run-state.ts'
import { progressOf } from '../../src/domain/run-state.ts'

const BLOB = { sha256: 'ab', size: 1 }
const PROGRESS: GateProgress = {
  phase: 'holding',
  successesInARow: 1,
  observations: 1,
  passed: 1,
  failed: 0,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
}
const INTENT: JournalRecord = { type: 'intent', step: 'half', direction: 'apply', undoRecord: BLOB, changes: [], basis: [] }
const DONE: JournalRecord = { type: 'effect-done', step: 'half', direction: 'apply' }
const OWN: JournalRecord = { type: 'gate-passed', step: 'half', gate: 'own', progress: PROGRESS, reason: 'there' }
const FIRST: JournalRecord = { type: 'gate-passed', step: 'half', gate: 0, progress: PROGRESS, reason: 'well' }
const FAILED: JournalRecord = {
  type: 'gate-failed',
  step: 'half',
  gate: 1,
  progress: PROGRESS,
  reason: 'too few samples',
  evidence: [],
  verdict: 'inconclusive',
}
const AMENDED: JournalRecord = { type: 'plan-amended', snapshot: { sha256: 'cd', size: 2 }, difference: ['the plan was edited'] }

const after = (...records: readonly JournalRecord[]): StepProgress =>
  progressOf(fold(records.map((record, index): JournalEntry => ({ sequence: index + 1, at: index, record, hash: '' }))), 'half')

describe('an amended plan', () => {
  it.each([
    ['failed', [INTENT, DONE, OWN, FIRST, FAILED]],
    ['looked at', [INTENT, DONE, OWN, FIRST]],
  ] as const)('lets all gates of a step begin anew whose gates were %s, and keeps its undo record', (_, records) => {
    const step = after(...records, AMENDED)
    expect(step).toMatchObject({ phase: 'gating', ownGatePassed: false, gatesPassed: 0, undoRecord: BLOB })
    expect(step.gate).toBeUndefined()
    expect(step.failure).toBeUndefined()
  })

  it.each([
    ['a finished one', [INTENT, DONE, OWN, FIRST, { type: 'step-done', step: 'half' }]],
    [
      'half an effect',
      [
        INTENT,
        { type: 'effect-failed', step: 'half', direction: 'apply', problem: { code: 'x', summary: 'x', next: [] } },
        { type: 'settled', step: 'half', direction: 'apply', settlement: { status: 'partial', reason: 'half' } },
      ],
    ],
    ['one that was not begun', []],
  ] satisfies readonly (readonly [string, readonly JournalRecord[]])[])('leaves %s as it was', (_, records) => {
    expect(after(...records, AMENDED)).toEqual(after(...records))
  })
})
