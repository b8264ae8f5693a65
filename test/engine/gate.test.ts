import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GatePolicy } from '../../src/domain/gate-policy.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, gathering, inconclusive, pass, pending } from '../../src/domain/observation.ts'
import type { GateProgress } from '../../src/domain/records.ts'
import { FRESH_GATE } from '../../src/engine/gate-progress.ts'
import type { GateResult } from '../../src/engine/gate.ts'
import { runGate } from '../../src/engine/gate.ts'
import { createSelfAdvancingClock } from '../fakes/clock.ts'

const policy = (change: Partial<GatePolicy>): GatePolicy => ({ ...DEFAULT_GATE_POLICY, ...change })

interface Script {
  readonly policy: GatePolicy
  /** One observation a look, the last one repeated. */
  readonly looks: readonly Observation[]
  /** The machine sleeps this long in the middle of the look with this number. */
  readonly napBefore?: ReadonlyMap<number, number>
  /** How long every look takes, milliseconds. */
  readonly lookMs?: number | readonly number[]
  readonly from?: GateProgress
  readonly effectAgo?: number
}

async function play({
  policy,
  looks,
  napBefore,
  from,
  lookMs,
  effectAgo,
}: Script): Promise<{ result: GateResult; ms: number; looks: number; kept: GateProgress[]; began: number[] }> {
  const clock = createSelfAdvancingClock()
  const kept: GateProgress[] = []
  const began: number[] = []
  let count = 0
  const result = await runGate({
    policy,
    clock,
    ...(from && { from }),
    ...(effectAgo !== undefined && { effectAgo }),
    observe: async () => {
      began.push(clock.monotonic())
      const nap = napBefore?.get(count)
      if (nap !== undefined) await clock.sleep(nap)
      const takes = typeof lookMs === 'object' ? lookMs[count % lookMs.length] : lookMs
      if (takes !== undefined) await clock.sleep(takes)
      const observation = looks[Math.min(count, looks.length - 1)] ?? pass('well')
      count += 1
      return observation
    },
    onObserved: () => undefined,
    keep: async (progress) => void kept.push(progress),
    stop: new AbortController().signal,
    now: new AbortController().signal,
  })
  return { result, ms: clock.monotonic(), looks: count, kept, began }
}

describe('settling', () => {
  it('wants the successes in a row', async () => {
    const { result, looks } = await play({
      policy: policy({ successThreshold: 3 }),
      looks: [pass('1'), pass('2'), pending('no'), pass('3')],
    })
    expect(result.result).toBe('passed')
    expect(looks).toBe(6)
  })

  it('fails at the timeout and says what was seen last', async () => {
    const { result, ms } = await play({ policy: policy({ timeout: 5_000 }), looks: [pending('no pod is ready')] })
    expect(result).toMatchObject({ result: 'failed', verdict: 'timeout', reason: 'not settled within 5s: no pod is ready' })
    expect(ms).toBe(5_000)
  })

  it('ends at once when waiting cannot help, with the side that failed', async () => {
    const { result, ms } = await play({ policy: policy({}), looks: [fail('CrashLoopBackOff', { side: 'new', evidence: ['pod x'] })] })
    expect(result).toMatchObject({ result: 'failed', verdict: 'fail', side: 'new' })
    expect(result.result === 'failed' && result.evidence).toContain('pod x')
    expect(ms).toBe(0)
  })

  it('takes one wrong answer to a visitor for a hiccup, two in a row for a failure', async () => {
    const wrong = pending('404', { visitorSawIt: true })
    expect((await play({ policy: policy({}), looks: [wrong, pass('ok')] })).result.result).toBe('passed')
    expect((await play({ policy: policy({}), looks: [wrong, wrong, pass('ok')] })).result).toMatchObject({
      result: 'failed',
      verdict: 'fail',
    })
  })

  it('a look that throws could not see', async () => {
    const result = await runGate({
      policy: policy({ timeout: 2_000, inconclusive: 'pause' }),
      clock: createSelfAdvancingClock(),
      observe: () => Promise.reject(new Error('boom')),
      onObserved: () => undefined,
      keep: async () => undefined,
      stop: new AbortController().signal,
      now: new AbortController().signal,
    })
    expect(result).toMatchObject({ result: 'failed', verdict: 'inconclusive' })
  })

  it('that only gathers was not blind: what is too little is said at the end, and how far it had come is no evidence', async () => {
    const { result } = await play({
      policy: policy({ timeout: 3_000, inconclusive: 'pause' }),
      looks: [1, 2, 3, 4].map((count) =>
        gathering(`${count} of 30 samples`, `too few samples: ${count} of 30 on each side`, ['all were right']),
      ),
    })
    expect(result).toMatchObject({
      result: 'failed',
      verdict: 'inconclusive',
      reason: 'too few samples: 4 of 30 on each side within 3s',
      evidence: ['all were right'],
      progress: { observations: 4, inconclusive: 0, gathering: 4 },
    })
  })

  it('never passes on what could not be seen, not even where that is ignored', async () => {
    const { result } = await play({ policy: policy({ timeout: 3_000, inconclusive: 'ignore' }), looks: [inconclusive('no answer')] })
    expect(result).toMatchObject({ result: 'failed', verdict: 'timeout' })
  })
})

