import { describe, expect, it } from 'vitest'
import { fold, liveLines, NOT_STARTED } from '../../../src/cli/render/live.ts'
import { createPage } from '../../../src/cli/render/page.ts'
import { stateLines } from '../../../src/cli/render/state-line.ts'
import type { Event } from '../../../src/domain/event.ts'
import { DEFAULT_GATE_POLICY } from '../../../src/domain/gate-policy.ts'
import { DEPLOY, PROGRESS, PURGE, STARTED } from '../fake-application.ts'

const page = createPage({ width: 120, colour: false })
const policy = { ...DEFAULT_GATE_POLICY, hold: 300_000 }
const soak: readonly Event[] = [
  STARTED,
  { type: 'step-previewed', preview: DEPLOY },
  { type: 'step-previewed', preview: { ...DEPLOY, step: 'cut', reaches: 'k8s-only' } },
  { type: 'step-previewed', preview: PURGE },
  { type: 'state-reached', state: 'both-running', step: 'deploy' },
  { type: 'step-started', step: 'soak', kind: 'soak', index: 3, of: 6, direction: 'apply' },
  { type: 'gate-started', step: 'soak', gate: 'own', kind: 'soak', policy, progress: PROGRESS },
  {
    type: 'observed',
    step: 'soak',
    gate: 'own',
    kind: 'soak',
    policy,
    observation: { verdict: 'pass', reason: 'all is well' },
    progress: { ...PROGRESS, phase: 'holding', observations: 130, passed: 130, observedHoldMs: 130_000 },
  },
]
const at = (events: readonly Event[], now: number): string =>
  liveLines(
    page,
    events.reduce((live, event) => fold(live, event, 0), NOT_STARTED),
    now,
  ).join('\n')

describe('the live block', () => {
  it('says step, elapsed time, states, gate progress with counts, time to go, and what was last seen', () => {
    expect(at(soak, 131_500)).toBe(
      [
        '[4/6] soak (soak), 2m11s',
        '  ✓ nomad-only ──▶ ● [both-running] ──▶ ○ k8s-only ──▶ ○ nomad-removed',
        '  check of soak: held 2m10s of 5m, 2m50s to go (130 observations: 130 passed)',
        '  all is well',
      ].join('\n'),
    )
  })

  it('forgets the gate when it is over', () => {
    const passed: Event = { type: 'gate-passed', step: 'soak', gate: 'own', kind: 'soak', progress: PROGRESS, reason: 'r', ms: 1 }
    expect(at([...soak, passed], 1_000)).not.toContain('check of soak')
  })
})

it('states that do not fit beside each other stand below each other', () => {
  const states = [
    { name: 'a-rather-long-state-name', mark: 'reached', note: 'since 10:00:00' },
    { name: 'another-rather-long-name', mark: 'current' },
    { name: 'the-last-of-the-state-names', mark: 'ahead' },
  ] as const
  expect(stateLines(createPage({ width: 60, colour: false }), states)).toEqual([
    '  ✓ a-rather-long-state-name (since 10:00:00)',
    '  ● another-rather-long-name',
    '  ○ the-last-of-the-state-names',
  ])
})
