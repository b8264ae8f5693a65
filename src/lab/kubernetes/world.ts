import type { JsonObject } from '../../domain/json.ts'

/** A bearer token and whom it stands for. */
export interface LabToken {
  readonly token: string
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
  /** Milliseconds since the epoch; later it is answered 401. */
  readonly expiresAt?: number
}

/** A right that a user lacks; `*` stands for all. Everything else is allowed to whoever has a token. */
export interface DeniedRight {
  readonly user: string
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly namespace?: string
}

export interface LabCustomResource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
}

/** What a pod will come to, and when. */
export interface PodFate {
  readonly outcome: 'ready' | 'crash' | 'image-not-found' | 'unschedulable'
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** The cluster as plain data. Nothing in it is a timer: what becomes true later follows from the times in it. */
export interface KubernetesWorld {
  readonly version: string
  readonly tokens: readonly LabToken[]
  readonly denied: readonly DeniedRight[]
  readonly customResources: readonly LabCustomResource[]
  /** Whether `metrics.k8s.io` answers. */
  readonly metricsServer: boolean
  /** What the site's pods answer. */
  readonly application: { readonly status: number; readonly body: string }
  /** From a pod's start until it is ready, milliseconds. */
  readonly podStartMs: number
  /** How long controllers take to notice a change, milliseconds. */
  readonly controllerDelayMs: number
  /** Objects by `group/plural|namespace|name`. */
  readonly objects: Record<string, JsonObject>
  /** By the pod's UID. */
  readonly pods: Record<string, PodFate>
  /** By object key: when its specification last changed. */
  readonly touched: Record<string, number>
  /** By object key: when an object that is being deleted in the foreground is gone. */
  readonly leaving: Record<string, number>
  /** Until when the controllers have done all that was due, milliseconds since the epoch. */
  reconciledAt: number
  /** Last resourceVersion given. */
  resourceVersion: number
  /** Makes names, addresses and UIDs different. */
  counter: number
  /** Writes of clients that changed something; a dry run and an idle apply count 0. */
  writes: number
}

export interface KubernetesWorldOptions {
  /** `PLURAL.GROUP/VERSION`, as plans' `lab:` blocks say it; the kind is known for VerticalPodAutoscalers, else made from the plural. */
  readonly customResources?: readonly string[]
  /** Besides `default` and `kube-system`. */
  readonly namespaces?: readonly string[]
  readonly application: { readonly body: string; readonly status?: number }
  /** Default: one token `lab-token` of the administrator `lab-admin`. */
  readonly tokens?: readonly LabToken[]
  readonly denied?: readonly DeniedRight[]
  readonly podStartMs?: number
  /** Default: true. */
  readonly metricsServer?: boolean
}

export const LAB_TOKEN = 'lab-token'

export function initialKubernetesWorld(options: KubernetesWorldOptions): KubernetesWorld {
  const world: KubernetesWorld = {
    version: 'v1.36.2',
    tokens: options.tokens ?? [{ token: LAB_TOKEN, user: 'lab-admin', uid: '1', groups: ['system:masters', 'system:authenticated'] }],
    denied: options.denied ?? [],
    customResources: (options.customResources ?? []).map((text) => customResource(text)),
    application: { status: options.application.status ?? 200, body: options.application.body },
    metricsServer: options.metricsServer ?? true,
    podStartMs: options.podStartMs ?? 300,
    controllerDelayMs: 20,
    objects: {},
    pods: {},
    touched: {},
    leaving: {},
    reconciledAt: 0,
    resourceVersion: 100,
    counter: 0,
    writes: 0,
  }
  const namespaces = new Set(['default', 'kube-system', ...(options.namespaces ?? [])])
  for (const name of namespaces) world.objects[`/namespaces||${name}`] = namespaceObject(name)
  world.objects['networking.k8s.io/ingressclasses||traefik'] = ingressClass()
  world.objects['/nodes||lab'] = nodeObject('lab')
  world.objects['storage.k8s.io/storageclasses||standard'] = storageClass()
  if (world.metricsServer) world.objects['metrics.k8s.io/nodes||lab'] = nodeMetrics('lab')
  return world
}

function customResource(text: string): LabCustomResource {
  const [, plural = '', group = '', version = 'v1'] = /^([^.]+)\.([^/]+)(?:\/(.+))?$/.exec(text) ?? []
  if (plural === '') throw new Error(`${JSON.stringify(text)} is no custom resource: write PLURAL.GROUP/VERSION`)
  const singular = plural.replace(/s$/, '')
  return {
    group,
    version,
    plural,
    kind: plural === 'verticalpodautoscalers' ? 'VerticalPodAutoscaler' : singular.charAt(0).toUpperCase() + singular.slice(1),
  }
}

function namespaceObject(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: `00000000-0000-4000-8000-${hex(name)}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
}

const hex = (name: string): string => Buffer.from(name).toString('hex').slice(0, 12).padEnd(12, '0')

function nodeObject(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `00000000-0000-4000-8000-${hex(`node-${name}`)}`,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'kubernetes.io/hostname': name },
    },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }],
      addresses: [{ type: 'Hostname', address: name }],
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
      allocatable: { cpu: '8', memory: '16Gi', pods: '110' },
      nodeInfo: { architecture: 'amd64', operatingSystem: 'linux' },
    },
  }
}

function ingressClass(): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: {
      name: 'traefik',
      uid: '00000000-0000-4000-8000-ffffffffffff',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { controller: 'traefik.io/ingress-controller' },
  }
}

function nodeMetrics(name: string): JsonObject {
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'NodeMetrics',
    metadata: { name, creationTimestamp: '2026-01-01T00:00:00Z' },
    timestamp: '2026-01-01T00:00:00Z',
    window: '10s',
    usage: { cpu: '250m', memory: '1Gi' },
  }
}

function storageClass(): JsonObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: 'standard',
      uid: '00000000-0000-4000-8000-eeeeeeeeeeee',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
    },
    provisioner: 'lab/host-path',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  }
}