describe('what cannot be seen', () => {
  it('is ignored in a hold for a while, not for ever', async () => {
    const looks = [pass('ok'), pass('ok'), inconclusive('ENOTFOUND')]
    const { result, ms } = await play({ policy: policy({ hold: 60_000, timeout: 5_000, inconclusive: 'ignore' }), looks })
    expect(result).toMatchObject({ result: 'failed', verdict: 'timeout' })
    expect(ms).toBeLessThan(20_000)
  })

  it('is not looked for more often near the end of a hold', async () => {
    // The fourth look is the fastest: a little of the hold is left, and nothing is seen any more.
    const looks = [...Array.from({ length: 4 }, () => pass('ok')), inconclusive('ENOTFOUND')]
    const lookMs = [300, 300, 300, ...Array.from({ length: 50 }, () => 10)]
    const { began } = await play({ policy: policy({ hold: 3_050, timeout: 8_000, inconclusive: 'pause' }), looks, lookMs })
    const gaps = began.slice(5).map((at, index) => at - (began[index + 4] ?? 0))
    expect(gaps.length).toBeGreaterThan(3)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(900)
  })
})

describe('the beat', () => {
  it('is kept whatever a look takes', async () => {
    const { began } = await play({ policy: policy({ successThreshold: 5 }), looks: [pass('ok')], lookMs: [300, 10, 900, 0] })
    expect(began).toEqual([0, 1_000, 2_000, 3_000, 4_000])
  })

  it('is not denser than the plan says where looks take longer: one at a time, the next at once', async () => {
    const { began } = await play({ policy: policy({ interval: 100, successThreshold: 4 }), looks: [pass('ok')], lookMs: 250 })
    expect(began).toEqual([0, 250, 500, 750])
  })

  it('is dense for the first seconds after an effect of ours, by the time of the effect', async () => {
    const dense = policy({ dense: { interval: 200, for: 3_000 }, timeout: 5_000 })
    const fresh = await play({ policy: dense, looks: [pending('no pod is ready')], effectAgo: 2_500 })
    expect(fresh.began).toEqual([0, 200, 400, 1_400, 2_400, 3_400, 4_400, 5_400])
    for (const effectAgo of [undefined, 3_000]) {
      const sparse = await play({ policy: dense, looks: [pending('no pod is ready')], ...(effectAgo && { effectAgo }) })
      expect(sparse.began).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000])
    }
  })

  it('is never made sparser by the dense looks', async () => {
    const capped = policy({ interval: 100, dense: { interval: 200, for: 3_000 }, timeout: 300 })
    expect((await play({ policy: capped, looks: [pending('not yet')], effectAgo: 0 })).began).toEqual([0, 100, 200, 300])
  })
})

