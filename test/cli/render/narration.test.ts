import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/cli/render/entry.ts'
import { NOTHING_SAID } from '../../../src/cli/render/memory.ts'
import { narrate } from '../../../src/cli/render/narration.ts'
import type { Event } from '../../../src/domain/event.ts'
import { DEFAULT_GATE_POLICY } from '../../../src/domain/gate-policy.ts'
import type { Observation } from '../../../src/domain/observation.ts'
import { PROGRESS, REPORT, STARTED } from '../fake-application.ts'

/** What is told of events that come `every` milliseconds. */
function tell(events: readonly Event[], every = 1_000): readonly Entry[] {
  let memory = NOTHING_SAID
  return events.flatMap((event, index) => {
    const told = narrate(memory, event, 1_000_000 + index * every)
    memory = told.memory
    return told.entries
  })
}
const texts = (entries: readonly Entry[]): readonly string[] =>
  entries.filter((entry) => entry.stays !== 'verbose').map((entry) => entry.text)

const policy = { ...DEFAULT_GATE_POLICY, hold: 300_000, failureThreshold: 2 }
const observed = (observation: Observation, observations = 1): Event => ({
  type: 'observed',
  step: 'soak',
  gate: 'own',
  kind: 'soak',
  policy,
  observation,
  progress: { ...PROGRESS, phase: 'holding', observations, passed: observations, observedHoldMs: observations * 1_000 },
})

describe('observations', () => {
  it('are told when verdict or reason change, not when only a duration does', () => {
    const told = texts(
      tell([
        observed({ verdict: 'pending', reason: 'status 404, expected 200' }),
        observed({ verdict: 'pending', reason: 'status 404, expected 200' }),
        observed({ verdict: 'pending', reason: 'status 502, expected 200' }),
        observed({ verdict: 'pass', reason: 'answered 200 in 9 ms' }),
        observed({ verdict: 'pass', reason: 'answered 200 in 12.5 ms' }),
        observed({ verdict: 'inconclusive', reason: 'the API did not answer' }),
      ]),
    )
    expect(told).toEqual([
      'not yet: status 404, expected 200',
      'not yet: status 502, expected 200',
      'seen: answered 200 in 9 ms',
      'could not see: the API did not answer',
    ])
  })

  it('that stay the same over a long hold give a heartbeat every 30 s', () => {
    const hold = Array.from({ length: 301 }, (_, index) => observed({ verdict: 'pass', reason: `answered 200 in ${index} ms` }, index + 1))
    const told = texts(tell(hold))
    expect(told).toHaveLength(11)
    expect(told[1]).toBe('still seen: held 31s of 5m, 0 of at most 2 failures (31 observations: 31 passed)')
  })

  it('wrong ones stay on the screen, passing ones do not', () => {
    const [wrong, seen] = tell([observed({ verdict: 'fail', reason: 'wrong body' }), observed({ verdict: 'pass', reason: 'fine' })])
    expect(wrong?.stays).toBe('kept')
    expect(seen?.stays).toBe('passing')
  })
})

it('a step is told with its place, its changes and its end', () => {
  expect(
    texts(
      tell([
        STARTED,
        { type: 'step-started', step: 'cut', kind: 'switch-traefik-route', index: 2, of: 6, direction: 'apply' },
        {
          type: 'effect-started',
          step: 'cut',
          direction: 'apply',
          changes: [{ system: 'traefik', object: 'router k8s-jmc', action: 'create' }],
        },
        { type: 'settled', step: 'cut', direction: 'apply', settlement: { status: 'partial', reason: 'the file is written' } },
        { type: 'step-done', step: 'cut', ms: 12_000 },
        { type: 'state-reached', state: 'k8s-only', step: 'cut' },
      ]),
    ),
  ).toEqual([
    'jayne-martin-counselling starts in the lab: nomad-only → nomad-removed (run r1)',
    '[3/6] cut (switch-traefik-route)',
    'create router k8s-jmc',
    'looked at what there is of cut: a part: the file is written',
    '[3/6] cut: done in 12s',
    'state k8s-only reached',
  ])
})

it('what was found after a failure is said of the effect, or of its undo', () => {
  const settled = (direction: 'apply' | 'undo', status: 'none' | 'done'): Event => ({
    type: 'settled',
    step: 'half',
    direction,
    settlement: { status },
  })
  expect(texts(tell([settled('apply', 'none'), settled('undo', 'none'), settled('apply', 'done'), settled('undo', 'done')]))).toEqual([
    'looked at what there is of half: nothing, all is as before this step',
    'looked at what there is of the undo of half: nothing was taken back, all is as before the undo',
    'looked at what there is of half: all of it; it is still to be checked',
    'looked at what there is of the undo of half: all was taken back; it is still to be checked',
  ])
})

