import type { Json } from '../../domain/json.ts'
import { groupedBy } from './grouped.ts'
import { kindOf, nameOf, namespaceOf } from './identity.ts'
import type { Workload } from './pods.ts'
import { matches } from './selectors.ts'
import type { Topology } from './topology.ts'
import type { Value } from './value.ts'
import { fieldOf, isMap, listOf, mapOf, numberOf, textOf } from './value.ts'

/** One port of a Service of the plan, and what it leads to. */
export interface ServicePort {
  readonly object: string
  readonly path: string
  readonly service: string
  readonly namespace: string
  /** ClusterIP, NodePort, LoadBalancer. */
  readonly type: string
  readonly name: string
  readonly port: number
  /** As written, or the port itself: what `targetPort` means where it is missing. */
  readonly target: string
  readonly protocol: string
  /** 0: none is asked for. */
  readonly nodePort: number
  /** The workloads whose pods it selects. */
  readonly workloads: readonly string[]
  /** The container port that each of them has for it; 0 where a named one is missing. */
  readonly ports: readonly { readonly workload: string; readonly port: number }[]
  /** The target is a port of all of them, as far as they say which ports they have. */
  readonly found: boolean
  /** Other Services that ask for the same node port. */
  readonly rivals: readonly string[]
}

/** All ports of all Services that select pods (`ExternalName` and Services without selector lead elsewhere). */
export function servicePorts(objects: readonly Json[], pods: readonly Workload[], namespace: string): readonly ServicePort[] {
  const ports = objects.filter(selectsPods).flatMap((service) => {
    const selected = selectedBy(service, pods, namespace)
    return listOf(fieldOf(service, 'spec.ports')).map((port, index) => servicePort(service, port, index, selected, namespace))
  })
  const asked = ports.filter(({ nodePort }) => nodePort !== 0)
  return ports.map((port) => ({ ...port, rivals: asked.filter((other) => isRival(port, other)).map(({ object }) => object) }))
}

/** A node has one port of a number for each protocol. */
function isRival(port: Listing, other: Listing): boolean {
  const isItself = port.object === other.object && port.path === other.path
  return !isItself && port.nodePort === other.nodePort && port.protocol === other.protocol
}

type Listing = Omit<ServicePort, 'rivals'>

export function selectsPods(object: Value): boolean {
  const selector = fieldOf(object, 'spec.selector')
  return (
    kindOf(object) === 'Service' && isMap(selector) && Object.keys(selector).length > 0 && fieldOf(object, 'spec.type') !== 'ExternalName'
  )
}

export function selectedBy(service: Json, pods: readonly Workload[], namespace: string): readonly Workload[] {
  const selector = mapOf(fieldOf(service, 'spec.selector'))
  const own = namespaceOf(service, namespace)
  return pods.filter((pod) => pod.namespace === own && !RUNS_ONCE.has(pod.kind) && matches(selector, pod.labels))
}

const RUNS_ONCE = new Set(['Job', 'CronJob'])

function servicePort(service: Json, port: Json, index: number, selected: readonly Workload[], namespace: string): Listing {
  const { name, port: number, targetPort, nodePort } = mapOf(port)
  const protocol = textOf(fieldOf(port, 'protocol')) || 'TCP'
  const target = targetPort ?? number
  const ports = selected.map((workload) => ({ workload: workload.object, port: containerPortFor(workload, target, protocol) }))
  return {
    object: nameOf(service),
    path: `spec.ports[${index}]`,
    service: textOf(fieldOf(service, 'metadata.name')),
    namespace: namespaceOf(service, namespace),
    type: textOf(fieldOf(service, 'spec.type')) || 'ClusterIP',
    name: textOf(name),
    port: numberOf(number) ?? 0,
    target: String(typeof target === 'string' || typeof target === 'number' ? target : ''),
    protocol,
    nodePort: numberOf(nodePort) ?? 0,
    workloads: selected.map((workload) => workload.object),
    ports,
    found: selected.every((workload, at) => isListenedOn(workload, ports[at]?.port ?? 0, protocol)),
  }
}

/** A name leads to the container port of that name, a number to itself. */
function containerPortFor(workload: Workload, target: Value, protocol: string): number {
  const number = numberOf(target)
  if (number !== undefined) return number
  return workload.ports.find((port) => port.name === target && port.protocol === protocol)?.port ?? 0
}

/** `containerPort` is information only: pods that name no port at all may listen on any. */
function isListenedOn(workload: Workload, port: number, protocol: string): boolean {
  if (port === 0) return false
  return workload.ports.length === 0 || workload.ports.some((each) => each.port === port && each.protocol === protocol)
}

/** By `namespace/service`. */
export function portsByService(ports: readonly ServicePort[]): ReadonlyMap<string, readonly ServicePort[]> {
  return groupedBy(ports, ({ namespace, service }) => `${namespace}/${service}`)
}

/** A Service that selects pods, and those of the plan that it selects. */
export interface SelectedService {
  readonly object: string
  readonly path: string
  readonly workloads: readonly string[]
}

export function selectedServices({
  objects,
  pods,
  namespace,
}: Pick<Topology, 'objects' | 'pods' | 'namespace'>): readonly SelectedService[] {
  return objects.filter(selectsPods).map((service) => ({
    object: nameOf(service),
    path: 'spec.selector',
    workloads: selectedBy(service, pods, namespace).map(({ object }) => object),
  }))
}
