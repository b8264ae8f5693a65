/**
 * As much of a kind's OpenAPI schema as server-side apply looks at: what is a list with keys
 * (`x-kubernetes-list-type: map`), what is replaced whole, which members there are.
 */
export type Schema =
  | { readonly type: 'string' | 'integer' | 'boolean' }
  /** A number or text (quantities, ports by name or number). */
  | { readonly type: 'scalar' }
  /** Replaced whole: `x-kubernetes-list-type: atomic`, `x-kubernetes-map-type: atomic`. */
  | { readonly type: 'atomic' }
  | { readonly type: 'map'; readonly of: Schema }
  | StructSchema
  | KeyedListSchema
  | { readonly type: 'set' }
  /** Nothing is known (preserve-unknown-fields): maps are merged, lists replaced whole. */
  | { readonly type: 'untyped' }

export interface StructSchema {
  readonly type: 'struct'
  readonly fields: Readonly<Record<string, Schema>>
  /** True for a Go struct that is no pointer: there even when it is empty, so that nobody comes to own its mere presence. */
  readonly always: boolean
}

export interface KeyedListSchema {
  readonly type: 'list'
  readonly keys: readonly string[]
  /** Values of keys that may be left out: a port's protocol is TCP. */
  readonly defaults: Readonly<Record<string, string>>
  readonly of: StructSchema
}

export const STRING: Schema = { type: 'string' }
export const INTEGER: Schema = { type: 'integer' }
export const BOOLEAN: Schema = { type: 'boolean' }
export const SCALAR: Schema = { type: 'scalar' }
export const ATOMIC: Schema = { type: 'atomic' }
export const UNTYPED: Schema = { type: 'untyped' }
export const SET: Schema = { type: 'set' }
export const STRINGS: Schema = { type: 'map', of: STRING }
export const QUANTITIES: Schema = { type: 'map', of: SCALAR }

export const struct = (fields: Readonly<Record<string, Schema>>): StructSchema => ({ type: 'struct', fields, always: false })
export const embedded = (fields: Readonly<Record<string, Schema>>): StructSchema => ({ type: 'struct', fields, always: true })
export const keyed = (keys: readonly string[], of: StructSchema, defaults: Readonly<Record<string, string>> = {}): KeyedListSchema => ({
  type: 'list',
  keys,
  defaults,
  of,
})
