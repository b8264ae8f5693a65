import type { KubernetesObject } from '../../domain/ports/index.ts'
import type { HelmChart } from '../../domain/ports/rendering.ts'
import type { ObjectsContext, RenderedChart, RenderedObject } from '../../domain/rendered-object.ts'
import { chartOf } from './chart.ts'
import { locationOf } from './manifests.ts'
import { inOrder } from './order.ts'
import { isIn } from './plan-texts.ts'
import { renderManifests } from './rendered.ts'
import { inNamespace, scopeAmong } from './scope.ts'
import type { DeploySpec } from './spec.ts'

/**
 * Every object of the step as it will be sent, as far as that is known without a cluster. An `order` that names nothing, or could never be ready, is
 * refused here already.
 */
export async function describeObjects(context: ObjectsContext<DeploySpec>): Promise<readonly RenderedObject[]> {
  const { manifests } = await renderManifests(context)
  const namespaced = scopeAmong(manifests.map((each) => each.object))
  const place = (object: KubernetesObject): KubernetesObject =>
    inNamespace(object, namespaced(object), context.spec.namespace ?? context.namespace)
  const placed = manifests.map((manifest) => ({ object: place(manifest.object), step: context.step, source: locationOf(manifest) }))
  inOrder(placed, context.spec.order)
  return placed
}

/** The chart of the step, where it has one; its files by their paths in the plan. */
export async function describeCharts(context: ObjectsContext<DeploySpec>): Promise<readonly RenderedChart[]> {
  const { helm, namespace } = context.spec
  if (!helm) return []
  const chart = await chartOf(helm, { ...context, namespace: namespace ?? context.namespace })
  const lint = await context.rendering.helmLint(chart)
  return [{ chart: helm.chart, step: context.step, files: chart.files, values: valuesFiles(chart), set: Object.keys(helm.set ?? {}), lint }]
}

/** Those that the plan uses, then the others that the chart offers: `values*.yaml` beside its Chart.yaml, and all in `values/`. */
function valuesFiles({ chart, values, files }: HelmChart): readonly string[] {
  const offered = [...files.keys()].filter((path) => isIn(chart, path) && OFFERED.test(path.slice(chart.replace(/\/+$/, '').length + 1)))
  return [...new Set([...values, ...offered])]
}

const OFFERED = /^(values[^/]*|values\/.+)\.ya?ml$/
