import { readFile } from 'node:fs/promises'

/** One request to the API server, as it recorded it (audit.k8s.io/v1, level Metadata). */
export interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  readonly userAgent?: string
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly resource?: string
    readonly namespace?: string
    readonly name?: string
    readonly subresource?: string
    readonly apiGroup?: string
  }
  readonly responseStatus?: { readonly code: number }
  readonly requestReceivedTimestamp: string
}

/** What the API server recorded of the users `operator` (the command line) and `limited`. */
export interface AuditLog {
  events(): Promise<readonly AuditEvent[]>
  /**
   * Those that would have changed something: not reads, not dry runs, and not reviews (`selfsubjectaccessreviews` and the like), which are
   * created and never stored.
   */
  writes(): Promise<readonly AuditEvent[]>
}

export function auditLogOf(file: string): AuditLog {
  const events = async (): Promise<readonly AuditEvent[]> => {
    const whole = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    return whole.map((line) => JSON.parse(line) as AuditEvent)
  }
  return { events, writes: async () => (await events()).filter(isWrite) }
}

const READS = new Set(['get', 'list', 'watch'])

const isWrite = ({ verb, requestURI, objectRef }: AuditEvent): boolean =>
  !READS.has(verb) && !/[?&]dryRun=All(&|$)/.test(requestURI) && !(objectRef?.resource ?? '').endsWith('reviews')
