import type { EdgeRouter } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import type { VisitorShare } from '../../domain/visitors.ts'
import { ALL_ON_NEW } from '../../domain/visitors.ts'
import type { OpenRecord, OpenSpec, RouteSet } from '../open-traefik-route/record.ts'
import type { Recorded } from '../recorded.ts'

export type HealthCheckSpec = { readonly path?: string | undefined; readonly interval: number; readonly timeout: number }

/** `only-me` is the open step itself; a percentage of visitors; Kubernetes first with the old side as spare; Kubernetes alone. */
export type Send = 'failover' | '100%' | `${number}%`
export type ShiftSpec = { readonly send: Send; readonly healthCheck?: HealthCheckSpec | undefined }
export type ShiftContext = StepContext<ShiftSpec>

export type ShiftRecord = {
  readonly send: Send
  /** The step that opened the route. */
  readonly opened: { readonly step: string; readonly record: OpenRecord }
  /** What the file holds of ours before and after this step. */
  readonly before: RouteSet
  readonly after: RouteSet
}

/** The steps that this run's record is about, as the engine keeps them. */
export interface OpenedRoute {
  readonly step: string
  readonly spec: OpenSpec
  readonly record: OpenRecord
}

export const isAlone = ({ send }: Pick<ShiftSpec, 'send'>): boolean => send === '100%'

/** Share of visitors that the new side gets of `N%`; undefined for the others. */
export function percentOf(send: Send): number | undefined {
  const [, digits] = /^(\d{1,2})%$/.exec(send) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Where visitors are while a portion holds. */
export function shareOf(send: Send): VisitorShare {
  const percent = percentOf(send)
  if (percent !== undefined) return { old: 100 - percent, new: percent }
  return send === 'failover' ? { ...ALL_ON_NEW, spare: 'old' } : ALL_ON_NEW
}

/** Where each route's visitors were before anything moved. */
export const replacedRouters = ({ opened }: ShiftRecord): readonly Recorded<EdgeRouter>[] =>
  opened.record.routes.map((each) => each.replaced)
