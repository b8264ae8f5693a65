/** What the witness saw, in the order in which it saw it; times are milliseconds since the epoch. One a line, as JSON. */
export type Fact = Seen | Passage

/** A change in what the servers do, as seen by asking them directly, beside whoever migrates. */
export interface Seen {
  readonly type: 'seen'
  readonly at: number
  readonly what: Sight
}

/**
 * `router-written`, `router-removed`: the edge's file on its host. `router-loaded`, `router-unloaded`: Traefik's API. `new-side-answers`: the
 * cluster's Traefik gives the site. `job-stopped`, `allocations-ended`, `job-gone`: Nomad.
 */
export type Sight =
  | 'router-written'
  | 'router-removed'
  | 'router-loaded'
  | 'router-unloaded'
  | 'new-side-answers'
  | 'job-stopped'
  | 'allocations-ended'
  | 'job-gone'

/** One request of whoever migrates, as it went through a door; `visit` is one connection, for TLS hides what is asked in it. */
export interface Passage {
  readonly type: 'passage'
  readonly at: number
  readonly door: Door
  readonly method: string
  /** Without its query. */
  readonly path: string
}
export type Door = 'nomad' | 'traefik' | 'visit'

export const readFacts = (text: string): readonly Fact[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Fact)

export const passagesOf = (facts: readonly Fact[]): readonly Passage[] => facts.filter((fact) => fact.type === 'passage')

/** When it was first seen; undefined where it was not. */
export const firstSeen = (facts: readonly Fact[], what: Sight): number | undefined =>
  facts.find((fact): fact is Seen => fact.type === 'seen' && fact.what === what)?.at
