import type { Json } from '../domain/json.ts'

/** An interface of the ports as plain data for an undo record or a note (interfaces are not assignable to `Json`, mapped types are). */
export type Recorded<T> = { readonly [K in keyof T]: T[K] }

/** A value as JSON would bring it back: undefined members gone, nothing shared. */
export function recorded<T extends Json>(value: unknown): T {
  return JSON.parse(JSON.stringify(value)) as T
}
