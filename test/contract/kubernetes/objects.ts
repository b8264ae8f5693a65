import type { JsonObject } from '../../../src/domain/json.ts'
import type { KubernetesObject, ObjectReference } from '../../../src/domain/ports/kubernetes.ts'

/** The namespace that a contract world has for these objects. */
export const NAMESPACE = 'contract'
export const PORT = 8080

/** A ConfigMap: what an API server does with an object that no controller looks at. */
export const configMap = (name: string, data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

export const deployment = (name: string, pod: JsonObject, replicas = 1): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: pod },
  },
})

export const service = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: PORT }] },
})

export const ingress = (name: string, host: string): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name },
  spec: {
    ingressClassName: 'traefik',
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } }] } }],
  },
})

/** A kind that no cluster of ours serves. */
export const OF_NO_KIND: KubernetesObject = { apiVersion: 'nowhere.example/v1', kind: 'Nothing', metadata: { name: 'nothing' } }

export const referenceTo = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference => ({
  apiVersion,
  kind,
  name: metadata.name,
})

export const pathOf = (name: string): string => `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`
