import type { Json } from '../../domain/json.ts'
import { kindOf, nameOf } from './identity.ts'
import { neighbours } from './neighbours.ts'
import { allContainers, podSpec, podPath } from './pods.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, mapOf, textOf } from './value.ts'

/** A ConfigMap, Secret or claim that a workload's pods need. `key`: the one member they need of it; '' for all. */
export interface Reference {
  readonly object: string
  readonly path: string
  readonly kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim'
  readonly name: string
  readonly key: string
  /** The environment variable that the key becomes; '' for what is mounted, or becomes variables of the keys' own names. */
  readonly variable: string
  readonly optional: boolean
}

/** Every one that an object's pods name: by `env`, `envFrom`, volumes, projected volumes and `imagePullSecrets`. */
export function references(object: Value): readonly Reference[] {
  const pod = podSpec(object)
  const path = podPath(object, 'spec')
  const made = (at: string, kind: Reference['kind'], source: Value, name: string, key = '', variable = ''): readonly Reference[] =>
    name === '' ? [] : [{ object: nameOf(object), path: at, kind, name, key, variable, optional: fieldOf(source, 'optional') === true }]
  return [
    ...allContainers(object).flatMap((container) => ofContainer(container, container.path, made)),
    ...listOf(pod.volumes).flatMap((volume, index) => ofVolume(volume, `${path}.volumes[${index}]`, made)),
    ...listOf(pod.imagePullSecrets).flatMap((secret, index) =>
      made(`${path}.imagePullSecrets[${index}]`, 'Secret', secret, textOf(fieldOf(secret, 'name'))),
    ),
  ]
}

type Made = (path: string, kind: Reference['kind'], source: Value, name: string, key?: string, variable?: string) => readonly Reference[]

function ofContainer(container: Value, path: string, made: Made): readonly Reference[] {
  const single = listOf(fieldOf(container, 'env')).flatMap((variable, index) => {
    const from = mapOf(fieldOf(variable, 'valueFrom'))
    const one = (field: string, kind: Reference['kind']): readonly Reference[] =>
      made(
        `${path}.env[${index}].valueFrom.${field}`,
        kind,
        from[field],
        textOf(fieldOf(from[field], 'name')),
        textOf(fieldOf(from[field], 'key')),
        textOf(fieldOf(variable, 'name')),
      )
    return [...one('configMapKeyRef', 'ConfigMap'), ...one('secretKeyRef', 'Secret')]
  })
  const whole = listOf(fieldOf(container, 'envFrom')).flatMap((source, index) => {
    const one = (field: string, kind: Reference['kind']): readonly Reference[] =>
      made(`${path}.envFrom[${index}].${field}`, kind, fieldOf(source, field), textOf(fieldOf(source, `${field}.name`)))
    return [...one('configMapRef', 'ConfigMap'), ...one('secretRef', 'Secret')]
  })
  return [...single, ...whole]
}

function ofVolume(volume: Json, path: string, made: Made): readonly Reference[] {
  const { configMap, secret, persistentVolumeClaim, projected } = mapOf(volume)
  return [
    ...keysOf(`${path}.configMap`, 'ConfigMap', configMap, textOf(fieldOf(configMap, 'name')), made),
    ...keysOf(`${path}.secret`, 'Secret', secret, textOf(fieldOf(secret, 'secretName')), made),
    ...made(
      `${path}.persistentVolumeClaim`,
      'PersistentVolumeClaim',
      persistentVolumeClaim,
      textOf(fieldOf(persistentVolumeClaim, 'claimName')),
    ),
    ...listOf(fieldOf(projected, 'sources')).flatMap((source, index) => {
      const at = `${path}.projected.sources[${index}]`
      const { configMap: map, secret: hidden } = mapOf(source)
      return [
        ...keysOf(`${at}.configMap`, 'ConfigMap', map, textOf(fieldOf(map, 'name')), made),
        ...keysOf(`${at}.secret`, 'Secret', hidden, textOf(fieldOf(hidden, 'name')), made),
      ]
    }),
  ]
}

/** A volume of some keys needs each of them, one of all needs the object alone. */
function keysOf(path: string, kind: Reference['kind'], source: Value, name: string, made: Made): readonly Reference[] {
  const items = listOf(fieldOf(source, 'items'))
  if (items.length === 0) return made(path, kind, source, name)
  return items.flatMap((item, index) => made(`${path}.items[${index}]`, kind, source, name, textOf(fieldOf(item, 'key'))))
}

/** A reference, and whether the plan's own objects answer it. */
export interface ResolvedReference extends Reference {
  /** One of the plan's objects, or made by one of them (an ExternalSecret, a certificate), or there in every namespace. */
  readonly found: boolean
  /** False only where the object is the plan's own and has no such key. */
  readonly keyFound: boolean
}

/** All references of all objects, each with its answer. */
export function resolvedReferences(objects: readonly Json[]): readonly ResolvedReference[] {
  const own = neighbours(objects)
  const made = new Set(objects.flatMap(madeBy))
  const named = objects.flatMap((object) => references(object).map((reference) => ({ reference, others: own(object) })))
  return named.map(({ reference, others }) => {
    const name = `${reference.kind}/${reference.name}`
    const target = others.get(name)
    const found = target !== undefined || made.has(name) || name === 'ConfigMap/kube-root-ca.crt'
    return { ...reference, found, keyFound: target === undefined || reference.key === '' || keys(target).includes(reference.key) }
  })
}

/** The keys of a ConfigMap or Secret. */
export function keys(object: Value): readonly string[] {
  return ['data', 'stringData', 'binaryData'].flatMap((field) => Object.keys(mapOf(fieldOf(object, field))))
}

/** The names of what controllers make of well-known custom resources: External Secrets, Sealed Secrets, cert-manager. */
export function madeBy(object: Json): readonly string[] {
  const name = textOf(fieldOf(object, 'metadata.name'))
  switch (kindOf(object)) {
    case 'ExternalSecret':
      return [`Secret/${textOf(fieldOf(object, 'spec.target.name')) || name}`]
    case 'SealedSecret':
      return [`Secret/${textOf(fieldOf(object, 'spec.template.metadata.name')) || name}`]
    case 'Certificate':
      return [`Secret/${textOf(fieldOf(object, 'spec.secretName'))}`]
    default:
      return []
  }
}
