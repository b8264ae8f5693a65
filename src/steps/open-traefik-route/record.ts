import type { Json } from '../../domain/json.ts'
import type { EdgeRouter, RouterDefinition, LoadBalancerService, ServiceDefinition, WeightedService } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import type { Recorded } from '../recorded.ts'
import type { SwitchRecord, SwitchSpec } from '../switch-traefik-route/record.ts'

/** What the plan says: a route as `switch-traefik-route` writes it, and how it is shared and what moves along. */
export type OpenSpec = SwitchSpec & {
  readonly sticky?: { readonly cookie: string; readonly secure?: boolean | undefined; readonly httpOnly?: boolean | undefined } | undefined
  /** Routers that lead to the same service as the replaced one and stay where they are. */
  readonly leaves?: readonly string[] | undefined
  /** What is different, for a router that moves along, from what is derived. */
  readonly moves?: Readonly<Record<string, MoveOptions>> | undefined
}
export type MoveOptions = { readonly router?: string | undefined; readonly middlewares?: readonly string[] | undefined }
export type OpenContext = StepContext<OpenSpec>

/** A router of the file that only our secret header matches. */
export type Door = { readonly name: string; readonly definition: Recorded<RouterDefinition> }

/** One router that moves: ours as it will lead to Kubernetes alone, the one it takes over from, and a door to each side of it. */
export type MovingRoute = {
  readonly name: string
  /** The site's own; of another host nobody has said what to expect. */
  readonly site: boolean
  readonly definition: Recorded<RouterDefinition>
  readonly replaced: Recorded<EdgeRouter>
  readonly doors: { readonly old: Door; readonly new: Door }
}

export type OpenRecord = {
  readonly file: SwitchRecord['file']
  /** The site's own first; others that lead to the same job after it. */
  readonly routes: readonly MovingRoute[]
  /** Services that answer for each side while the route is shared, with their provider. */
  readonly services: { readonly old: string; readonly new: string }
  /** The plan's own service, with its provider: where the route leads in the end. */
  readonly target: string
  /**
   * Set where `services.new` is ours: a copy of the plan's service, for this site alone. Many sites may share that one (a cluster's Ingress
   * controller), and neither its counters nor its health would be those of this site.
   */
  readonly copy?: Recorded<LoadBalancerService>
  readonly sticky?: Recorded<NonNullable<WeightedService['sticky']>['cookie']>
  /** Value of the doors' header; never printed. */
  readonly secret: string
}

/** Keys of ours in the file. */
export type RouteSet = {
  readonly routers: Readonly<Record<string, Recorded<RouterDefinition>>>
  readonly services: Readonly<Record<string, ServiceDefinition & Json>>
}

export const NOTHING: RouteSet = { routers: {}, services: {} }

/** The site's own route: there always is one. */
export function siteRoute({ routes }: Pick<OpenRecord, 'routes'>): MovingRoute {
  const [first] = routes
  if (first === undefined) throw new Error('a record without a route')
  return first
}
