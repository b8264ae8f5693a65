import type { KubernetesObject } from '../../../src/domain/ports/index.ts'
import { deployToKubernetes } from '../../../src/steps/deploy-to-kubernetes.ts'
import { previewDeploy } from '../../../src/steps/deploy-to-kubernetes/preview.ts'
import type { DeployNote } from '../../../src/steps/deploy-to-kubernetes/record.ts'
import type { DeploySpec } from '../../../src/steps/deploy-to-kubernetes/spec.ts'
import { undoDeploy } from '../../../src/steps/deploy-to-kubernetes/undo.ts'
import { fakeFiles } from '../../fakes/ports/files.ts'
import { FakeWorld } from '../../fakes/ports/world.ts'
import { contextOf } from '../context.ts'
import { MANIFESTS } from '../manifests.ts'

export const SPEC: DeploySpec = { manifests: 'manifests' }
export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'site', namespace: 'default' }
export const CUSTOM = 'apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: { name: site }\n'
export const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: verticalpodautoscalers.autoscaling.k8s.io }
spec:
  group: autoscaling.k8s.io
  scope: Namespaced
  names: { kind: VerticalPodAutoscaler, plural: verticalpodautoscalers }
  versions: [{ name: v1 }]
`

export function contextIn(world: FakeWorld, files: Readonly<Record<string, string>> = MANIFESTS, spec: DeploySpec = SPEC) {
  return contextOf(world.ports, spec, { files: fakeFiles(files) })
}

/** A world, the step previewed in it, and its notes. */
export async function previewed(world = new FakeWorld(), files: Readonly<Record<string, string>> = MANIFESTS, spec: DeploySpec = SPEC) {
  const context = contextIn(world, files, spec)
  const { undoRecord: record, ...preview } = await previewDeploy(context, [])
  const notes: DeployNote[] = []
  const note = async (value: DeployNote): Promise<void> => void notes.push(value)
  const apply = () => deployToKubernetes.apply(context, record, note, notes)
  const undo = () => undoDeploy.apply(context, record, notes, note)
  return { world, context, preview, record, notes, apply, undo }
}

export const existing = (spec: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'site', namespace: 'default', ...metadata },
  spec,
})
export const scaler = (namespace = 'default') => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'site', namespace },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'site' } },
})
