import { KINDS_OF_KUBERNETES } from './kind-order.ts'
import type { DeployedObject, DeployRecord } from './record.ts'

/** How many at once: as many as there are connections. */
const AT_ONCE = 6

/** Of Kubernetes itself, and read by pods alone: none of them needs another to be taken by the server. */
const READ_BY_PODS_ALONE: ReadonlySet<string> = new Set(['Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Service'])

/**
 * The objects in the order of their applies, those together that may be applied side by side: neighbours of one group of the plan's order that are of one
 * kind, or of kinds that do not need each other. Only kinds of Kubernetes itself are known not to need another of their kind.
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
  one.group === other.group && isOfKubernetes(one) && isOfKubernetes(other) && mayBeTogether(one.reference.kind, other.reference.kind)

const mayBeTogether = (one: string, other: string): boolean =>
  one === other || (READ_BY_PODS_ALONE.has(one) && READ_BY_PODS_ALONE.has(other))

const isOfKubernetes = ({ reference: { apiVersion, kind } }: DeployedObject): boolean => KINDS_OF_KUBERNETES[kind] === apiVersion
