import type { LabFault } from '../../contract.ts'
import { parseKey, removeStored } from '../store.ts'
import type { KubernetesWorld } from '../world.ts'
import { stagesOf } from './container-states.ts'
import { reconcileClaims } from './claims.ts'
import { reconcileDeployments } from './deployments.ts'
import { reconcileEndpointSlices } from './endpoint-slices.ts'
import { reconcilePods } from './pods.ts'

export interface Moment {
  readonly world: KubernetesWorld
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly faults: ReadonlySet<LabFault>
}

/** More rounds than any chain of controllers is long; then something would be wrong with them. */
const ROUNDS = 10

/**
 * Lets the controllers do all that was due until now, each thing at its own time: a pod that was made while nobody asked has been ready
 * since then. Time that goes backwards is taken as standing still.
 */
export function reconcile({ world, now, faults }: Moment): void {
  const until = Math.max(now, world.reconciledAt)
  for (let next = nextDue(world, until); next !== undefined; next = nextDue(world, until)) settle({ world, now: next, faults })
  settle({ world, now: until, faults })
}

/** When something becomes due after the last time anybody looked. */
function nextDue(world: KubernetesWorld, until: number): number | undefined {
  const times = [
    ...Object.values(world.leaving),
    ...Object.values(world.touched).map((time) => time + world.controllerDelayMs),
    ...Object.values(world.pods).flatMap(({ startedAt }) => stagesOf(world).map((stage) => startedAt + stage)),
  ].filter((time) => time > world.reconciledAt && time <= until)
  return times.length === 0 ? undefined : Math.min(...times)
}

function settle(moment: Moment): void {
  const { world } = moment
  world.reconciledAt = moment.now
  for (let round = 0; round < ROUNDS; round++) {
    const before = world.resourceVersion
    collectGarbage(moment)
    reconcileClaims(moment)
    reconcileDeployments(moment)
    reconcilePods(moment)
    reconcileEndpointSlices(moment)
    if (world.resourceVersion === before) return
  }
  throw new Error('the controllers of the lab do not come to rest')
}

function collectGarbage({ world, now }: Moment): void {
  for (const [key, goneAt] of Object.entries(world.leaving)) if (goneAt <= now) removeStored(world, parseKey(key))
}
