import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '../../../src/domain/json.ts'

/** One request to a real API server and its answer. `{{NAME.path}}` in a request stands for a value out of an answer saved before. */
export interface Exchange {
  readonly title: string
  readonly request: {
    readonly method: string
    readonly path: string
    /** Whose token; `admin` unless told. */
    readonly as?: string
    /** Content type. */
    readonly type?: string
    readonly body?: Json
  }
  readonly save?: string
  /** It was asked again until it was so. */
  readonly eventually?: boolean
  readonly response: { readonly status: number; readonly contentType?: string; readonly body: Json }
}

export interface Recording {
  readonly about: string
  readonly server: string
  readonly exchanges: readonly Exchange[]
}

export function readRecording(name: string): Recording {
  const recording: Recording = JSON.parse(readFileSync(new URL(`recordings/${name}.json`, import.meta.url), 'utf8'))
  return recording
}

/** A request with the placeholders filled from saved answers. */
export function filled(value: Json, saved: Readonly<Record<string, Json>>): Json {
  const text = JSON.stringify(value).replaceAll(/\{\{([^}]+)\}\}/g, (_, path: string) => String(at(saved, path.split('.'))))
  const result: Json = JSON.parse(text)
  return result
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, name) => (typeof found === 'object' && found !== null ? (found as JsonObject)[name] : undefined),
    value,
  )
}
