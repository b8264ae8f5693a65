import type { Value } from './value.ts'
import { fieldOf, mapOf, textOf } from './value.ts'

/** `Deployment/todo-app-backend`: how findings, waivers and plans name an object; its `id` says so where two namespaces have one of that name. */
export function nameOf(object: Value): string {
  return textOf(mapOf(object).id) || kindAndName(object)
}

/** `Secret/tokens`: how one object names another, of its own namespace. */
export function kindAndName(object: Value): string {
  const { kind, metadata } = mapOf(object)
  return `${textOf(kind)}/${textOf(mapOf(metadata).name)}`
}

export function kindOf(object: Value): string {
  return textOf(fieldOf(object, 'kind'))
}

/** The object's namespace; where it names none, the one that the plan deploys to. */
export function namespaceOf(object: Value, planned: string): string {
  return textOf(fieldOf(object, 'metadata.namespace')) || planned
}

/** Whether the object may run pods that cannot be seen in it: it is of a kind that not every cluster has, and of none that is known to run none. */
export function mayRunPods(object: Value): boolean {
  const apiVersion = textOf(fieldOf(object, 'apiVersion'))
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  if (BUILT_IN_GROUPS.has(group) || group.endsWith('.k8s.io')) return false
  const without = RUN_NO_PODS.get(group)
  return without !== 'all' && !(without?.includes(kindOf(object)) ?? false)
}

const BUILT_IN_GROUPS = new Set(['', 'apps', 'batch', 'autoscaling', 'policy'])

/** Well-known kinds that run no pods, by their groups. What is not here may. */
const RUN_NO_PODS: ReadonlyMap<string, 'all' | readonly string[]> = new Map<string, 'all' | readonly string[]>([
  ['cert-manager.io', ['Certificate', 'CertificateRequest', 'Issuer', 'ClusterIssuer']],
  ['external-secrets.io', ['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore', 'PushSecret']],
  ['bitnami.com', ['SealedSecret']],
  ['monitoring.coreos.com', ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig']],
  ['traefik.io', 'all'],
  ['traefik.containo.us', 'all'],
  ['cilium.io', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']],
  ['projectcalico.org', ['NetworkPolicy', 'GlobalNetworkPolicy']],
  ['crd.projectcalico.org', ['NetworkPolicy', 'GlobalNetworkPolicy']],
  ['keda.sh', ['ScaledObject', 'TriggerAuthentication', 'ClusterTriggerAuthentication']],
  ['kyverno.io', ['Policy', 'ClusterPolicy', 'PolicyException']],
  ['metallb.io', ['IPAddressPool', 'L2Advertisement', 'BGPAdvertisement', 'BGPPeer']],
])
