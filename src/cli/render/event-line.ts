import type { Event } from '../../domain/event.ts'
import { jsonLine } from './json-line.ts'
import { withoutSecrets } from './sensitive.ts'

/** An event as a line; values of Kubernetes Secrets are hidden. */
export function eventLine(event: Event, at: number): string {
  const shown = event.type === 'step-previewed' ? { ...event, preview: withoutSecrets(event.preview) } : event
  return jsonLine(shown.type, at, shown)
}
