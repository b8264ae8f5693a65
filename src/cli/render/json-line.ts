import type { Event } from '../../domain/event.ts'
import { EVENT_SCHEMA } from '../../domain/event.ts'
import { withoutSecrets } from './sensitive.ts'

/** One versioned JSON object on one line. `at` is UTC in ISO 8601. */
export function jsonLine(type: string, at: number, members: object): string {
  return JSON.stringify({ schema: EVENT_SCHEMA, at: new Date(at).toISOString(), type, ...members })
}

/** An event as a line; values of Kubernetes Secrets are hidden. */
export function eventLine(event: Event, at: number): string {
  const shown = event.type === 'step-previewed' ? { ...event, preview: withoutSecrets(event.preview) } : event
  return jsonLine(shown.type, at, shown)
}
