import { describe, expect, it } from 'vitest'
import type { Event } from '../../../src/domain/event.ts'
import { NOTHING_SAID } from '../../../src/cli/render/memory.ts'
import { narrate } from '../../../src/cli/render/narration.ts'

const told = (event: Event): readonly string[] => narrate(NOTHING_SAID, event, 0).entries.map(({ mark, text }) => `${mark}: ${text}`)

describe('visitors who are taken off the old side', () => {
  it('are told of when it begins, when it was seen, and when they are given back', () => {
    const step = 'half'
    const affected = '50% of visitors'
    expect(told({ type: 'relief-started', step, affected, reason: 'it is dead', evidence: ['502'] })).toEqual([
      'warn: the old side fails, and 50% of visitors are on it: taking them to Kubernetes',
    ])
    expect(told({ type: 'relieved', step, affected, verified: 'the route wins', ms: 2_000 })).toEqual([
      'here: all visitors are on Kubernetes, verified, after 2s: the route wins',
    ])
    expect(told({ type: 'relief-ended', step, affected, seen: 'it answered 200' })).toEqual([
      'good: the old side answers again (it answered 200): 50% of visitors are given back to it',
    ])
  })

  it('and could not be: why is said, with what was seen', () => {
    const problem = { code: 'new-side-not-proven', summary: 'Kubernetes does not answer either', details: ['503'], next: [] }
    expect(told({ type: 'relief-failed', step: 'half', problem })).toEqual([
      'bad: visitors could not be taken off the old side: Kubernetes does not answer either',
      'note: 503',
    ])
  })
})