describe('holding', () => {
  const held = policy({ hold: 10_000, failureThreshold: 1 })

  it('takes as long as the plan says', async () => {
    const { result, ms } = await play({ policy: held, looks: [pass('ok')] })
    expect(result.result).toBe('passed')
    expect(ms).toBe(10_000)
  })

  it('tolerates as many failures as the plan says, and no more', async () => {
    const bad = pending('503')
    expect((await play({ policy: held, looks: [pass('ok'), bad, pass('ok')] })).result.result).toBe('passed')
    expect((await play({ policy: held, looks: [pass('ok'), bad, pass('ok'), bad, pass('ok')] })).result).toMatchObject({
      result: 'failed',
      verdict: 'fail',
    })
  })

  it('does not count time in which nobody looked', async () => {
    const { result, ms } = await play({ policy: held, looks: [pass('ok')], napBefore: new Map([[5, 3_600_000]]) })
    expect(result.result).toBe('passed')
    expect(result.progress.unobservedMs).toBeGreaterThanOrEqual(3_600_000)
    expect(ms).toBeGreaterThanOrEqual(3_610_000)
  })

  it('counts the time that a slow look takes: somebody was looking', async () => {
    const { result, ms } = await play({ policy: policy({ hold: 10_000, interval: 100 }), looks: [pass('ok')], lookMs: 900 })
    expect(result).toMatchObject({ result: 'passed', progress: { unobservedMs: 0 } })
    expect(ms).toBeLessThan(12_000)
  })

  it('costs no interval more because looks take now longer, now shorter, and is never looked at more often than the plan says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }), async (lookMs) => {
        const { result, ms, began } = await play({ policy: held, looks: [pass('ok')], lookMs })
        expect(result).toMatchObject({ result: 'passed', progress: { unobservedMs: 0 } })
        expect(result.progress.observedHoldMs).toBeGreaterThanOrEqual(10_000)
        expect(ms).toBeLessThanOrEqual(10_000 + 2 * Math.max(...lookMs))
        // The hold's very end may need one look more.
        for (const [index, at] of began.slice(0, -1).entries()) expect(at - (began[index - 1] ?? -1_000)).toBeGreaterThanOrEqual(1_000)
        expect(began.length).toBeLessThanOrEqual(12)
      }),
      { numRuns: 100 },
    )
  })

  it('ends with the last look, which begins before the hold is over', async () => {
    const { result, ms } = await play({ policy: held, looks: [pass('ok')], lookMs: 80 })
    expect(result.progress.observedHoldMs).toBe(10_000)
    expect(ms).toBe(80 + 10_000)
  })

  it('looks once more at its very end where the last look was faster than all before', async () => {
    const { result, ms, began } = await play({ policy: held, looks: [pass('ok')], lookMs: [80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 20] })
    expect(result).toMatchObject({ result: 'passed', progress: { unobservedMs: 0 } })
    expect(began).toHaveLength(12)
    expect(ms).toBe(80 + 10_000 + 80) // A twelfth look begins where the hold ends, and takes 80 ms.
  })

  it('goes on where an earlier process was, the time between unobserved', async () => {
    const clock = createSelfAdvancingClock()
    const from: GateProgress = { ...FRESH_GATE, phase: 'holding', observedHoldMs: 8_000, lastObservedAt: clock.now() - 60_000 }
    const { result, ms } = await play({ policy: held, looks: [pass('ok')], from })
    expect(result).toMatchObject({ result: 'passed', progress: { unobservedMs: 60_000 } })
    expect(ms).toBe(2_000)
  })

  it('that cannot see for as long as the timeout pauses', async () => {
    const { result } = await play({
      policy: policy({ hold: 600_000, timeout: 20_000, inconclusive: 'pause' }),
      looks: [pass('ok'), inconclusive('no answer')],
    })
    expect(result).toMatchObject({ result: 'failed', verdict: 'inconclusive' })
  })

  it('is kept every ten seconds', async () => {
    const { kept } = await play({ policy: policy({ hold: 35_000 }), looks: [pass('ok')] })
    expect(kept.length).toBe(4)
  })

  it('never ends on an answer that was not good, whatever comes', async () => {
    const verdicts = fc.constantFrom<Observation>(pass('ok'), pending('bad'), inconclusive('blind'))
    await fc.assert(
      fc.asyncProperty(
        fc.array(verdicts, { maxLength: 40 }),
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom('pause', 'fail', 'ignore'),
        async (script, failureThreshold, blind) => {
          const looks = [pass('settled'), ...script, pass('end')]
          const { result, looks: seen } = await play({
            policy: policy({ hold: 8_000, failureThreshold, inconclusive: blind, timeout: 15_000 }),
            looks,
          })
          if (result.result !== 'passed') return
          expect(looks[Math.min(seen - 1, looks.length - 1)]?.verdict).toBe('pass')
          expect(result.progress.observedHoldMs).toBeGreaterThanOrEqual(8_000)
          expect(result.progress.failed).toBeLessThanOrEqual(failureThreshold)
        },
      ),
      { numRuns: 200 },
    )
  })
})
