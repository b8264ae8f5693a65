import type { KubernetesObject } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'

interface Grouped {
  readonly object: KubernetesObject
  /** From 1; undefined: of no group, and nobody waits for it. */
  readonly group?: number
}

/**
 * Services that no pod can answer when their turn comes: a Service is ready when a pod stands behind it, and all the workloads of the step that it selects come
 * after its group.
 */
export function neverReady(objects: readonly Grouped[]): readonly Problem[] {
  return objects.flatMap((service) => {
    const { group } = service
    if (group === undefined || service.object.kind !== 'Service') return []
    const selected = objects.filter(({ object }) => selects(service.object, object))
    const later = (each: Grouped): boolean => each.group === undefined || each.group > group
    return selected.length > 0 && selected.every(later) ? [cannotBeReady(service.object, group, selected)] : []
  })
}

/** Whether the Service selects the pods of the workload, by the labels of its template. */
function selects(service: KubernetesObject, workload: KubernetesObject): boolean {
  if (service.metadata.namespace !== workload.metadata.namespace) return false
  const selector = Object.entries(mapOf(fieldAt(service['spec'], ['selector'])))
  const spec = workload['spec']
  const labels = mapOf(workload.kind === 'Pod' ? workload.metadata.labels : fieldAt(spec, ['template', 'metadata', 'labels']))
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
}

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

const fieldAt = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => mapOf(inner)[key], value)

function cannotBeReady({ metadata: { name } }: KubernetesObject, group: number, selected: readonly Grouped[]): Problem {
  const names = selected.map(({ object }) => `${object.kind}/${object.metadata.name}`).join(', ')
  const when = selected.every((each) => each.group === undefined) ? 'is in no group and comes after them all' : 'comes later'
  return {
    code: 'order-cannot-be-ready',
    summary: `\`order\` waits in group ${group} for Service/${name}, which is ready when a pod stands behind it, and ${names} ${when}`,
    next: [`name Service/${name} in the group of ${names}, or leave it out of \`order\`: nobody waits for it then`],
    effect: 'no',
  }
}
