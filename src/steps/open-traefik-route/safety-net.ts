import type { RouterDefinition } from '../../domain/ports/index.ts'
import type { Recorded } from '../recorded.ts'
import { recorded } from '../recorded.ts'
import type { MovingRoute } from './record.ts'

export const netName = (route: string): string => `${route}-net`

/**
 * A router right below ours, as ours will be at the end. While a route is shared it depends on the old side's service, which goes when the job
 * has no healthy server left: Traefik then disables our router (facts: Traefik 14), and without the net every visitor would be answered 404
 * although Kubernetes is well. Not by the copy of the service that doors and portions use: Traefik's metrics count by service.
 */
export const netOf = ({ name, definition }: MovingRoute): readonly [string, Recorded<RouterDefinition>] => [
  netName(name),
  recorded({ ...definition, priority: definition.priority - 1 }),
]
