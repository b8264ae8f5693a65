import { nameOf } from '../identity.ts'
import type { Workload } from '../pods.ts'
import { portsByService } from '../services.ts'
import type { ServicePort } from '../services.ts'
import { settingsOf } from '../settings.ts'
import type { ReadSetting } from '../settings.ts'
import type { Topology } from '../topology.ts'
import type { Value } from '../value.ts'
import { fieldOf, listOf, numberOf, textOf } from '../value.ts'
import { addresses, isOnlyTold, serviceOf } from './addresses.ts'

/** Where flows begin or end that is no workload of the plan. */
export const EDGE = 'the Ingress controller'
export const OUTSIDE = 'outside the cluster'
export const DNS = 'DNS'

/** A connection that the plan's objects imply. */
export interface NeededFlow {
  /** `Deployment/frontend`, or one of the places above. */
  readonly from: string
  /** `Deployment/backend`, `DNS`, or a host outside the plan. */
  readonly to: string
  readonly port: number
  readonly protocol: string
  readonly because: string
  /** False: it may happen, nobody can tell from the objects: an address that is only told to others, a host that the plan did not declare. */
  readonly certain: boolean
}

/** Every flow once: the edge to what Ingresses and exposed Services name, workloads to whatever their settings address, what the plan declares, and DNS. */
export function neededFlows(topology: Topology): readonly NeededFlow[] {
  const calls = [...fromEdge(topology), ...fromOutside(topology), ...fromSettings(topology), ...declared(topology.expects)]
  const callers = new Map<string, boolean>()
  for (const { from, certain } of calls) callers.set(from, certain || callers.get(from) === true)
  const dns = topology.pods.flatMap(({ object }) =>
    ['UDP', 'TCP'].map((protocol) => ({
      from: object,
      to: DNS,
      port: 53,
      protocol,
      because: 'it calls others by name',
      certain: callers.get(object) === true,
    })),
  )
  return distinct([...calls, ...dns])
}

/** The same flow for several reasons is one; a certain reason counts before an uncertain one. */
function distinct(flows: readonly NeededFlow[]): readonly NeededFlow[] {
  const byKey = new Map<string, NeededFlow>()
  for (const flow of flows) {
    const key = `${flow.from} ${flow.to} ${flow.port} ${flow.protocol}`
    const known = byKey.get(key)
    if (known === undefined || (flow.certain && !known.certain)) byKey.set(key, flow)
  }
  return [...byKey.values()]
}

function fromEdge({ paths }: Topology): readonly NeededFlow[] {
  return paths.flatMap(({ object, host, route, leadsTo }) =>
    leadsTo.map(({ workload, port }) => ({
      from: EDGE,
      to: workload,
      port,
      protocol: 'TCP',
      because: `${object} leads ${host}${route} there`,
      certain: true,
    })),
  )
}

function fromOutside({ services }: Topology): readonly NeededFlow[] {
  return services
    .filter(({ type }) => type === 'NodePort' || type === 'LoadBalancer')
    .flatMap(({ object, type, ports, protocol }) =>
      ports.map(({ workload, port }) => ({
        from: OUTSIDE,
        to: workload,
        port,
        protocol,
        because: `${object} is a ${type}`,
        certain: true,
      })),
    )
}

function fromSettings({ objects, pods, services }: Topology): readonly NeededFlow[] {
  const byName = new Map(objects.map((object) => [nameOf(object), object]))
  const byService = portsByService(services)
  return pods.flatMap((pod) => settingsOf(pod.of, byName).flatMap((setting) => callsOf(setting, pod, byService)))
}

function callsOf(setting: ReadSetting, pod: Workload, services: ReadonlyMap<string, readonly ServicePort[]>): readonly NeededFlow[] {
  const called = addresses(setting.value).flatMap(({ scheme, host, port }): readonly NeededFlow[] => {
    const name = serviceOf(host, pod.namespace)
    const ports = name === undefined ? undefined : services.get(`${name.namespace}/${name.service}`)
    if (ports !== undefined) return callsTo(setting, pod, port === 0 ? ports : ports.filter((each) => each.port === port))
    if (scheme === '' || port === 0) return []
    return [{ from: pod.object, to: host, port, protocol: 'TCP', because: because(setting), certain: false }]
  })
  const bare = /(host|hostname|server|addr|address|service)$/i.test(setting.key)
    ? serviceOf(setting.value.trim(), pod.namespace)
    : undefined
  const alone = bare === undefined ? [] : (services.get(`${bare.namespace}/${bare.service}`) ?? [])
  return [...called, ...callsTo(setting, pod, alone)]
}

function callsTo(setting: ReadSetting, pod: Workload, ports: readonly ServicePort[]): readonly NeededFlow[] {
  return ports.flatMap(({ protocol, ports: leads }) =>
    leads.map(({ workload, port }) => ({
      from: pod.object,
      to: workload,
      port,
      protocol,
      because: because(setting),
      certain: !isOnlyTold(setting.key) && workload !== pod.object,
    })),
  )
}

const because = ({ object, key }: ReadSetting): string => `${key} in ${object} names it`

/** `expects.outside`: flows out of the cluster that are meant. */
function declared(expects: Value): readonly NeededFlow[] {
  return listOf(fieldOf(expects, 'outside')).map((flow) => ({
    from: textOf(fieldOf(flow, 'from')),
    to: textOf(fieldOf(flow, 'to')),
    port: numberOf(fieldOf(flow, 'port')) ?? 443,
    protocol: textOf(fieldOf(flow, 'protocol')) || 'TCP',
    because: 'the plan declares it',
    certain: true,
  }))
}
