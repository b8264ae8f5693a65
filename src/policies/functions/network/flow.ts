/** Where flows begin or end that is no workload of the plan. */
export const EDGE = 'the Ingress controller'
export const OUTSIDE = 'outside the cluster'
export const DNS = 'DNS'

/** A connection that the plan's objects imply. */
export interface NeededFlow {
  /** `Deployment/frontend`, or one of the places above. */
  readonly from: string
  /** `Deployment/backend`, `DNS`, or a host outside the plan. */
  readonly to: string
  readonly port: number
  readonly protocol: string
  readonly because: string
  /**
   * False: it may be meant, nobody can tell from the objects: an address that is only told to others, a host or an open Service that the plan does not
   * declare, a link that leads nowhere.
   */
  readonly certain: boolean
}
