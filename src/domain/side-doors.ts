import type { Side } from './observation.ts'

/**
 * How one side is asked through the real edge: a router that only our secret header matches leads to it, with the same entry points, TLS and
 * middlewares as visitors go through. It may be the only way to ask a side at all (Consul Connect, mutual TLS).
 */
export interface SideDoor {
  readonly side: Side
  /** Its value is a secret of the run: sent, never printed. */
  readonly headers: Readonly<Record<string, string>>
  /** Services of the edge that answer for this side, with their provider: Traefik's metrics count by these names. */
  readonly services: readonly string[]
}

export type SideDoors = { readonly [Each in Side]: SideDoor }
