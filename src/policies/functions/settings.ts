import type { Json } from '../../domain/json.ts'
import { base64Text } from './base64.ts'
import { nameOf } from './identity.ts'
import { allContainers } from './pods.ts'
import { references } from './references.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, textOf, textsOf } from './value.ts'

/** A value that somebody wrote for a program to read, and where. */
export interface Setting {
  readonly object: string
  readonly path: string
  readonly key: string
  readonly value: string
}

/** Environment variables whose values stand in the object itself. */
export function variables(object: Value): readonly Setting[] {
  return allContainers(object).flatMap((container) =>
    listOf(container.env).flatMap((variable, index) => {
      const value = fieldOf(variable, 'value')
      if (typeof value !== 'string') return []
      return [{ object: nameOf(object), path: `${container.path}.env[${index}].value`, key: textOf(fieldOf(variable, 'name')), value }]
    }),
  )
}

/** The entries of a ConfigMap or Secret as programs get them: `data` of a Secret decoded. */
export function entries(object: Value): readonly Setting[] {
  const decoded = fieldOf(object, 'kind') === 'Secret'
  const data = under(object, 'data').map((entry) => (decoded ? { ...entry, value: base64Text(entry.value) } : entry))
  return [...data, ...under(object, 'stringData')]
}

/** The entries that the API server decodes: `data` of a Secret, `binaryData` of a ConfigMap; values as they stand. */
export function encoded(object: Value): readonly Setting[] {
  return under(object, fieldOf(object, 'kind') === 'Secret' ? 'data' : 'binaryData')
}

function under(object: Value, field: string): readonly Setting[] {
  return Object.entries(textsOf(fieldOf(object, field))).map(([key, value]) => ({
    object: nameOf(object),
    path: /^[\w-]+$/.test(key) ? `${field}.${key}` : `${field}["${key}"]`,
    key,
    value,
  }))
}

/** Everything that a workload's programs read from the plan's own objects: variables, and the ConfigMaps and Secrets it names. */
export function settingsOf(workload: Json, objects: ReadonlyMap<string, Json>): readonly Setting[] {
  const own = variables(workload)
  const named = references(workload).flatMap(({ kind, name, key, variable }) => {
    const source = objects.get(`${kind}/${name}`)
    if (source === undefined || kind === 'PersistentVolumeClaim') return []
    const read = entries(source).filter((entry) => key === '' || entry.key === key)
    return read.map((entry) => ({ ...entry, key: variable || entry.key }))
  })
  return [...new Map([...own, ...named].map((setting) => [`${setting.object} ${setting.path} ${setting.key}`, setting])).values()]
}
