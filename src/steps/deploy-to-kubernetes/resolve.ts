import { RUN_ANNOTATION, STEP_ANNOTATION } from '../../domain/ids.ts'
import type { KubernetesKind, KubernetesObject } from '../../domain/ports/index.ts'
import { autoscalers, withoutScaledReplicas } from './autoscaling.ts'
import type { Manifest } from './manifests.ts'
import { inOrder } from './order.ts'
import type { DeployContext } from './record.ts'
import { renderManifests } from './rendered.ts'
import { defines, inNamespace, scopeAmong } from './scope.ts'

/** An object with its namespace, as it will be sent but for our marks. */
export interface ResolvedObject {
  readonly manifest: Manifest
  readonly object: KubernetesObject
  /** Undefined: the API server does not serve the kind (yet). */
  readonly kind: KubernetesKind | undefined
  /** The kind is not served yet, but a definition among the manifests will change that. */
  readonly kindComes: boolean
  /** An autoscaler owns its replicas. */
  readonly scaled: boolean
  /** The group of the plan's `order`, from 1. */
  readonly group?: number
}

export interface ResolvedObjects {
  /** In the order of the applies. */
  readonly objects: readonly ResolvedObject[]
  /** Of the tool that rendered them. */
  readonly warnings: readonly string[]
}

/** The manifests against the cluster's own list of kinds. */
export async function resolveObjects(context: DeployContext): Promise<ResolvedObjects> {
  const { kubernetes, rendering } = context.ports
  const fallback = context.plan.targets.kubernetes?.namespace ?? 'default'
  const { manifests, warnings } = await renderManifests({
    ...context,
    namespace: fallback,
    rendering,
    kubernetesVersion: async () => (await kubernetes.describe()).version,
  })
  const definitions = manifests.map((each) => each.object).filter((each) => each.kind === 'CustomResourceDefinition')
  const namespaced = scopeAmong(definitions)
  const placed = await Promise.all(
    manifests.map(async (manifest) => {
      const { apiVersion, kind: kindName } = manifest.object
      const kind = await kubernetes.kind(apiVersion, kindName)
      const definition = kind === undefined ? definitions.find((each) => defines(each, manifest.object)) : undefined
      const object = inNamespace(manifest.object, kind?.namespaced ?? namespaced(manifest.object), context.spec.namespace ?? fallback)
      return { manifest, kind, kindComes: definition !== undefined, object }
    }),
  )
  const scalers = await autoscalers(
    kubernetes,
    placed.filter((each) => each.kind !== undefined).map((each) => each.object),
  )
  const scaled = placed.map((each) => {
    const object = withoutScaledReplicas(each.object, scalers)
    return { ...each, object, scaled: object !== each.object }
  })
  return { objects: inOrder(scaled, context.spec.order), warnings }
}

/** With our marks: who made it what it is, to be found again after a crash. */
export function marked(context: Pick<DeployContext, 'runId' | 'step'>, object: KubernetesObject): KubernetesObject {
  const annotations = { ...object.metadata.annotations, [RUN_ANNOTATION]: context.runId, [STEP_ANNOTATION]: context.step }
  return { ...object, metadata: { ...object.metadata, annotations } }
}
