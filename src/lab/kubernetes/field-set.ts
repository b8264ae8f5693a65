import type { JsonObject } from '../../domain/json.ts'
import { isObject } from './json.ts'

/**
 * A set of field paths as a tree, the way `managedFields` says it (FieldsV1): keys are `f:NAME` for a member, `k:{…}` for the item of a
 * keyed list, `v:VALUE` for the item of a set. `member` says whether the path that ends here belongs to the set.
 */
export interface FieldSet {
  readonly member: boolean
  readonly children: Readonly<Record<string, FieldSet>>
}

export const EMPTY: FieldSet = { member: false, children: {} }
export const LEAF: FieldSet = { member: true, children: {} }

export const isEmpty = (set: FieldSet): boolean => !set.member && Object.values(set.children).every((child) => isEmpty(child))

/** A node without the branches that hold nothing. */
export function node(member: boolean, children: Readonly<Record<string, FieldSet>>): FieldSet {
  return { member, children: Object.fromEntries(Object.entries(children).filter(([, child]) => !isEmpty(child))) }
}

function combine(a: FieldSet, b: FieldSet, keep: (inA: boolean, inB: boolean) => boolean): FieldSet {
  const keys = new Set([...Object.keys(a.children), ...Object.keys(b.children)])
  const children = Object.fromEntries([...keys].map((key) => [key, combine(a.children[key] ?? EMPTY, b.children[key] ?? EMPTY, keep)]))
  return node(keep(a.member, b.member), children)
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA || inB)
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && inB)
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && !inB)
export const equal = (a: FieldSet, b: FieldSet): boolean => isEmpty(combine(a, b, (inA, inB) => inA !== inB))

export function toFieldsV1(set: FieldSet): JsonObject {
  const children = Object.entries(set.children).map(([key, child]) => [key, toFieldsV1(child)] as const)
  return Object.fromEntries(set.member && children.length > 0 ? [['.', {}] as const, ...children] : children)
}

/** Reads FieldsV1. An object without members is a path that ends there; the outermost level never does. */
export function fromFieldsV1(fields: JsonObject, outermost = true): FieldSet {
  const entries = Object.entries(fields).filter(([key]) => key !== '.')
  const children = Object.fromEntries(entries.map(([key, child]) => [key, isObject(child) ? fromFieldsV1(child, false) : LEAF]))
  return { member: !outermost && ('.' in fields || entries.length === 0), children }
}

/** The paths as the API server prints them: `.spec.ports[port=80,protocol="TCP"].name`; of one level first its own, then what lies below. */
export function pathsOf(set: FieldSet, prefix = ''): readonly string[] {
  const children = Object.entries(set.children).map(([key, child]) => ({ path: prefix + elementText(key), child }))
  const here = children.filter(({ child }) => child.member).map(({ path }) => path)
  return [...here, ...children.flatMap(({ path, child }) => pathsOf(child, path))]
}

export function elementText(key: string): string {
  const rest = key.slice(2)
  if (key.startsWith('f:')) return `.${rest}`
  if (key.startsWith('v:')) return `[=${rest}]`
  const keys: unknown = JSON.parse(rest)
  return isObject(keys)
    ? `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`
    : `[${rest}]`
}
