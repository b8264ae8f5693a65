import { KINDS_OF_KUBERNETES } from './kind-order.ts'
import type { DeployedObject, DeployRecord } from './record.ts'

/** How many at once: as many as there are connections. */
const AT_ONCE = 6

/**
 * The objects in the order of their applies, those together that may be applied side by side: neighbours of one kind and one group of the plan's order.
 * Only kinds of Kubernetes itself are known not to need another of their kind.
 */
export function wavesOf({ objects }: DeployRecord): readonly (readonly DeployedObject[])[] {
  const waves: DeployedObject[][] = []
  for (const each of objects) {
    const last = waves.at(-1)
    if (last?.[0] !== undefined && last.length < AT_ONCE && isAlike(last[0], each)) last.push(each)
    else waves.push([each])
  }
  return waves
}

const isAlike = (one: DeployedObject, other: DeployedObject): boolean =>
  one.group === other.group &&
  one.reference.kind === other.reference.kind &&
  one.reference.apiVersion === other.reference.apiVersion &&
  KINDS_OF_KUBERNETES[one.reference.kind] === one.reference.apiVersion
