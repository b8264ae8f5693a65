/** The side of the migration that a fact is about. */
export type Side = 'old' | 'new'

/** One look at the world. No data is never success: what could not be seen is `inconclusive`, never `pass`. */
export type Observation =
  | {
      readonly verdict: 'pass'
      readonly reason: string
      readonly evidence?: readonly string[]
      /** After an undo: what stays on purpose, each with why ("Namespace x: namespaces are never deleted"). */
      readonly left?: readonly string[]
    }
  /** Not yet: waiting may help. */
  | {
      readonly verdict: 'pending'
      readonly reason: string
      readonly evidence?: readonly string[]
      readonly side?: Side
      readonly visitorSawIt?: boolean
    }
  /** It will not get better by waiting. `side` says which side failed; it decides where a rollback may go. */
  | { readonly verdict: 'fail'; readonly reason: string; readonly evidence?: readonly string[]; readonly side?: Side }
  /** Could not see: the API did not answer, the laptop slept. */
  | { readonly verdict: 'inconclusive'; readonly reason: string; readonly evidence?: readonly string[]; readonly side?: Side }

export type Verdict = Observation['verdict']

export const pass = (reason: string, evidence?: readonly string[]): Observation => ({
  verdict: 'pass',
  reason,
  ...(evidence && { evidence }),
})
export const pending = (
  reason: string,
  extra: { evidence?: readonly string[]; side?: Side; visitorSawIt?: boolean } = {},
): Observation => ({
  verdict: 'pending',
  reason,
  ...extra,
})
export const fail = (reason: string, extra: { evidence?: readonly string[]; side?: Side } = {}): Observation => ({
  verdict: 'fail',
  reason,
  ...extra,
})
export const inconclusive = (reason: string, evidence?: readonly string[], side?: Side): Observation => ({
  verdict: 'inconclusive',
  reason,
  ...(evidence && { evidence }),
  ...(side && { side }),
})

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, pending: 1, inconclusive: 2, fail: 3 }

/** Several looks as one: the worst verdict wins, the reasons of all that share it are joined, all evidence is kept. */
export function combine(observations: readonly Observation[]): Observation {
  const first = observations[0]
  if (first === undefined) return inconclusive('nothing was observed')
  const worst = observations.reduce((a, b) => (SEVERITY[b.verdict] > SEVERITY[a.verdict] ? b : a), first)
  const reason = observations
    .filter((each) => each.verdict === worst.verdict)
    .map((each) => each.reason)
    .join('; ')
  const evidence = observations.flatMap((each) => each.evidence ?? [])
  return { ...worst, reason, ...(evidence.length > 0 && { evidence }) }
}
