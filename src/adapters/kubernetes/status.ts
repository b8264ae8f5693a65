import type { Json, JsonObject } from '../../domain/json.ts'
import { asObject, asString, itemsOf } from './json-reading.ts'

/** The API server's `Status` object: what it says instead of the object asked for. */
export interface ServerStatus {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly kind: string | undefined
  readonly name: string | undefined
  readonly causes: readonly StatusCause[]
}

export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field: string
}

/** An answer that is not the object asked for. A kind nobody serves answers `404 page not found` as plain text, so a body may be missing. */
export function readStatus(answer: { readonly status: number; readonly body: Json | undefined; readonly text: string }): ServerStatus {
  const body: JsonObject = asObject(answer.body) ?? {}
  const details = asObject(body['details'])
  return {
    code: answer.status,
    reason: asString(body['reason']) ?? '',
    message: asString(body['message']) ?? answer.text.trim().slice(0, 300),
    kind: asString(details?.['kind']),
    name: asString(details?.['name']),
    causes: itemsOf(details?.['causes']).map((cause) => ({
      reason: asString(cause['reason']) ?? '',
      message: asString(cause['message']) ?? '',
      field: asString(cause['field']) ?? '',
    })),
  }
}
