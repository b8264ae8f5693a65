import { describe, expect, it } from 'vitest'
import { shareText, visitorsNowTexts } from '../../../src/cli/render/visitors.ts'
import type { VisitorShare, VisitorsNow } from '../../../src/domain/visitors.ts'

const AT = new Date(2026, 10, 21, 14, 5, 9).getTime()
const seen = (share: VisitorShare, verdict: 'pass' | 'pending' | 'inconclusive', how = 'no router leads there'): VisitorsNow => ({
  seen: true,
  at: AT,
  share,
  how,
  answer: { verdict, reason: verdict === 'pass' ? 'a visitor answered 200 in 9 ms' : 'a visitor: status 502, expected 200' },
})

describe('a share', () => {
  it.each([
    [{ old: 100, new: 0 }, 'all visitors on Nomad'],
    [{ old: 95, new: 5 }, '5% of visitors on Kubernetes, 95% on Nomad'],
    [{ old: 0, new: 100 }, 'all visitors on Kubernetes'],
    [{ old: 0, new: 100, spare: 'old' }, 'all visitors on Kubernetes, Nomad as spare while its health check fails'],
  ] as const)('%j', (share, text) => expect(shareText(share)).toBe(text))
})

describe('where visitors are', () => {
  it('says who says so and when, and what a visitor gets', () => {
    expect(visitorsNowTexts(seen({ old: 50, new: 50 }, 'pass'))).toEqual([
      "50% of visitors on Kubernetes, 50% on Nomad: the edge's own routers say so (seen at 14:05:09)",
      'a visitor answered 200 in 9 ms',
    ])
  })

  it('does not say that visitors are on Nomad because they are not on Kubernetes, where nobody answers them', () => {
    expect(visitorsNowTexts(seen({ old: 100, new: 0 }, 'pass'))[0]).toBe('all visitors on Nomad: no router leads there (seen at 14:05:09)')
    expect(visitorsNowTexts(seen({ old: 100, new: 0 }, 'pending'))).toEqual([
      'none on Kubernetes: no router leads there (seen at 14:05:09)',
      'a visitor: status 502, expected 200',
    ])
    expect(visitorsNowTexts(seen({ old: 50, new: 50 }, 'inconclusive'))[1]).toBe(
      'could not ask as a visitor: a visitor: status 502, expected 200',
    )
  })

  it('that nobody saw is said, with what was verified last and when', () => {
    expect(visitorsNowTexts({ seen: false, why: 'the edge does not answer' })).toEqual(['not seen: the edge does not answer'])
    expect(visitorsNowTexts({ seen: false, why: 'x', last: { at: AT, share: { old: 95, new: 5 } } })[1]).toBe(
      'last verified, 2026-11-21 14:05:09: 5% of visitors on Kubernetes, 95% on Nomad',
    )
  })
})
