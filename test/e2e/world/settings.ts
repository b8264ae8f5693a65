/** How a world's servers are set. Durations as Traefik writes them: `100ms`, `15s`. */
export interface WorldSettings {
  /** The edge's providersThrottleDuration: how long it sleeps after it has read its file. */
  readonly throttle: string
  /** How often the edge asks the Consul catalog. */
  readonly catalogRefresh: string
  /** Whether the edge's file provider watches one file or the folder that it lies in. */
  readonly fileProvider: 'file' | 'directory'
  /** Whether the edge counts requests for Prometheus, at `/metrics` of its API's address. */
  readonly metrics: boolean
  /** Seconds that the job's group goes on serving after it was deregistered. */
  readonly shutdownDelaySeconds: number
  /** Whether a container registry runs in the world (`world.registry`). */
  readonly registry: boolean
}

/** What a test that waits for Traefik wants. */
export const FAST: WorldSettings = {
  throttle: '100ms',
  catalogRefresh: '1s',
  fileProvider: 'file',
  metrics: false,
  shutdownDelaySeconds: 2,
  registry: false,
}

/** What Traefik does when nothing is set, and the delay that a Consul Catalog edge needs then (facts: Traefik 2 and 20, Nomad 9). */
export const DEFAULTS: WorldSettings = {
  ...FAST,
  throttle: '2s',
  catalogRefresh: '15s',
  fileProvider: 'directory',
  shutdownDelaySeconds: 20,
}
