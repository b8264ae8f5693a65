import type { SchemaNode } from '../field-table.ts'
import { nodeOf, sectionsOf } from '../field-table.ts'
import { planJsonSchema } from '../json-schema.ts'
import type { PlanPath } from '../source.ts'
import type { Registries } from './plan.ts'

const schemas = new WeakMap<Registries['kinds'], SchemaNode>()

/** Made only for a plan with a mistake, and once: making it takes longer than checking a plan. */
function schemaOf(registries: Registries): SchemaNode {
  const schema = schemas.get(registries.kinds) ?? nodeOf(planJsonSchema(registries)) ?? {}
  schemas.set(registries.kinds, schema)
  return schema
}

/** Where docs/plan-reference.md describes the field at `path`: "`fine[].what` under `compare-sides`". */
export function documented(path: PlanPath, registries: Registries): string {
  const { section, node, rest } = place(path, registries)
  const field = named(node, rest)
  return field === '' ? `\`${section}\`` : section === undefined ? `\`${field}\`` : `\`${field}\` under \`${section}\``
}

interface Place {
  /** Its heading; undefined: the plan itself, a step, a gate. */
  readonly section?: string
  readonly node: SchemaNode
  readonly rest: PlanPath
}

function place(path: PlanPath, registries: Registries): Place {
  const plan = schemaOf(registries)
  const [first, index, ...rest] = path
  if (first !== 'steps' || index === undefined) {
    const section = sectionsOf(plan).find((each) => each === first)
    return section === undefined ? { node: plan, rest: path } : { section, node: member(plan, section), rest: path.slice(1) }
  }
  const step = items(member(plan, 'steps'))
  const [field, position, ...below] = rest
  if (field === 'gates' && position !== undefined) return ofKind(items(member(step, 'gates')), below, registries.gates)
  return ofKind(step, rest, registries.kinds)
}

function ofKind(node: SchemaNode, path: PlanPath, kinds: ReadonlyMap<string, unknown>): Place {
  const [kind, ...rest] = path
  return typeof kind === 'string' && kinds.has(kind) ? { section: kind, node: member(node, kind), rest } : { node, rest: path }
}

/** As the tables write it: an item of a list is its list, a field of one `list[].field`, and what a person named is NAME. */
function named(node: SchemaNode, path: PlanPath): string {
  let at = node
  const parts = path.map((part, index) => {
    const before = at
    if (typeof part === 'number') {
      at = items(before)
      return index === path.length - 1 ? '' : '[]'
    }
    const holder = [before, ...branches(before)].find((each) => Object.hasOwn(each.properties ?? {}, part))
    at = holder ? member(holder, String(part)) : (nodeOf(before.additionalProperties) ?? {})
    return `.${holder || before.additionalProperties === undefined ? String(part) : 'NAME'}`
  })
  return parts.join('').replace(/^\./, '')
}

const branches = (node: SchemaNode): readonly SchemaNode[] => (node.anyOf ?? []).map((each) => nodeOf(each) ?? {})
const member = (node: SchemaNode, name: string): SchemaNode => nodeOf(node.properties?.[name]) ?? {}
const items = ({ items: each }: SchemaNode): SchemaNode => nodeOf(Array.isArray(each) ? undefined : each) ?? {}
