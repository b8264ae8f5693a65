/**
 * How often and how long a gate looks, and when it has settled. All times in milliseconds.
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
}

export const DEFAULT_GATE_POLICY: GatePolicy = {
  interval: 1_000,
  timeout: 60_000,
  successThreshold: 1,
  hold: 0,
  failureThreshold: 0,
  inconclusive: 'fail',
}
