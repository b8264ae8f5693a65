import { TEMPLATE_METADATA } from './metadata.ts'
import type { StructSchema } from './schema.ts'
import { ATOMIC, BOOLEAN, embedded, INTEGER, keyed, QUANTITIES, SCALAR, STRING, struct, UNTYPED } from './schema.ts'

const PROBE = struct({
  httpGet: struct({ path: STRING, port: SCALAR, host: STRING, scheme: STRING, httpHeaders: ATOMIC }),
  tcpSocket: struct({ port: SCALAR, host: STRING }),
  exec: struct({ command: ATOMIC }),
  grpc: struct({ port: INTEGER, service: STRING }),
  initialDelaySeconds: INTEGER,
  timeoutSeconds: INTEGER,
  periodSeconds: INTEGER,
  successThreshold: INTEGER,
  failureThreshold: INTEGER,
  terminationGracePeriodSeconds: INTEGER,
})

const RESOURCE_FIELDS = { limits: QUANTITIES, requests: QUANTITIES, claims: keyed(['name'], struct({ name: STRING, request: STRING })) }

const CONTAINER = struct({
  name: STRING,
  image: STRING,
  command: ATOMIC,
  args: ATOMIC,
  workingDir: STRING,
  ports: keyed(
    ['containerPort', 'protocol'],
    struct({ name: STRING, containerPort: INTEGER, protocol: STRING, hostPort: INTEGER, hostIP: STRING }),
    { protocol: 'TCP' },
  ),
  envFrom: ATOMIC,
  env: keyed(['name'], struct({ name: STRING, value: STRING, valueFrom: UNTYPED })),
  resources: embedded(RESOURCE_FIELDS),
  resizePolicy: ATOMIC,
  restartPolicy: STRING,
  volumeMounts: keyed(
    ['mountPath'],
    struct({
      name: STRING,
      mountPath: STRING,
      mountPropagation: STRING,
      readOnly: BOOLEAN,
      recursiveReadOnly: STRING,
      subPath: STRING,
      subPathExpr: STRING,
    }),
  ),
  volumeDevices: keyed(['devicePath'], struct({ name: STRING, devicePath: STRING })),
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
  lifecycle: UNTYPED,
  terminationMessagePath: STRING,
  terminationMessagePolicy: STRING,
  imagePullPolicy: STRING,
  securityContext: UNTYPED,
  stdin: BOOLEAN,
  stdinOnce: BOOLEAN,
  tty: BOOLEAN,
})

const POD_SPEC: StructSchema = embedded({
  volumes: keyed(
    ['name'],
    struct({
      name: STRING,
      ...Object.fromEntries(
        [
          'secret',
          'configMap',
          'emptyDir',
          'hostPath',
          'persistentVolumeClaim',
          'projected',
          'downwardAPI',
          'csi',
          'nfs',
          'ephemeral',
          'image',
          'glusterfs',
          'iscsi',
          'fc',
          'rbd',
          'cephfs',
        ].map((source) => [source, UNTYPED]),
      ),
    }),
  ),
  initContainers: keyed(['name'], CONTAINER),
  containers: keyed(['name'], CONTAINER),
  ephemeralContainers: keyed(['name'], struct({ ...CONTAINER.fields, targetContainerName: STRING })),
  imagePullSecrets: keyed(['name'], struct({ name: STRING })),
  hostAliases: keyed(['ip'], struct({ ip: STRING, hostnames: ATOMIC })),
  topologySpreadConstraints: keyed(
    ['topologyKey', 'whenUnsatisfiable'],
    struct({
      topologyKey: STRING,
      whenUnsatisfiable: STRING,
      maxSkew: INTEGER,
      minDomains: INTEGER,
      labelSelector: ATOMIC,
      nodeAffinityPolicy: STRING,
      nodeTaintsPolicy: STRING,
      matchLabelKeys: ATOMIC,
    }),
  ),
  nodeSelector: ATOMIC,
  tolerations: ATOMIC,
  affinity: UNTYPED,
  securityContext: UNTYPED,
  dnsConfig: UNTYPED,
  readinessGates: ATOMIC,
  overhead: QUANTITIES,
  resources: struct(RESOURCE_FIELDS),
  os: struct({ name: STRING }),
  schedulingGates: keyed(['name'], struct({ name: STRING })),
  resourceClaims: keyed(['name'], struct({ name: STRING, resourceClaimName: STRING, resourceClaimTemplateName: STRING })),
  ...Object.fromEntries(
    [
      'restartPolicy',
      'dnsPolicy',
      'serviceAccountName',
      'serviceAccount',
      'nodeName',
      'hostname',
      'subdomain',
      'schedulerName',
      'priorityClassName',
      'runtimeClassName',
      'preemptionPolicy',
      'hostnameOverride',
    ].map((name) => [name, STRING]),
  ),
  ...Object.fromEntries(['terminationGracePeriodSeconds', 'activeDeadlineSeconds', 'priority'].map((name) => [name, INTEGER])),
  ...Object.fromEntries(
    [
      'automountServiceAccountToken',
      'hostNetwork',
      'hostPID',
      'hostIPC',
      'hostUsers',
      'shareProcessNamespace',
      'setHostnameAsFQDN',
      'enableServiceLinks',
    ].map((name) => [name, BOOLEAN]),
  ),
})

export const POD_TEMPLATE = embedded({ metadata: TEMPLATE_METADATA, spec: POD_SPEC })
export { POD_SPEC }
