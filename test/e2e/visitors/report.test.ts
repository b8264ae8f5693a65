import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentile, report, sidesOverTime } from './report.ts'
import type { Recorded, Sample } from './sample.ts'
import { table } from './table.ts'

const sample = (at: number, more: Partial<Sample> = {}): Sample => ({
  type: 'sample',
  at,
  ms: 1,
  asked: 'get',
  connection: 'kept',
  status: 200,
  verdict: 'right',
  side: 'nomad',
  ...more,
})

function failedAt(at: number): Sample {
  const { side: _, ...rest } = sample(at, { verdict: 'failed', status: 502 })
  return rest
}

describe('a percentile', () => {
  it('is one of the values, and as many as it says do not exceed it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const found = percentile(values, percent) ?? -1
        expect(values).toContain(found)
        expect(values.filter((each) => each <= found).length).toBeGreaterThanOrEqual((percent / 100) * values.length)
        expect(values.filter((each) => each < found).length).toBeLessThan((percent / 100) * values.length)
      }),
    )
  })

  it('of nothing is nothing', () => expect(percentile([], 50)).toBe(undefined))

  it('of numbers goes by size, not by their digits', () => expect(percentile([100, 9, 20], 50)).toBe(20))
})

describe('a report', () => {
  const moves = [{ from: 1000, to: 2000 }]

  it('counts what failed, what was wrong and what sockets were lost, and says when', () => {
    const recorded: readonly Recorded[] = [
      sample(500),
      sample(1500, { verdict: 'failed', status: 502, why: '502: Bad Gateway' }),
      sample(1600, { verdict: 'wrong', why: 'another page' }),
      { type: 'socket-lost', at: 1700, side: 'nomad' },
      sample(2500, { side: 'kubernetes' }),
    ]
    expect(report(recorded, moves)).toMatchObject({
      sent: 4,
      failed: 1,
      wrong: 1,
      socketsLost: 1,
      trouble: { from: 1501, to: 1600 },
      examples: [expect.stringContaining('502: Bad Gateway'), expect.stringContaining('another page')],
    })
  })

  it('has no trouble where all was right', () => {
    const seen = report([sample(0), sample(3000)], moves)
    expect(seen).not.toHaveProperty('trouble')
    expect(seen).toMatchObject({ failed: 0, wrong: 0, windows: { during: { sent: 0 } } })
    expect(seen.windows.during).not.toHaveProperty('p50')
  })

  it('measures each window alone, and not what was slow by request, what failed, or the WebSocket', () => {
    const recorded = [
      sample(0, { ms: 2 }),
      sample(100, { ms: 300, asked: 'slow' }),
      sample(200, { ms: 9000, verdict: 'failed' }),
      sample(300, { ms: 80, asked: 'socket-echo' }),
      sample(1500, { ms: 7 }),
      sample(2500, { ms: 5, asked: 'post' }),
    ]
    expect(report(recorded, moves).windows).toEqual({
      before: { sent: 4, p50: 2, p99: 2 },
      during: { sent: 1, p50: 7, p99: 7 },
      after: { sent: 1, p50: 5, p99: 5 },
    })
  })
})

it('tells who answered over time, in the order in which requests were sent', () => {
  const stretches = sidesOverTime([
    sample(0),
    sample(150),
    sample(250),
    sample(260, { side: 'kubernetes' }),
    sample(300, { side: 'kubernetes' }),
    // It stays with its server: no sign of where visitors are sent.
    sample(310, { asked: 'socket-echo' }),
    failedAt(400),
  ])
  expect(stretches).toEqual([
    { by: 'nomad', forMs: 200 },
    { by: 'both', forMs: 100 },
    { by: 'kubernetes', forMs: 100 },
    { by: 'nobody', forMs: 100 },
  ])
})

it('is shown as a table', () => {
  const lines = table([
    { name: 'whole run', settings: 'fast', report: report([sample(0, { ms: 2 }), sample(1000, { ms: 3 })], [{ from: 900, to: 1100 }]) },
  ]).split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toMatch(/^whole run {2}fast +2 +0 +0 +0 +2\.0\/2\.0 +3\.0\/3\.0 +- +1\.5x +nomad 0\.2 s$/)
})
