import type { StructSchema } from './schema/schema.ts'
import { ANY_KIND, SCHEMAS } from './schema/kinds.ts'
import type { KubernetesWorld } from './world.ts'

/** A kind that the lab serves. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
  readonly schema: StructSchema
  /** `metadata.generation` counts changes of `spec`; Services, ConfigMaps and Secrets have none. */
  readonly hasGeneration: boolean
  readonly custom: boolean
}

type Row = readonly [
  group: string,
  version: string,
  kind: string,
  plural: string,
  flags?: { cluster?: true; generation?: true; short?: string },
]

const BUILT_IN: readonly Row[] = [
  ['', 'v1', 'ConfigMap', 'configmaps', { short: 'cm' }],
  ['', 'v1', 'Event', 'events', { short: 'ev' }],
  ['', 'v1', 'Namespace', 'namespaces', { cluster: true, short: 'ns' }],
  ['', 'v1', 'Node', 'nodes', { cluster: true, short: 'no' }],
  ['', 'v1', 'PersistentVolume', 'persistentvolumes', { cluster: true, short: 'pv' }],
  ['', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { short: 'pvc' }],
  ['', 'v1', 'Pod', 'pods', { generation: true, short: 'po' }],
  ['', 'v1', 'Secret', 'secrets'],
  ['', 'v1', 'Service', 'services', { short: 'svc' }],
  ['', 'v1', 'ServiceAccount', 'serviceaccounts', { short: 'sa' }],
  ['apps', 'v1', 'Deployment', 'deployments', { generation: true, short: 'deploy' }],
  ['apps', 'v1', 'ReplicaSet', 'replicasets', { generation: true, short: 'rs' }],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', { short: 'hpa' }],
  ['discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', { generation: true }],
  ['networking.k8s.io', 'v1', 'Ingress', 'ingresses', { generation: true, short: 'ing' }],
  ['networking.k8s.io', 'v1', 'IngressClass', 'ingressclasses', { cluster: true, generation: true }],
  ['networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies', { generation: true, short: 'netpol' }],
  ['rbac.authorization.k8s.io', 'v1', 'Role', 'roles'],
  ['rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings'],
  ['storage.k8s.io', 'v1', 'StorageClass', 'storageclasses', { cluster: true, short: 'sc' }],
]

/** Groups that only answer reviews: nothing is stored in them. */
export const REVIEW_GROUPS = ['authentication.k8s.io/v1', 'authorization.k8s.io/v1'] as const

/** Served by metrics-server, where the cluster has one. */
const METRICS: readonly Row[] = [['metrics.k8s.io', 'v1beta1', 'NodeMetrics', 'nodes', { cluster: true }]]

export function resourcesOf(world: KubernetesWorld): readonly Resource[] {
  const builtIn = [...BUILT_IN, ...(world.metricsServer ? METRICS : [])].map(([group, version, kind, plural, flags]) =>
    resource({
      group,
      version,
      kind,
      plural,
      namespaced: flags?.cluster !== true,
      hasGeneration: flags?.generation === true,
      shortNames: flags?.short === undefined ? [] : [flags.short],
      custom: false,
    }),
  )
  const custom = world.customResources.map((each) =>
    resource({
      ...each,
      namespaced: true,
      hasGeneration: true,
      shortNames: each.plural === 'verticalpodautoscalers' ? ['vpa'] : [],
      custom: true,
    }),
  )
  return [...builtIn, ...custom]
}

function resource(given: Omit<Resource, 'apiVersion' | 'singular' | 'schema'>): Resource {
  return {
    ...given,
    apiVersion: given.group === '' ? given.version : `${given.group}/${given.version}`,
    singular: given.kind.toLowerCase(),
    schema: SCHEMAS[`${given.group}/${given.kind}`] ?? ANY_KIND,
  }
}

/** `deployments.apps`, `services`: as messages name a resource. */
export const qualified = (resource: { readonly group: string; readonly plural: string }): string =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`

/** `Deployment.apps`, `Service`: as messages name a kind. */
export const qualifiedKind = (resource: Resource): string => (resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`)
