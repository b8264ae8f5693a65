import { EVENT_SCHEMA } from '../../domain/event.ts'

/** One versioned JSON object on one line. `at` is UTC in ISO 8601. */
export function jsonLine(type: string, at: number, members: object): string {
  return JSON.stringify({ schema: EVENT_SCHEMA, at: new Date(at).toISOString(), type, ...members })
}
