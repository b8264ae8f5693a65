import { describe, expect, it } from 'vitest'
import { createPage } from '../../../src/cli/render/page.ts'
import { resultLines } from '../../../src/cli/render/result.ts'
import type { RunResult, Whereabouts } from '../../../src/domain/event.ts'
import { REPORT } from '../fake-application.ts'

const AT = new Date(2026, 10, 21, 14, 5, 9).getTime()
const page = createPage({ width: 80, colour: false })
const said = (result: RunResult): string => resultLines(page, result, { plan: 'p.yaml', lab: true }).join('\n')
/** The same without the page's line breaks. */
const flat = (result: RunResult): string => said(result).replaceAll(/\s+/g, ' ')

const change = (system: string, object: string) => ({ system, object, action: 'update' as const })
const HALF: Whereabouts = {
  visitors: {
    seen: true,
    at: AT,
    share: { old: 50, new: 50 },
    how: 'router k8s-jmc@file wins',
    answer: { verdict: 'pass', reason: 'a visitor answered 200 in 9 ms' },
  },
  inPlace: [
    { step: 'deploy', changes: [change('kubernetes', 'Deployment a'), change('kubernetes', 'Service a')] },
    { step: 'only-me', changes: [change('traefik', 'doors')] },
    { step: 'half', changes: [change('traefik', 'route')], unsettled: true },
  ],
  ahead: 'nomad-removed',
}
const SHARE = "50% of visitors on Kubernetes, 50% on Nomad: the edge's own routers say so (seen at 14:05:09)"
const problem = { code: 'x', summary: 'it broke', next: [], effect: 'unknown' as const }

const ends: readonly RunResult[] = [
  { ...HALF, outcome: 'done', state: 'at-half' },
  { ...HALF, outcome: 'rolled-back', state: 'at-half', cause: 'commanded', report: { ...REPORT, left: [] } },
  { ...HALF, outcome: 'failed', state: 'at-half', problems: [problem] },
  { ...HALF, outcome: 'declined', state: 'at-half' },
  { ...HALF, outcome: 'paused', state: 'at-half', step: 'half', reason: 'too few samples', evidence: [], next: [] },
  { ...HALF, outcome: 'stuck', state: 'at-half', step: 'half', problem, manual: ['kubectl get pods'] },
  { ...HALF, outcome: 'interrupted', state: 'at-half', signal: 'SIGTERM' },
]

describe('every end', () => {
  it.each(ends.map((end) => [end.outcome, end] as const))('%s says where visitors are', (_, end) => expect(flat(end)).toContain(SHARE))

  it.each(ends.filter(({ outcome }) => outcome !== 'done').map((end) => [end.outcome, end] as const))(
    '%s says what of the run is in place, and what is not certain',
    (_, end) => {
      expect(flat(end)).toContain('In place in Kubernetes: deploy (2 changes)')
      expect(flat(end)).toContain("in the edge's file: only-me, half (perhaps in part, or not at all)")
    },
  )

  it('of a plan that moves no visitors says nothing of them', () => {
    expect(said({ outcome: 'done', state: 'x' })).not.toContain('Visitors')
  })
})

describe('that nobody watches any more', () => {
  it.each(
    ends
      .filter(({ outcome }) => ['done', 'rolled-back', 'paused', 'interrupted'].includes(outcome))
      .map((end) => [end.outcome, end] as const),
  )('%s while visitors are shared, with both ways', (_, end) =>
    expect(flat(end)).toContain('by nobody now: `jmc-migrate run p.yaml --lab` goes on, `jmc-migrate rollback p.yaml --lab` goes back'),
  )

  it('is no matter once all is done', () => {
    const { ahead: _, ...all } = HALF
    expect(flat({ ...all, outcome: 'done', state: 'nomad-removed' })).not.toContain('by nobody')
  })

  it('offers no way back where there is none', () => {
    const past = flat({ ...HALF, noWayBack: 'step purge was done', outcome: 'interrupted', state: 'x', signal: 'SIGINT' })
    expect(past).toContain('goes on; step purge was done')
    expect(past).not.toContain('jmc-migrate rollback')
  })
})

it('an interrupted rollback says where it leads, what is left of it, and what goes on with just that', () => {
  const back: RunResult = {
    ...HALF,
    rollingBack: { to: 'at-five', left: ['with-spare', 'half'], whole: false },
    outcome: 'interrupted',
    state: 'spare',
    signal: 'SIGINT',
  }
  expect(flat(back)).toContain('! Rollback to at-five interrupted by SIGINT at spare')
  expect(flat(back)).toContain('To undo in this order: with-spare, half')
  expect(said(back)).toContain('\n    jmc-migrate rollback p.yaml --lab --to at-five\n')
  expect(said(back)).not.toContain('jmc-migrate run')
  const whole = { ...back, rollingBack: { to: 'nomad-only', left: ['half'], whole: true } }
  expect(said(whole)).toContain('\n    jmc-migrate rollback p.yaml --lab\n')
})

it('where a rollback leaves something of the run in place, it does not say that nothing is left', () => {
  expect(flat(ends[1]!)).toContain('Left nothing of what was undone')
  expect(said(ends[1]!)).toContain('    jmc-migrate rollback p.yaml --lab')
})
