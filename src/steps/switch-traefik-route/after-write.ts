import type { GatePolicy } from '../../domain/gate-policy.ts'
import { DEFAULT_GATE_POLICY } from '../../domain/gate-policy.ts'

/**
 * What a write of ours into the edge's file is looked at with: ten passes in a row, close together while what comes of it may be there any moment (a
 * throttle of 2 s, and a second of passes), then two looks a second.
 */
export const AFTER_EDGE_WRITE: GatePolicy = {
  ...DEFAULT_GATE_POLICY,
  interval: 500,
  dense: { interval: 100, for: 4_000 },
  timeout: 30_000,
  successThreshold: 10,
}
