/** What others need comes first: the order that Helm and kubectl users know, with definitions of kinds right after namespaces. Each with its usual group. */
export const KINDS_OF_KUBERNETES: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  ResourceQuota: 'v1',
  LimitRange: 'v1',
  PodDisruptionBudget: 'policy/v1',
  ServiceAccount: 'v1',
  Secret: 'v1',
  ConfigMap: 'v1',
  StorageClass: 'storage.k8s.io/v1',
  PersistentVolume: 'v1',
  PersistentVolumeClaim: 'v1',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  Service: 'v1',
  DaemonSet: 'apps/v1',
  Pod: 'v1',
  ReplicaSet: 'apps/v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  IngressClass: 'networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
}
const ORDER: readonly string[] = Object.keys(KINDS_OF_KUBERNETES)

/** From here on they are pods, or look after pods; what comes before is only read by them. */
const FIRST_OF_PODS = ORDER.indexOf('DaemonSet')

/** Whether pods need such an object, and not the other way round. */
export const isReadByPods = (kind: string): boolean => orderOfKind(kind) < FIRST_OF_PODS

/** Position in the order of applies; kinds that nobody knows come last. Undo goes the other way. */
export function orderOfKind(kind: string): number {
  const index = ORDER.indexOf(kind)
  return index === -1 ? ORDER.length : index
}
