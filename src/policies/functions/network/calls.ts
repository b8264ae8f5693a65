import { kindAndName, kindOf, namespaceOf } from '../identity.ts'
import type { Workload } from '../pods.ts'
import { portsByService } from '../services.ts'
import type { ServicePort } from '../services.ts'
import type { Setting } from '../settings.ts'
import type { Topology } from '../topology.ts'
import { addresses, serviceOf } from './addresses.ts'
import type { Address } from './addresses.ts'

/** A setting of a workload that addresses something. */
export interface Call {
  /** Where the setting stands. */
  readonly object: string
  readonly path: string
  readonly key: string
  /** The workload that reads it. */
  readonly by: string
  readonly host: string
  /** 0: whichever the Service has. */
  readonly port: number
  /** `Service/api`, of the plan's namespace; '' for whatever lies outside the plan. */
  readonly service: string
  /** The Service itself, where it is the plan's and selects pods; else ''. */
  readonly target: string
  /** The plan has the Service. */
  readonly exists: boolean
  /** The Service has the port. */
  readonly found: boolean
  /** The Service's ports that are meant. */
  readonly ports: readonly ServicePort[]
}

/** Everything that settings address: Services by their names in the cluster's DNS, and hosts beyond. */
export function callsOf(topology: Topology): readonly Call[] {
  const known = servicesOf(topology)
  return topology.pods.flatMap((pod) => (topology.settings.get(pod.object) ?? []).flatMap((setting) => callsIn(setting, pod, known)))
}

interface Services {
  readonly names: ReadonlySet<string>
  readonly ports: ReadonlyMap<string, readonly ServicePort[]>
}

function servicesOf({ objects, namespace, services }: Topology): Services {
  const own = objects.filter((object) => kindOf(object) === 'Service')
  return {
    names: new Set(own.map((object) => `${namespaceOf(object, namespace)}/${kindAndName(object)}`)),
    ports: portsByService(services),
  }
}

function callsIn(setting: Setting, pod: Workload, known: Services): readonly Call[] {
  const bare = setting.value.trim()
  const isName = NAMES_A_HOST.test(setting.key) && known.names.has(`${pod.namespace}/Service/${bare}`)
  const found = [...addresses(setting.value), ...(isName ? [{ scheme: '', host: bare, port: 0 }] : [])]
  return found.flatMap((address) => callOf(address, setting, pod, known) ?? [])
}

const NAMES_A_HOST = /(host|hostname|server|addr|address|service)$/i

function callOf({ scheme, host, port }: Address, setting: Setting, pod: Workload, known: Services): Call | undefined {
  const call = { object: setting.object, path: setting.path, key: setting.key, by: pod.object, host, port }
  const name = serviceOf(host, pod.namespace)
  if (name !== undefined && known.names.has(`${name.namespace}/Service/${name.service}`)) {
    const all = known.ports.get(`${name.namespace}/${name.service}`)
    const ports = (all ?? []).filter((each) => port === 0 || each.port === port)
    return {
      ...call,
      service: `Service/${name.service}`,
      target: all?.[0]?.object ?? '',
      exists: true,
      found: all === undefined || ports.length > 0,
      ports,
    }
  }
  if (scheme === '') return undefined
  const isMissing = name?.namespace === pod.namespace && isServiceName(host) && !setting.value.includes('\n')
  return { ...call, service: isMissing ? `Service/${name.service}` : '', target: '', exists: !isMissing, found: true, ports: [] }
}

/** A name without dots, or one that says that it is a Service's. */
function isServiceName(host: string): boolean {
  return host !== 'localhost' && /^[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+\.svc(\..+)?)?$/.test(host)
}

/** Those that mean a Service, once each, whoever reads the setting. */
export function serviceCalls(topology: Topology): readonly Call[] {
  const all = callsOf(topology).filter(({ service }) => service !== '')
  return [...new Map(all.map((call) => [`${call.object} ${call.path} ${call.service} ${call.port}`, call])).values()]
}
