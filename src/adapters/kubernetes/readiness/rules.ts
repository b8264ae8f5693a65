import type { KubernetesObject, Readiness } from '../../../domain/ports/kubernetes.ts'
import { anyObjectReadiness } from './any-object.ts'
import { customResourceDefinitionReadiness } from './custom-resource-definition.ts'
import { daemonSetReadiness } from './daemon-set.ts'
import { deploymentReadiness } from './deployment.ts'
import { jobReadiness } from './job.ts'
import { persistentVolumeClaimReadiness } from './persistent-volume-claim.ts'
import { podDisruptionBudgetReadiness } from './pod-disruption-budget.ts'
import { podReadiness } from './pod.ts'
import { replicaSetReadiness } from './replica-set.ts'
import type { ReadinessRule, Surroundings } from './rule.ts'
import { current } from './rule.ts'
import { serviceReadiness } from './service.ts'
import { statefulSetReadiness } from './stateful-set.ts'

/** By API group and kind: another group's `Service` (Knative's) is another thing. */
const RULES: Readonly<Record<string, ReadinessRule>> = {
  '/Pod': podReadiness,
  '/Service': serviceReadiness,
  '/PersistentVolumeClaim': persistentVolumeClaimReadiness,
  'apps/Deployment': deploymentReadiness,
  'apps/ReplicaSet': replicaSetReadiness,
  'apps/StatefulSet': statefulSetReadiness,
  'apps/DaemonSet': daemonSetReadiness,
  'batch/Job': jobReadiness,
  // Its address may stay empty behind a NodePort Traefik: whether it serves is for an HTTP gate to see (facts: Kubernetes 7).
  'networking.k8s.io/Ingress': () => current('it exists; an HTTP gate shows whether it serves'),
  'policy/PodDisruptionBudget': podDisruptionBudgetReadiness,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinitionReadiness,
}

/** Group and kind, the key of rules and of what must be gathered: `apps/Deployment`, `/Service`. */
export function ruleKey(of: { readonly apiVersion: string; readonly kind: string }): string {
  return `${of.apiVersion.includes('/') ? of.apiVersion.split('/')[0] : ''}/${of.kind}`
}

export function judgeReadiness(object: KubernetesObject, around: Surroundings): Readiness {
  if (object.metadata.deletionTimestamp !== undefined)
    return { status: 'terminating', reason: `it is being deleted since ${object.metadata.deletionTimestamp}`, evidence: [] }
  return (RULES[ruleKey(object)] ?? anyObjectReadiness)(object, around)
}
