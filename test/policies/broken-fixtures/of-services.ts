import type { Breaks } from './breaks.ts'
import { add, all, duplicate, expecting, push, put } from './breaks.ts'

/** Breaks around a Service inside the cluster, what calls it, and the namespace of all. `exposed`: what the plan lets visitors reach already. */
export const breaksOfServices = (inner: string, exposed: readonly string[]): Breaks => ({
  'services/selects-pods': put(inner, 'spec.selector', { app: 'nobody' }),
  'services/target-port-exists': put(inner, 'spec.ports.0.targetPort', 'nobody'),
  'services/type-suits-access': put(inner, 'spec.type', 'LoadBalancer'),
  'services/exposed-exists': expecting('exposed', [...exposed, 'Service/nobody']),
  'services/node-port-in-range': put(exposed[0] ?? inner, 'spec.ports.0.nodePort', 8080),
  'services/node-port-unique': all(
    put(exposed[0] ?? inner, 'spec.ports.0.nodePort', 30123),
    push(exposed[0] ?? inner, 'spec.ports', { name: 'again', port: 8081, targetPort: 'http', nodePort: 30123 }),
  ),
  'config/in-namespace': add(inner, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'left-behind', namespace: 'elsewhere' },
    data: { LOG_LEVEL: 'info' },
  }),
})

/** Breaks of a setting that holds the URL of an inner Service. */
export const breaksOfCalls = (object: string, path: string, service: string): Breaks => ({
  'services/addressed-port-exists': put(object, path, `http://${service}:9`),
  'services/addressed-service-exists': put(object, path, 'http://nobody:8000'),
})

export const breaksOfConfigMap = (configMap: string): Breaks => ({
  'config/no-secret-in-configmap': put(configMap, 'data.SMTP_PASSWORD', 'h7Gd93kLq2'),
})

/** One NetworkPolicy that closes everything, for fixtures that have none. */
export const breaksOfOpenNetwork = (beside: string): Breaks => ({
  'network/needed-flows-allowed': add(beside, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'closed' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }),
})

/** Breaks of an autoscaler with `behavior`, whose first metric is a resource, and of the Deployment that it scales. */
export const breaksOfAutoscaler = (autoscaler: string, deployment: string): Breaks => ({
  'scaling/min-not-above-max': put(autoscaler, 'spec.minReplicas', 99),
  'scaling/target-in-percent': put(autoscaler, 'spec.metrics.0.resource.target.averageUtilization', 170),
  'scaling/requests-set-for-metric': put(autoscaler, 'spec.metrics.0.resource.name', 'ephemeral-storage'),
  'scaling/scale-down-stabilised': put(autoscaler, 'spec.behavior.scaleDown.stabilizationWindowSeconds', 10),
  'scaling/scale-down-said': put(autoscaler, 'spec.behavior', {}),
  'scaling/scale-target-exists': put(autoscaler, 'spec.scaleTargetRef.name', 'nobody'),
  'scaling/one-autoscaler': duplicate(autoscaler, 'second'),
  'workloads/replicas-left-to-autoscaler': put(deployment, 'spec.replicas', 2),
})

/** Breaks of an Ingress with TLS. `certificate`: the Secret that it names, which somebody else makes; `rival`: a path that is taken, and a Service of the plan. */
export const breaksOfIngress = (
  ingress: string,
  certificate: string,
  rival: { readonly path: string; readonly service: string; readonly port: number },
): Breaks => ({
  'ingress/host-set': put(ingress, 'spec.rules.0.host', ''),
  'ingress/class-set': put(ingress, 'spec.ingressClassName', null),
  'ingress/tls-covers-host': put(ingress, 'spec.tls.0.hosts', ['other.example.org']),
  'ingress/tls-secret-named': put(ingress, 'spec.tls.0.secretName', ''),
  'ingress/tls-secret-complete': add(ingress, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: certificate },
    type: 'Opaque',
    data: { 'tls.crt': Buffer.from('certificate').toString('base64') },
  }),
  'ingress/service-exists': put(ingress, 'spec.rules.0.http.paths.0.backend.service.name', 'nobody'),
  'ingress/port-exists': put(ingress, 'spec.rules.0.http.paths.0.backend.service.port.number', 9),
  'ingress/path-claimed-once': push(ingress, 'spec.rules.0.http.paths', {
    path: rival.path,
    pathType: 'Prefix',
    backend: { service: { name: rival.service, port: { number: rival.port } } },
  }),
})
