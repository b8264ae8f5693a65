/** What others need comes first: the order that Helm and kubectl users know, with definitions of kinds right after namespaces. */
const ORDER: readonly string[] = [
  'Namespace',
  'CustomResourceDefinition',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
]

/** Position in the order of applies; kinds that nobody knows come last. Undo goes the other way. */
export function orderOfKind(kind: string): number {
  const index = ORDER.indexOf(kind)
  return index === -1 ? ORDER.length : index
}
