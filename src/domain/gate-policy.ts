/**
 * How often and how long a gate looks, and when it has settled. All times in milliseconds. Looks begin `interval` apart; one that takes longer
 * is followed by the next at once.
 *
 * First it settles: `successThreshold` passes in a row within `timeout`. Then it holds for `hold`, tolerating
 * `failureThreshold` failed observations (in all). Hold time accrues only between observations at most 2 × `interval` apart.
 */
export interface GatePolicy {
  readonly interval: number
  readonly timeout: number
  readonly successThreshold: number
  readonly hold: number
  readonly failureThreshold: number
  readonly inconclusive: 'pause' | 'fail' | 'ignore'
  /** Closer looks right after an effect of ours, where what comes of it may be there any moment: so far apart, for so long after the effect. */
  readonly dense?: { readonly interval: number; readonly for: number }
}

/** How far apart looks begin so long after an effect of ours, milliseconds; undefined: none of ours came before. Only what falls into that time is dense. */
export const intervalAt = ({ interval, dense }: GatePolicy, sinceEffect: number | undefined): number =>
  dense !== undefined && sinceEffect !== undefined && sinceEffect + dense.interval <= dense.for
    ? Math.min(dense.interval, interval)
    : interval

export const DEFAULT_GATE_POLICY: GatePolicy = {
  interval: 1_000,
  timeout: 60_000,
  successThreshold: 1,
  hold: 0,
  failureThreshold: 0,
  inconclusive: 'fail',
}
