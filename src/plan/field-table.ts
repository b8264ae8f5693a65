import type { z } from 'zod'
import { DURATION_PATTERN } from '../domain/duration.ts'

export type SchemaNode = z.core.JSONSchema.BaseSchema

export interface Field {
  /** Dotted, from where the table begins: `expect.status`, `hosts.NAME.ssh`, `objects[].name`. */
  readonly path: string
  readonly type: string
  /** `required`, a default, or empty. */
  readonly need: string
  readonly description: string
}

/** Every field below `node`, depth first; `stop` names properties that have a section of their own. */
export function fieldsOf(node: SchemaNode, stop: readonly string[] = [], prefix = ''): readonly Field[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const child = nodeOf(property)
    if (child === undefined || (prefix === '' && stop.includes(name))) return []
    const path = prefix === '' ? name : `${prefix}.${name}`
    return [fieldOf(path, child, node.required?.includes(name) === true), ...below(child, path)]
  })
}

/** Fields of a plan that have fields of their own, and so a section: `steps` has several. */
export const sectionsOf = (plan: SchemaNode): readonly string[] =>
  Object.entries(plan.properties ?? {}).flatMap(([name, property]) =>
    name !== 'steps' && fieldsOf(nodeOf(property) ?? {}).length > 0 ? [name] : [],
  )

const fieldOf = (path: string, node: SchemaNode, isRequired: boolean): Field => ({
  path,
  type: typeOf(node),
  need: isRequired ? 'required' : node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``,
  description: node.description ?? '',
})

function below(node: SchemaNode, path: string): readonly Field[] {
  const items = nodeOf(Array.isArray(node.items) ? undefined : node.items)
  const values = nodeOf(node.additionalProperties)
  const branches = (node.anyOf ?? []).map((each) => nodeOf(each))
  return [
    ...fieldsOf(node, [], path),
    ...(items?.properties ? fieldsOf(items, [], `${path}[]`) : []),
    ...(values?.properties ? fieldsOf(values, [], `${path}.NAME`) : []),
    ...branches.flatMap((branch) => (branch?.properties ? fieldsOf(branch, [], path) : [])),
  ]
}

function typeOf(node: SchemaNode): string {
  if (node.anyOf !== undefined) return node.anyOf.map((each) => typeOf(nodeOf(each) ?? {})).join(' or ')
  if (node.enum !== undefined) return node.enum.map((each) => `\`${String(each)}\``).join(' or ')
  if (node.const !== undefined) return `\`${String(node.const)}\``
  if (node.type === 'string') return node.pattern === DURATION_PATTERN ? 'duration' : node.format === 'uri' ? 'URL' : 'text'
  if (node.type === 'integer') return `whole number${bounds(node)}`
  if (node.type === 'number') return `number${bounds(node)}`
  if (node.type === 'boolean') return 'true or false'
  if (node.type === 'array') return `list of ${typeOf(nodeOf(Array.isArray(node.items) ? node.items[0] : node.items) ?? {})}`
  if (node.type === 'object') return node.properties === undefined && nodeOf(node.additionalProperties) ? 'map of names to values' : 'map'
  return 'anything'
}

function bounds({ minimum, maximum }: SchemaNode): string {
  if (minimum !== undefined && maximum !== undefined) return ` ${minimum}–${maximum}`
  if (minimum !== undefined) return ` ≥ ${minimum}`
  return maximum === undefined ? '' : ` ≤ ${maximum}`
}

export const nodeOf = (value: unknown): SchemaNode | undefined => (isNode(value) ? value : undefined)
const isNode = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null

export function fieldTable(fields: readonly Field[]): string {
  if (fields.length === 0) return 'It has no fields.'
  const rows = fields.map((field) => `| \`${field.path}\` | ${cell(field.type)} | ${cell(field.need)} | ${cell(field.description)} |`)
  return ['| field | type | default | |', '|---|---|---|---|', ...rows].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
