import type { Json } from '../../domain/json.ts'
import { groupedBy } from './grouped.ts'
import { kindOf, nameOf, namespaceOf } from './identity.ts'
import { neighbours } from './neighbours.ts'
import { containers } from './pods.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, mapOf, numberOf, textOf } from './value.ts'

/** A HorizontalPodAutoscaler and the workload it scales. */
export interface Autoscaler {
  readonly object: string
  readonly path: string
  /** `Deployment/todo-backend`. */
  readonly target: string
  /** The target is one of the plan's objects. */
  readonly found: boolean
  /** The target's manifest sets `replicas`. */
  readonly setsReplicas: boolean
  /** Others that scale the same target. */
  readonly rivals: readonly string[]
  readonly min: number
  readonly max: number
}

export function autoscalers(objects: readonly Json[]): readonly Autoscaler[] {
  const own = neighbours(objects)
  const all = objects.filter((object) => kindOf(object) === 'HorizontalPodAutoscaler')
  const whose = (object: Json): string => `${namespaceOf(object, '')}/${targetOf(object)}`
  const byTarget = groupedBy(all, whose)
  return all.map((object) => {
    const target = own(object).get(targetOf(object))
    return {
      object: nameOf(object),
      path: 'spec.scaleTargetRef',
      target: target === undefined ? targetOf(object) : nameOf(target),
      found: target !== undefined,
      setsReplicas: fieldOf(target, 'spec.replicas') !== undefined,
      rivals: (byTarget.get(whose(object)) ?? []).filter((other) => other !== object).map(nameOf),
      min: numberOf(fieldOf(object, 'spec.minReplicas')) ?? 1,
      max: numberOf(fieldOf(object, 'spec.maxReplicas')) ?? 0,
    }
  })
}

export function targetOf(autoscaler: Value): string {
  const reference = fieldOf(autoscaler, 'spec.scaleTargetRef')
  return `${textOf(fieldOf(reference, 'kind'))}/${textOf(fieldOf(reference, 'name'))}`
}

/** A metric of an autoscaler that counts in percent of what pods request. */
export interface Utilization {
  readonly object: string
  readonly path: string
  readonly resource: string
  readonly percent: number
  readonly target: string
  /** Containers of the target that request nothing of the resource: the metric cannot be computed for their pods. */
  readonly without: readonly string[]
}

/** Of all autoscalers, in `autoscaling/v2` (`metrics`) and v1 (`targetCPUUtilizationPercentage`). */
export function utilizations(objects: readonly Json[]): readonly Utilization[] {
  const own = neighbours(objects)
  return objects
    .filter((object) => kindOf(object) === 'HorizontalPodAutoscaler')
    .flatMap((autoscaler) =>
      percentages(autoscaler).map(({ path, resource, container, percent }) => {
        const target = targetOf(autoscaler)
        const counted = containers(own(autoscaler).get(target)).filter(({ name }) => container === '' || name === container)
        const without = counted.filter((each) => !requests(each, resource)).map(({ name }) => textOf(name))
        return { object: nameOf(autoscaler), path, resource, percent, target, without }
      }),
    )
}

/** A limit without a request is a request of the same size (Kubernetes documentation, "Resource Management"). */
function requests(container: Value, resource: string): boolean {
  return ['requests', 'limits'].some((field) => mapOf(fieldOf(container, `resources.${field}`))[resource] !== undefined)
}

function percentages(autoscaler: Json): readonly { path: string; resource: string; container: string; percent: number }[] {
  const old = numberOf(fieldOf(autoscaler, 'spec.targetCPUUtilizationPercentage'))
  const first = old === undefined ? [] : [{ path: 'spec.targetCPUUtilizationPercentage', resource: 'cpu', container: '', percent: old }]
  const listed = listOf(fieldOf(autoscaler, 'spec.metrics')).flatMap((metric, index) =>
    (['resource', 'containerResource'] as const).flatMap((field) => {
      const percent = numberOf(fieldOf(metric, `${field}.target.averageUtilization`))
      if (percent === undefined) return []
      const resource = textOf(fieldOf(metric, `${field}.name`))
      const container = textOf(fieldOf(metric, `${field}.container`))
      return [{ path: `spec.metrics[${index}].${field}.target.averageUtilization`, resource, container, percent }]
    }),
  )
  return [...first, ...listed]
}
