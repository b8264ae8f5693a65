import type { Observation } from '../../domain/observation.ts'
import { fail, gathering, inconclusive, pass, pending } from '../../domain/observation.ts'
import type { Limits } from './limits.ts'
import { failsTooOften, isBroken, isEnough, latencyOf, willFailTooOften } from './limits.ts'
import type { BothSides, Pair, Sample } from './sample.ts'
import { ownSample, rateOf } from './sample.ts'
import type { Uncounted } from './counting.ts'
import { countsText, percent, progressText, sampleText, timeOf } from './words.ts'

export interface Gathered {
  readonly pairs: readonly Pair[]
  readonly visitors: BothSides<Sample> | Uncounted
  /** What a reader of the verdict must know of how it was gathered. */
  readonly notes: readonly string[]
  /** Why the visitors could not be seen at this look although they are counted. */
  readonly unseen?: string
}

const VISITORS = 'visitors'
const OWN = 'our own paired requests'

/** What is judged, and in what words. */
interface Case {
  readonly own: BothSides<Sample>
  readonly visitors: BothSides<Sample> | Uncounted
  readonly limits: Limits
  readonly evidence: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Pure. One look at what has gathered. Visitors decide once there are enough of them on each side, otherwise our own requests; but no verdict
 * is good while either of the two, or the old side, says otherwise.
 */
export function judge(gathered: Gathered, limits: Limits): Observation {
  const { pairs, unseen } = gathered
  const judged = caseOf(gathered, limits)
  if (willFailTooOften(judged.own, limits)) return failsMore(judged, OWN, judged.own)
  return (
    failedVisitors(judged) ?? badOldSide(judged, pairs) ?? (unseen === undefined ? decide(judged) : inconclusive(unseen, judged.evidence))
  )
}

/** Pure. A look without a pair of our own: the visitors whom Traefik counts may say enough, otherwise what kept us from asking. */
export function withoutPair(unasked: Observation, gathered: Gathered, limits: Limits): Observation {
  if (unasked.verdict === 'fail') return unasked
  return failedVisitors(caseOf(gathered, limits)) ?? unasked
}

function caseOf({ pairs, visitors, notes }: Gathered, limits: Limits): Case {
  const own = { old: ownSample(pairs.map((pair) => pair.old)), new: ownSample(pairs.map((pair) => pair.new)) }
  const counted = 'uncounted' in visitors ? visitors.uncounted : sampleText(VISITORS, visitors)
  return { own, visitors, limits, evidence: [sampleText(OWN, own), counted, ...lastWrong(pairs), ...notes], notes }
}

/** Visitors come when they come: until the old side has had enough of them, how often it fails is not known well enough to judge by. */
function failedVisitors(judged: Case): Observation | undefined {
  const { visitors, limits } = judged
  if ('uncounted' in visitors || visitors.old.requests < limits.samples) return undefined
  return willFailTooOften(visitors, limits) ? failsMore(judged, VISITORS, visitors) : undefined
}

function failsMore({ limits, evidence }: Case, who: string, { old, new: fresh }: BothSides<Sample>): Observation {
  const rate = (side: Sample): string => `${side.failed} of ${side.requests} (${percent(rateOf(side))})`
  const reason = `${who}: the new side failed ${rate(fresh)}, the old one ${rate(old)}; ${percent(limits.errorRate)} more are allowed`
  return fail(reason, { side: 'new', evidence })
}

/** A site that is broken on both sides is no reason to go on, and none to blame the new side. */
function badOldSide({ own, limits, evidence }: Case, pairs: readonly Pair[]): Observation | undefined {
  const [wrong] = pairs.at(-1)?.old.wrong ?? []
  if (wrong !== undefined)
    return pending(`the old side answers wrong, so nothing can be judged by it: ${wrong}`, { side: 'old', visitorSawIt: true, evidence })
  if (!isBroken(own.old, limits)) return undefined
  const reason = `the old side failed ${own.old.failed} of ${own.old.requests} of ${OWN}: until that is ${percent(limits.errorRate)} at most, nothing can be judged by it`
  return pending(reason, { side: 'old', evidence })
}

function decide(judged: Case): Observation {
  const { own, visitors, limits, evidence, notes } = judged
  const counted = 'uncounted' in visitors ? undefined : visitors
  const byVisitors = counted !== undefined && isEnough(counted, limits)
  if (!byVisitors && !isEnough(own, limits)) {
    const seen = 'uncounted' in visitors ? visitors.uncounted : sampleText(VISITORS, visitors)
    const tooFew = `too few samples: ${progressText(own, limits.samples, '')}`
    return gathering(`${progressText(own, limits.samples)}, ${OWN}; ${seen}`, tooFew, evidence)
  }
  if (counted !== undefined && failsTooOften(counted, limits)) {
    const unsure = 'more of the visitors fail on the new side, but too few came to be sure'
    return gathering(`${unsure}; ${sampleText(VISITORS, counted)}`, unsure, evidence)
  }
  const why = 'uncounted' in visitors ? visitors.uncounted : `too few visitors (${countsText(visitors)})`
  const basis = byVisitors ? sampleText(VISITORS, counted) : `${why}: judged on ${sampleText(OWN, own)}`
  return byLatency(judged, byVisitors ? counted : own, [basis, ...notes].join('; '))
}

/** Where Traefik's buckets are too coarse to tell, our own requests do: their times are exact. */
function byLatency({ own, limits, evidence }: Case, deciding: BothSides<Sample>, basis: string): Observation {
  const latency = latencyOf(deciding, limits)
  if (latency === 'fine') return pass(basis, evidence)
  if (latency === 'too-slow') return tooSlow(deciding, limits, basis, evidence)
  const coarse = "Traefik's buckets are too coarse to tell whether the new side is too slow"
  if (!isEnough(own, limits)) {
    const tooFew = `${coarse}, and too few samples of our own: ${progressText(own, limits.samples, '')}`
    return gathering(`${progressText(own, limits.samples)}, ${OWN}; ${coarse}; ${basis}`, tooFew, evidence)
  }
  if (latencyOf(own, limits) === 'too-slow') return tooSlow(own, limits, basis, evidence)
  return pass(`${basis}; ${coarse}, but ${sampleText(OWN, own)}`, evidence)
}

function tooSlow({ old, new: fresh }: BothSides<Sample>, { slower }: Limits, basis: string, evidence: readonly string[]): Observation {
  const times = old.p95 && fresh.p95 ? `: p95 ${timeOf(fresh.p95)} against ${timeOf(old.p95)}` : ''
  return fail(`the new side takes more than ${slower} times as long as the old one${times}; ${basis}`, { side: 'new', evidence })
}

/** The latest wrong answer of each side. */
function lastWrong(pairs: readonly Pair[]): readonly string[] {
  return (['old', 'new'] as const).flatMap((side) => {
    const latest = pairs.findLast((pair) => pair[side].wrong.length > 0)?.[side]
    return latest === undefined ? [] : [`${side} side, ${latest.path}: ${latest.wrong.join('; ')}`]
  })
}