describe('gathering', () => {
  const gathers = (count: string, observations: number): Event => ({
    type: 'observed',
    step: 'canary',
    gate: 0,
    kind: 'canary-analysis',
    policy: { ...DEFAULT_GATE_POLICY, timeout: 300_000 },
    observation: {
      verdict: 'inconclusive',
      reason: `${count} of 3,000 samples on each side`,
      tooLittle: `too few samples: ${count} of 3,000`,
    },
    progress: { ...PROGRESS, observations, gathering: observations },
  })

  it('is no blindness: it is said once, and how far it has come every 30 s', () => {
    const looks = Array.from({ length: 62 }, (_, index) => gathers((index * 40).toLocaleString('en-GB'), index + 1))
    const told = tell(looks)
    expect(texts(told)).toEqual([
      'gathering: 0 of 3,000 samples on each side',
      'still gathering: 1,200 of 3,000 samples on each side (31 observations: 0 passed, 31 while gathering)',
      'still gathering: 2,400 of 3,000 samples on each side (61 observations: 0 passed, 61 while gathering)',
    ])
    expect(told[0]).toMatchObject({ mark: 'wait', stays: 'passing' })
  })

  it('that comes to no end has not failed: it could not decide', () => {
    const [ended] = tell([
      {
        type: 'gate-failed',
        step: 'canary',
        gate: 0,
        kind: 'canary-analysis',
        progress: { ...PROGRESS, observations: 12, gathering: 12 },
        reason: 'too few samples: 12 of 30 on each side within 5m',
        evidence: [],
        verdict: 'inconclusive',
      },
    ])
    expect(ended).toMatchObject({
      mark: 'warn',
      text: 'gate canary-analysis could not decide: too few samples: 12 of 30 on each side within 5m (12 observations: 0 passed, 12 while gathering)',
    })
  })
})

it('a rollback is told with its reason and each step undone', () => {
  const told = texts(
    tell([
      {
        type: 'rollback-started',
        from: 'k8s-only',
        to: 'both-running',
        cause: 'automatic',
        reason: 'wrong body',
        failedStep: 'soak',
        evidence: ['2 in a row'],
        steps: ['cut'],
      },
      { type: 'step-undone', step: 'cut', verified: 'router jmc@consulcatalog wins', ms: 800 },
      { type: 'rollback-finished', report: REPORT },
    ]),
  )
  expect(told).toEqual([
    'rolling back from k8s-only to both-running: step soak failed: wrong body',
    'to undo, in this order: cut',
    'cut undone in 800ms: router jmc@consulcatalog wins',
    'back at both-running, verified, in 4.2s',
  ])
})

it('the place of one step is not said of another', () => {
  const [, undone] = texts(
    tell([
      { type: 'step-started', step: 'cut', kind: 'k', index: 2, of: 6, direction: 'undo' },
      { type: 'step-undone', step: 'check', verified: 'nothing to undo', ms: 1 },
    ]),
  )
  expect(undone).toBe('check undone in 1ms: nothing to undo')
})

it('preflight says that nothing was changed when a check failed', () => {
  expect(texts(tell([{ type: 'preflight-finished', passed: 3, warnings: 1, failed: 2 }]))).toEqual([
    '2 of 6 checks failed, 1 warning: nothing was changed',
  ])
})

it('preflight says which steps it left to a later run', () => {
  expect(texts(tell([{ type: 'preflight-finished', passed: 3, warnings: 0, failed: 0, later: ['soak', 'stop'] }]))).toEqual([
    '3 checks done, none failed',
    'not checked: what later steps need (soak, stop)',
  ])
})

describe('a watch', () => {
  const wrong = (status: number): Event => ({ type: 'watch-wrong', reason: `a visitor: status ${status}, expected 200` })

  it('says what it does, each new wrong answer, and what it saw in all', () => {
    const told = texts(
      tell([
        { type: 'watch-started', policy: { interval: 1_000, failureThreshold: 2, within: 30_000 } },
        wrong(502),
        wrong(502),
        { type: 'watch-tripped', reason: 'the watch saw 3 wrong answers', evidence: ['14:05:09.000Z status 502'] },
        { type: 'watch-ended', looks: 61, wrong: 3, unseenMs: 0 },
      ]),
    )
    expect(told).toEqual([
      'watching the site every 1s; more than 2 wrong answers within 30s roll back',
      'watch: a visitor: status 502, expected 200',
      'the watch saw 3 wrong answers',
      '14:05:09.000Z status 502',
      'watched: 61 looks, 3 answered wrongly',
    ])
  })

  it('says what it did not see, and never that all was well then', () => {
    const told = tell([
      { type: 'watch-blind', ms: 10_000, reason: 'no resolver answers' },
      { type: 'watch-sees', afterMs: 60_000 },
      { type: 'watch-ended', looks: 10, wrong: 0, unseenMs: 60_000 },
      { type: 'watch-ended', looks: 0, wrong: 0, unseenMs: 90_000 },
    ])
    expect(texts(told)).toEqual([
      'watch: has seen nothing for 10s: no resolver answers',
      'watch: sees again, after 1m of which it knows nothing',
      'watched: 10 looks, all answered as expected; it saw nothing for 1m',
      'the watch saw nothing of the site (1m30s)',
    ])
    expect(told.map((entry) => entry.mark)).toEqual(['warn', 'note', 'warn', 'warn'])
  })
})
