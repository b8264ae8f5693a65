import type { JsonObject } from '../../domain/json.ts'
import { RUN_ANNOTATION, STEP_ANNOTATION } from '../../domain/ids.ts'
import type { KubernetesObject, ObjectReference } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import type { Recorded } from '../recorded.ts'
import type { FieldPath } from './field-paths.ts'
import type { DeploySpec } from './spec.ts'

export type DeployContext = StepContext<DeploySpec>
export type Reference = Recorded<ObjectReference>

/** One object of the manifests: what we send, and what undo needs. */
export type DeployedObject = {
  readonly reference: Reference
  /** As it is sent, our marks included. */
  readonly applied: JsonObject
  /** The whole object as it was; null where there was none. */
  readonly before: JsonObject | null
  /** What the server said it would become (a dry run); null where it could not say. */
  readonly after: JsonObject | null
  /** It is already what the manifests say: nothing is sent, nothing undone. */
  readonly unchanged: boolean
  /** The group of the plan's `order` that it belongs to, from 1. */
  readonly group?: number
  /** The file or template that it comes from. */
  readonly file?: string
}

/** In the order of the applies. */
export type DeployRecord = { readonly objects: readonly DeployedObject[] }

export type DeployNote =
  | { readonly did: 'created'; readonly reference: Reference; readonly uid: string }
  | { readonly did: 'configured'; readonly reference: Reference }
  /** About to give these fields their old values back; the values are in the undo record, because a note is plain text for everybody who reads the journal. */
  | { readonly did: 'restoring'; readonly reference: Reference; readonly fields: readonly FieldPath[] }
  | { readonly did: 'restored'; readonly reference: Reference }
  /** About to make this revision of a release, a rollback. */
  | { readonly did: 'rolling-back'; readonly revision: number }

export function referenceOf({ apiVersion, kind, metadata }: KubernetesObject): Reference {
  return { apiVersion, kind, name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }
}

/** `Deployment default/website`, `Namespace shop`. */
export const nameOf = ({ kind, namespace, name }: Reference): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`

export const sameObject = (a: Reference, b: Reference): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && groupOf(a.apiVersion) === groupOf(b.apiVersion)

/** `apps` of `apps/v1`, '' of `v1`. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')

/** Whether the object says that this run's step made it what it is. */
export function carriesOurMark(context: Pick<DeployContext, 'runId' | 'step'>, object: KubernetesObject): boolean {
  const annotations = object.metadata.annotations ?? {}
  return annotations[RUN_ANNOTATION] === context.runId && annotations[STEP_ANNOTATION] === context.step
}

/** Whether this run created the object that now has this name: its UID was noted, or, after a crash before the note, it carries our mark. */
export function weCreated(context: DeployContext, object: KubernetesObject, reference: Reference, notes: readonly DeployNote[]): boolean {
  const noted = notes.some((note) => note.did === 'created' && sameObject(note.reference, reference) && note.uid === object.metadata.uid)
  return noted || carriesOurMark(context, object)
}

export const asObject = (json: JsonObject): KubernetesObject => json as JsonObject & KubernetesObject
