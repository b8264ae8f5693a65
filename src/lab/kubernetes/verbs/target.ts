import type { Json } from '../../../domain/json.ts'
import type { Resource } from '../resources.ts'
import type { Key } from '../store.ts'

/** What a request is about. */
export interface Target {
  readonly resource: Resource
  /** '' for cluster-scoped kinds, and for lists over all namespaces. */
  readonly namespace: string
  /** '' for the whole collection. */
  readonly name: string
  readonly user: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

export const targetKey = (target: Target, name = target.name): Key => ({ resource: target.resource, namespace: target.namespace, name })

/** Undefined where it is no JSON. (The real server takes YAML too; our client sends JSON.) */
export function parseBody(text: string): Json | undefined {
  if (text === '') return undefined
  try {
    const parsed: Json = JSON.parse(text)
    return parsed
  } catch {
    return undefined
  }
}
