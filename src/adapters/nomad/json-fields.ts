import type { Json, JsonObject } from '../../domain/json.ts'

/** Reading of answers whose fields may be absent, null or of another type on another version of Nomad. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {}
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : []
}

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

export const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0)

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
