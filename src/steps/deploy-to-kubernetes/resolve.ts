import type { JsonObject } from '../../domain/json.ts'
import { RUN_ANNOTATION, STEP_ANNOTATION } from '../../domain/ids.ts'
import type { KubernetesKind, KubernetesObject } from '../../domain/ports/index.ts'
import { autoscalers, withoutScaledReplicas } from './autoscaling.ts'
import { isObject, semanticFields } from './field-paths.ts'
import { orderOfKind } from './kind-order.ts'
import type { Manifest } from './manifests.ts'
import { readManifests } from './manifests.ts'
import { groupOf } from './record.ts'
import type { DeployContext } from './record.ts'

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
}

/** The manifests against the cluster's own list of kinds, in the order of the applies. */
export async function resolveObjects(context: DeployContext): Promise<readonly ResolvedObject[]> {
  const { kubernetes } = context.ports
  const manifests = await readManifests(context.files, context.spec.manifests)
  const definitions = manifests.map((each) => each.object).filter((each) => each.kind === 'CustomResourceDefinition')
  const placed = await Promise.all(
    manifests.map(async (manifest) => {
      const { apiVersion, kind: kindName } = manifest.object
      const kind = await kubernetes.kind(apiVersion, kindName)
      const definition = kind === undefined ? definitions.find((each) => defines(each, manifest.object)) : undefined
      const namespaced = kind?.namespaced ?? (definition === undefined || scopeOf(definition) === 'Namespaced')
      return { manifest, kind, kindComes: definition !== undefined, object: inNamespace(context, manifest.object, namespaced) }
    }),
  )
  const scalers = await autoscalers(
    kubernetes,
    placed.filter((each) => each.kind !== undefined).map((each) => each.object),
  )
  return placed
    .map((each) => {
      const object = withoutScaledReplicas(each.object, scalers)
      return { ...each, object, scaled: object !== each.object }
    })
    .toSorted((a, b) => orderOfKind(a.object.kind) - orderOfKind(b.object.kind))
}

/** With our marks: who made it what it is, to be found again after a crash. */
export function marked(context: Pick<DeployContext, 'runId' | 'step'>, object: KubernetesObject): KubernetesObject {
  const annotations = { ...object.metadata.annotations, [RUN_ANNOTATION]: context.runId, [STEP_ANNOTATION]: context.step }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** What a server adds is not sent back to it; cluster-scoped objects have no namespace, the others get the plan's. */
function inNamespace({ spec, plan }: DeployContext, manifest: KubernetesObject, namespaced: boolean): KubernetesObject {
  const clean = semanticFields(manifest) as JsonObject & KubernetesObject
  const { namespace, ...metadata } = clean.metadata
  if (!namespaced) return { ...clean, metadata }
  return { ...clean, metadata: { ...metadata, namespace: namespace ?? spec.namespace ?? plan.targets.kubernetes?.namespace ?? 'default' } }
}

function defines(definition: KubernetesObject, object: KubernetesObject): boolean {
  const spec = isObject(definition['spec']) ? definition['spec'] : {}
  return spec['group'] === groupOf(object.apiVersion) && isObject(spec['names']) && spec['names']['kind'] === object.kind
}

const scopeOf = (definition: KubernetesObject): unknown => (isObject(definition['spec']) ? definition['spec']['scope'] : undefined)
