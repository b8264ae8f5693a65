import type { Json, JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import type { Cause } from './answers.ts'
import { at, objectOf, objectsOf, textOf } from './json.ts'
import { NODE_PORTS } from './node-ports.ts'
import type { Resource } from './resources.ts'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']

const required = (field: string): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field })
const wrong = (field: string, value: Json | undefined, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${why}`,
  field,
})
const forbidden = (field: string, why: string): Cause => ({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field })
const unsupported = (field: string, value: Json | undefined, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value ?? null)}: supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`,
  field,
})

/** What the allocator of node ports knows of a write. */
export interface NodePorts {
  readonly taken: ReadonlySet<number>
  readonly dryRun: boolean
}

/** What the server refuses with 422, for the mistakes that a plan's manifests may hold; the rest it would refuse is let through. */
export function validate(resource: Resource, object: JsonObject, before: JsonObject | undefined, ports: NodePorts): readonly Cause[] {
  return [
    ...identity(object, before),
    ...ownRules(resource, objectOf(object['spec']), before === undefined ? undefined : objectOf(before['spec']), ports),
  ]
}

function identity(object: JsonObject, before: JsonObject | undefined): readonly Cause[] {
  const [name, uid, old] = [textOf(at(object, 'metadata', 'name')), at(object, 'metadata', 'uid'), at(before, 'metadata', 'uid')]
  return [
    ...(SUBDOMAIN.test(name) && name.length <= 253 ? [] : [wrong('metadata.name', name, SUBDOMAIN_MESSAGE)]),
    ...(before !== undefined && uid !== undefined && uid !== old ? [wrong('metadata.uid', uid, 'field is immutable')] : []),
  ]
}

function ownRules(resource: Resource, spec: JsonObject, before: JsonObject | undefined, ports: NodePorts): readonly Cause[] {
  switch (`${resource.group}/${resource.kind}`) {
    case 'apps/Deployment':
      return deployment(spec, before)
    case '/Service':
      return [...service(spec), ...nodePorts(spec, ports)]
    case '/PersistentVolumeClaim':
      return claim(spec, before)
    case 'autoscaling/HorizontalPodAutoscaler':
      return autoscaler(spec)
    case 'networking.k8s.io/Ingress':
      return ingress(spec)
    default:
      return []
  }
}

function deployment(spec: JsonObject, before: JsonObject | undefined): readonly Cause[] {
  const causes: Cause[] = []
  const labels = at(spec, 'template', 'metadata', 'labels')
  const selector = spec['selector']
  const wanted = Object.entries(objectOf(at(selector, 'matchLabels')))
  if (selector === undefined) causes.push(required('spec.selector'))
  if (selector === undefined || wanted.some(([name, value]) => objectOf(labels)[name] !== value)) {
    causes.push(wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  }
  if (objectsOf(at(spec, 'template', 'spec', 'containers')).length === 0) causes.push(required('spec.template.spec.containers'))
  if (before !== undefined && canonicalJson(before['selector']) !== canonicalJson(selector))
    causes.push(wrong('spec.selector', selector, 'field is immutable'))
  return causes
}

function service(spec: JsonObject): readonly Cause[] {
  const ports = objectsOf(spec['ports'])
  if (ports.length === 0 && spec['type'] !== 'ExternalName' && spec['clusterIP'] !== 'None') return [required('spec.ports')]
  return ports.flatMap((port, index) =>
    ['port', 'targetPort'].flatMap((field) => {
      const value = port[field]
      const outside = typeof value === 'number' && (value < 1 || value > 65_535)
      return outside ? [wrong(`spec.ports[${index}].${field}`, value, 'must be between 1 and 65535, inclusive')] : []
    }),
  )
}

function nodePorts(spec: JsonObject, { taken, dryRun }: NodePorts): readonly Cause[] {
  return objectsOf(spec['ports']).flatMap(({ nodePort }, index) => {
    if (typeof nodePort !== 'number') return []
    const field = `spec.ports[${index}].nodePort`
    if (spec['type'] === 'ClusterIP') return [forbidden(field, "may not be used when `type` is 'ClusterIP'")]
    // Seen on 1.36: a dry run allocates nothing, and so does not look at the range.
    if (!dryRun && (nodePort < NODE_PORTS.first || nodePort > NODE_PORTS.last))
      return [
        wrong(
          field,
          nodePort,
          `provided port is not in the valid range. The range of valid ports is ${NODE_PORTS.first}-${NODE_PORTS.last}`,
        ),
      ]
    return taken.has(nodePort) ? [wrong(field, nodePort, 'provided port is already allocated')] : []
  })
}

function claim(spec: JsonObject, before: JsonObject | undefined): readonly Cause[] {
  const causes: Cause[] = []
  if (objectsOf(spec['accessModes']).length === 0 && !Array.isArray(spec['accessModes'])) causes.push(required('spec.accessModes'))
  if (at(spec, 'resources', 'requests', 'storage') === undefined) causes.push(required('spec.resources[storage]'))
  if (before !== undefined && before['storageClassName'] !== spec['storageClassName'])
    causes.push(
      forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'),
    )
  return causes
}

function autoscaler(spec: JsonObject): readonly Cause[] {
  const [least, most] = [spec['minReplicas'], spec['maxReplicas']]
  if (typeof most !== 'number' || most < 1) return [wrong('spec.maxReplicas', most, 'must be greater than 0')]
  return typeof least === 'number' && least > most
    ? [wrong('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`')]
    : []
}

function ingress(spec: JsonObject): readonly Cause[] {
  const rules = objectsOf(spec['rules'])
  if (rules.length === 0 && spec['defaultBackend'] === undefined)
    return [wrong('spec', null, 'either `defaultBackend` or `rules` must be specified')]
  return rules.flatMap((rule, index) =>
    objectsOf(at(rule, 'http', 'paths')).flatMap((path, position) => {
      const field = `spec.rules[${index}].http.paths[${position}].pathType`
      if (path['pathType'] === undefined)
        return [{ reason: 'FieldValueRequired', message: 'Required value: pathType must be specified', field }]
      return PATH_TYPES.includes(textOf(path['pathType'])) ? [] : [unsupported(field, path['pathType'], PATH_TYPES)]
    }),
  )
}
