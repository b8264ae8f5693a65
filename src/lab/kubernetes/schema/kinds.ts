import { kindSchema } from './metadata.ts'
import { POD_SPEC, POD_TEMPLATE } from './pods.ts'
import type { StructSchema } from './schema.ts'
import { ATOMIC, BOOLEAN, embedded, INTEGER, keyed, QUANTITIES, SCALAR, STRING, STRINGS, struct, UNTYPED } from './schema.ts'

const STATUS = UNTYPED

const DEPLOYMENT = kindSchema({
  spec: embedded({
    replicas: INTEGER,
    selector: ATOMIC,
    template: POD_TEMPLATE,
    strategy: embedded({ type: STRING, rollingUpdate: struct({ maxSurge: SCALAR, maxUnavailable: SCALAR }) }),
    minReadySeconds: INTEGER,
    revisionHistoryLimit: INTEGER,
    paused: BOOLEAN,
    progressDeadlineSeconds: INTEGER,
  }),
  status: STATUS,
})

const SERVICE_PORT = struct({ name: STRING, protocol: STRING, appProtocol: STRING, port: INTEGER, targetPort: SCALAR, nodePort: INTEGER })

const SERVICE = kindSchema({
  spec: embedded({
    ports: keyed(['port', 'protocol'], SERVICE_PORT, { protocol: 'TCP' }),
    selector: ATOMIC,
    clusterIPs: ATOMIC,
    ipFamilies: ATOMIC,
    externalIPs: ATOMIC,
    loadBalancerSourceRanges: ATOMIC,
    sessionAffinityConfig: UNTYPED,
    ...Object.fromEntries(
      [
        'clusterIP',
        'type',
        'sessionAffinity',
        'loadBalancerIP',
        'externalName',
        'externalTrafficPolicy',
        'internalTrafficPolicy',
        'ipFamilyPolicy',
        'loadBalancerClass',
        'trafficDistribution',
      ].map((name) => [name, STRING]),
    ),
    healthCheckNodePort: INTEGER,
    publishNotReadyAddresses: BOOLEAN,
    allocateLoadBalancerNodePorts: BOOLEAN,
  }),
  status: STATUS,
})

const INGRESS = kindSchema({
  spec: embedded({
    ingressClassName: STRING,
    defaultBackend: struct({ service: struct({ name: STRING, port: struct({ name: STRING, number: INTEGER }) }), resource: ATOMIC }),
    rules: ATOMIC,
    tls: ATOMIC,
  }),
  status: STATUS,
})

const VERTICAL_POD_AUTOSCALER = kindSchema({
  spec: struct({
    targetRef: struct({ apiVersion: STRING, kind: STRING, name: STRING }),
    updatePolicy: struct({ updateMode: STRING, minReplicas: INTEGER }),
    resourcePolicy: UNTYPED,
  }),
  status: STATUS,
})

const CLAIM_SPEC = embedded({
  accessModes: ATOMIC,
  selector: ATOMIC,
  resources: embedded({ limits: QUANTITIES, requests: QUANTITIES }),
  volumeName: STRING,
  storageClassName: STRING,
  volumeMode: STRING,
  dataSource: ATOMIC,
  dataSourceRef: UNTYPED,
  volumeAttributesClassName: STRING,
})

const SCALING_RULES = struct({ stabilizationWindowSeconds: INTEGER, selectPolicy: STRING, policies: ATOMIC, tolerance: SCALAR })

const HORIZONTAL_POD_AUTOSCALER = kindSchema({
  spec: embedded({
    scaleTargetRef: embedded({ apiVersion: STRING, kind: STRING, name: STRING }),
    minReplicas: INTEGER,
    maxReplicas: INTEGER,
    metrics: ATOMIC,
    behavior: struct({ scaleUp: SCALING_RULES, scaleDown: SCALING_RULES }),
  }),
  status: STATUS,
})

const NETWORK_POLICY = kindSchema({ spec: embedded({ podSelector: ATOMIC, policyTypes: ATOMIC, ingress: ATOMIC, egress: ATOMIC }) })

/** By group and kind. A custom kind that is not here is known by its first members only. */
export const SCHEMAS: Readonly<Record<string, StructSchema>> = {
  '/ConfigMap': kindSchema({ data: STRINGS, binaryData: STRINGS, immutable: BOOLEAN }),
  '/Secret': kindSchema({ data: STRINGS, stringData: STRINGS, type: STRING, immutable: BOOLEAN }),
  '/Namespace': kindSchema({ spec: embedded({ finalizers: ATOMIC }), status: STATUS }),
  '/ServiceAccount': kindSchema({
    secrets: keyed(['name'], struct({ name: STRING })),
    imagePullSecrets: ATOMIC,
    automountServiceAccountToken: BOOLEAN,
  }),
  '/PersistentVolumeClaim': kindSchema({ spec: CLAIM_SPEC, status: STATUS }),
  '/Service': SERVICE,
  '/Pod': kindSchema({ spec: POD_SPEC, status: STATUS }),
  'apps/Deployment': DEPLOYMENT,
  'autoscaling/HorizontalPodAutoscaler': HORIZONTAL_POD_AUTOSCALER,
  'networking.k8s.io/Ingress': INGRESS,
  'networking.k8s.io/NetworkPolicy': NETWORK_POLICY,
  'rbac.authorization.k8s.io/Role': kindSchema({ rules: ATOMIC }),
  'rbac.authorization.k8s.io/RoleBinding': kindSchema({ subjects: ATOMIC, roleRef: ATOMIC }),
  'autoscaling.k8s.io/VerticalPodAutoscaler': VERTICAL_POD_AUTOSCALER,
}

export const ANY_KIND: StructSchema = kindSchema({ spec: UNTYPED, status: UNTYPED, data: UNTYPED })
