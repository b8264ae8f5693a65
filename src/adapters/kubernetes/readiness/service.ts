import { asString, itemsOf, objectAt } from '../json-reading.ts'
import type { KubernetesObject } from '../../../domain/ports/kubernetes.ts'
import type { ReadinessRule } from './rule.ts'
import { current, inProgress, specOf } from './rule.ts'

/** kstatus is content with an address; a visitor needs at least one ready endpoint behind it (facts: Kubernetes 1). */
export const serviceReadiness: ReadinessRule = (object, around) => {
  if (specOf(object)['type'] === 'ExternalName') return current('the Service names an outside host')
  const endpoints = around.endpointSlices.flatMap((slice) => itemsOf(slice['endpoints']))
  const ready = endpoints.filter((endpoint) => isReady(endpoint))
  if (ready.length === 0) {
    const seen = endpoints.length === 0 ? 'its selector finds no pod that has an address' : `${endpoints.length} endpoints, none ready`
    return inProgress(
      `the Service has no ready endpoint: ${seen}`,
      around.endpointSlices.map((slice) => describeSlice(slice)),
    )
  }
  return current(`${ready.length} ready ${ready.length === 1 ? 'endpoint' : 'endpoints'}`)
}

/** `ready` left out means unknown, which the API says to read as ready (EndpointConditions). */
function isReady(endpoint: Readonly<Record<string, unknown>>): boolean {
  return objectAt(endpoint, 'conditions')?.['ready'] !== false
}

function describeSlice(slice: KubernetesObject): string {
  const endpoints = itemsOf(slice['endpoints']).map(
    (each) => `${asString(objectAt(each, 'targetRef')?.['name']) ?? 'an address'} ${isReady(each) ? 'ready' : 'not ready'}`,
  )
  return `EndpointSlice ${slice.metadata.name}: ${endpoints.length === 0 ? 'empty' : endpoints.join(', ')}`
}
