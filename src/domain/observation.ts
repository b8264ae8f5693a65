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
      /** Of a look at where visitors are not: they are nowhere, because no route answers them. */
      readonly nowhere?: true
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
  | {
      readonly verdict: 'inconclusive'
      readonly reason: string
      readonly evidence?: readonly string[]
      readonly side?: Side
      /** Set where it does see, and what it has gathered is too little yet: what to say when the time is over. */
      readonly tooLittle?: string
    }

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

/** Not enough yet to judge by; `tooLittle` says so once there is no more time. */
export const gathering = (reason: string, tooLittle: string, evidence?: readonly string[]): Observation => ({
  verdict: 'inconclusive',
  reason,
  tooLittle,
  ...(evidence && { evidence }),
})

/** What was seen outranks what was not: a wrong answer to a visitor is one, whatever else could not be looked at. */
const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, pending: 2, fail: 3 }

/**
 * Several looks as one: the worst verdict wins, the reasons of all that share it are joined, all evidence is kept. That a visitor saw it, and
 * which side it was about, is taken from the look that knows.
 */
export function combine(observations: readonly Observation[]): Observation {
  const first = observations[0]
  if (first === undefined) return inconclusive('nothing was observed')
  const { verdict } = observations.reduce((a, b) => (SEVERITY[b.verdict] > SEVERITY[a.verdict] ? b : a), first)
  const worst = observations.filter((each) => each.verdict === verdict)
  const visited = worst.find((each) => each.verdict === 'pending' && each.visitorSawIt === true)
  const blind = worst.filter((each) => each.verdict !== 'inconclusive' || each.tooLittle === undefined)
  const named = visited ?? blind.find((each) => each.verdict !== 'pass' && each.side !== undefined) ?? blind[0] ?? worst[0] ?? first
  const evidence = observations.flatMap((each) => each.evidence ?? [])
  const left = observations.flatMap((each) => (each.verdict === 'pass' ? (each.left ?? []) : []))
  return {
    ...named,
    reason: worst.map((each) => each.reason).join('; '),
    ...(evidence.length > 0 && { evidence }),
    ...(left.length > 0 && verdict === 'pass' && { left }),
  }
}
