import type { Json } from '../../domain/json.ts'
import { kindAndName, kindOf, nameOf, namespaceOf } from './identity.ts'
import { neighbours } from './neighbours.ts'
import { keys, madeBy } from './references.ts'
import type { ServicePort } from './services.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, mapOf, numberOf, textOf } from './value.ts'

/** A path of an Ingress and the Service port behind it. */
export interface IngressPath {
  readonly object: string
  readonly path: string
  /** '' for every host. */
  readonly host: string
  /** `/api`; `/` for a default backend. */
  readonly route: string
  readonly service: string
  /** The Service itself, where it is the plan's and selects pods; else ''. */
  readonly target: string
  /** As written, a number or a name. */
  readonly port: string
  readonly serviceFound: boolean
  readonly portFound: boolean
  /** What serves it: workload and container port. */
  readonly leadsTo: readonly { readonly workload: string; readonly port: number }[]
  /** Other paths of the plan that claim the same host and route for something else. */
  readonly rivals: readonly string[]
}

/** Every path of every Ingress, default backends included. Backends that are no Services (`resource`) are left out. */
export function ingressPaths(objects: readonly Json[], ports: readonly ServicePort[], namespace: string): readonly IngressPath[] {
  const services = new Set(
    objects.filter((object) => kindOf(object) === 'Service').map((object) => `${namespaceOf(object, namespace)}/${kindAndName(object)}`),
  )
  const found = objects.filter(isIngress).flatMap((ingress) =>
    backends(ingress).map(({ path, host, route, type, backend }) => {
      const service = textOf(fieldOf(backend, 'name'))
      const port = numberOf(fieldOf(backend, 'port.number')) ?? textOf(fieldOf(backend, 'port.name'))
      const own = ports.filter((each) => each.service === service && each.namespace === namespaceOf(ingress, namespace))
      const match = own.find((each) => (typeof port === 'number' ? each.port === port : each.name === port))
      const serviceFound = services.has(`${namespaceOf(ingress, namespace)}/Service/${service}`)
      const portFound = match !== undefined || own.length === 0
      return {
        object: nameOf(ingress),
        path,
        host,
        route,
        type,
        service,
        target: own[0]?.object ?? '',
        port: String(port),
        serviceFound,
        portFound,
        leadsTo: match?.ports ?? [],
      }
    }),
  )
  return found.map(({ type, ...each }) => ({
    ...each,
    rivals: found.filter((other) => isRival({ type, ...each }, other)).map(({ object }) => object),
  }))
}

type Claim = Pick<IngressPath, 'object' | 'path' | 'host' | 'route' | 'service' | 'target' | 'port'> & { readonly type: string }

function isRival(one: Claim, other: Claim): boolean {
  const same = one.host === other.host && one.route === other.route && one.type === other.type
  return (
    same &&
    (one.object !== other.object || one.path !== other.path) &&
    (one.service !== other.service || one.target !== other.target || one.port !== other.port)
  )
}

export function isIngress(object: Value): boolean {
  return kindOf(object) === 'Ingress' && textOf(fieldOf(object, 'apiVersion')).startsWith('networking.k8s.io/')
}

interface Backend {
  readonly path: string
  readonly host: string
  readonly route: string
  readonly type: string
  readonly backend: Value
}

function backends(ingress: Json): readonly Backend[] {
  const fallback = fieldOf(ingress, 'spec.defaultBackend.service')
  const first = fallback === undefined ? [] : [{ path: 'spec.defaultBackend', host: '', route: '/', type: 'Prefix', backend: fallback }]
  const listed = listOf(fieldOf(ingress, 'spec.rules')).flatMap((rule, at) =>
    listOf(fieldOf(rule, 'http.paths')).flatMap((each, index) => {
      const backend = fieldOf(each, 'backend.service')
      if (backend === undefined) return []
      const route = textOf(fieldOf(each, 'path')) || '/'
      const host = textOf(fieldOf(rule, 'host'))
      return [{ path: `spec.rules[${at}].http.paths[${index}]`, host, route, type: textOf(fieldOf(each, 'pathType')), backend }]
    }),
  )
  return [...first, ...listed]
}

/** A host of an Ingress ('' for every host), and whether one of its TLS entries is for it. */
export interface IngressHost {
  readonly object: string
  readonly path: string
  readonly host: string
  readonly tls: boolean
}

/** One for each rule of an Ingress; where it has none, one for its default backend, which every host leads to. */
export function ingressHosts(ingress: Value): readonly IngressHost[] {
  const object = nameOf(ingress)
  const entries = listOf(fieldOf(ingress, 'spec.tls'))
  const named = entries.flatMap((entry) => listOf(fieldOf(entry, 'hosts')).map(textOf))
  const rules = listOf(fieldOf(ingress, 'spec.rules'))
  if (rules.length === 0 && fieldOf(ingress, 'spec.defaultBackend') !== undefined)
    return [{ object, path: 'spec.defaultBackend', host: '', tls: entries.length > 0 }]
  return rules.map((rule, index) => {
    const host = textOf(fieldOf(rule, 'host'))
    const tls = host === '' ? entries.length > 0 : named.some((name) => hostCovers(name, host))
    return { object, path: `spec.rules[${index}].host`, host, tls }
  })
}

/** Whether a host of an Ingress stands for another: itself, or `*.example.org` for one label more (Kubernetes documentation, "Ingress", hostname wildcards). */
export function hostCovers(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.indexOf('.') > 0 && host.slice(host.indexOf('.')) === pattern.slice(1))
}

/** A TLS entry of an Ingress and the Secret it names. */
export interface IngressTls {
  readonly object: string
  readonly path: string
  readonly secret: string
  readonly found: boolean
  /** A Secret of the plan with certificate and key, or none of the plan's. */
  readonly complete: boolean
}

export function ingressTls(objects: readonly Json[]): readonly IngressTls[] {
  const made = new Set(objects.flatMap(madeBy))
  const own = neighbours(objects)
  return objects.filter(isIngress).flatMap((ingress) =>
    listOf(fieldOf(ingress, 'spec.tls')).map((entry, index) => {
      const secret = textOf(fieldOf(entry, 'secretName'))
      const target = own(ingress).get(`Secret/${secret}`)
      const found = target !== undefined || isIssued(ingress) || made.has(`Secret/${secret}`)
      const complete = target === undefined || ['tls.crt', 'tls.key'].every((key) => keys(target).includes(key))
      return { object: nameOf(ingress), path: `spec.tls[${index}].secretName`, secret, found, complete }
    }),
  )
}

/** cert-manager makes the Secrets of Ingresses with its annotation. */
function isIssued(ingress: Json): boolean {
  return Object.keys(mapOf(fieldOf(ingress, 'metadata.annotations'))).some((key) => /^cert-manager\.io\/(cluster-)?issuer$/.test(key))
}
