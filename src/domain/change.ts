import type { Json } from './json.ts'

/** One difference that a step makes (or its undo unmakes). A dry run is a list of these. */
export interface Change {
  /** `kubernetes`, `nomad`, `traefik`. */
  readonly system: string
  /** What a person calls the object: `Deployment default/jayne-martin-counselling`, `router k8s-jmc`. */
  readonly object: string
  /** `read`-only steps have no change; `stop` is an update of a job that the reader must not overlook. */
  readonly action: 'create' | 'update' | 'delete' | 'stop'
  /** As YAML-able data, or text for a file (shown as a text diff). Undefined where there is none. */
  readonly before?: Json
  readonly after?: Json
  /** True where the server could not check it yet, with the reason: "namespace x is created by step deploy". */
  readonly notCheckable?: string
  /** Lines a person should see beside it: "adopts an object that Terraform manages". */
  readonly remarks?: readonly string[]
}

/** What a preview found. `undoRecord` is private to the step kind; it is stored before the effect and never printed. */
export interface Preview<UndoRecord extends Json> {
  readonly changes: readonly Change[]
  readonly undoRecord: UndoRecord
  readonly basis: readonly BasisFact[]
  /** Warnings that do not stop: foreign managers, a short shutdown_delay. */
  readonly warnings?: readonly string[]
}

/**
 * One fact that the preview rests on, named and digested. Only what has meaning goes in: no status, resourceVersion or
 * allocation id, so that an idle cluster does not invalidate an approved preview.
 */
export interface BasisFact {
  readonly name: string
  /** Canonical JSON or text of the fact; the engine stores its SHA-256 only. */
  readonly value: string
}
