import type { JsonObject } from '../../domain/json.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note } from '../../domain/step-kind.ts'
import { uidOf } from './apply.ts'
import type { FieldPath } from './field-paths.ts'
import { differingFields, equal, fieldAt, mergePatched, patchedFields, patchTowards, semanticFields } from './field-paths.ts'
import { fieldsAppliedEarlier } from './owned-fields.ts'
import { fieldConflict, replaced } from './problems.ts'
import { asObject, carriesOurMark, sameObject } from './record.ts'
import type { DeployContext, DeployedObject, DeployNote } from './record.ts'

/** How often we give way to controllers that write the object at the same moment. */
const ATTEMPTS = 8

/**
 * Gives an object that existed its old fields back, where the value is still ours, and gives up owning them. First the release (an apply of
 * what our manager had applied before this run, mostly nothing), then a patch of what a release alone does not bring back. Which fields it
 * speaks of is noted before, because after the release nobody could tell any more which values were ours.
 */
export async function restoreObject(
  context: DeployContext,
  each: DeployedObject,
  notes: readonly DeployNote[],
  note: Note<DeployNote>,
): Promise<void> {
  if (each.before === null) return
  const live = await context.ports.kubernetes.get(each.reference)
  if (live === undefined || live.metadata.uid !== uidOf(each.before)) return
  const outstanding = outstandingRestore(each, notes)
  if (!carriesOurMark(context, live) && outstanding === undefined) return
  const fields = outstanding ?? stillOurs(each, semanticFields(live))
  if (outstanding === undefined) await note({ did: 'restoring', reference: each.reference, fields })
  const patch = patchTowards(semanticFields(each.before), fields)
  if (carriesOurMark(context, live)) await release(context, each, each.before, mergePatched(semanticFields(live), patch))
  await bringBack(context, each, patch)
  await note({ did: 'restored', reference: each.reference })
}

/** The fields of a restore that was begun and not finished. */
export function outstandingRestore(each: DeployedObject, notes: readonly DeployNote[]): readonly FieldPath[] | undefined {
  const last = notes.findLast((note) => (note.did === 'restoring' || note.did === 'restored') && sameObject(note.reference, each.reference))
  return last?.did === 'restoring' ? last.fields : undefined
}

/** The fields that we changed and nobody has changed since; one that was equal before is kept as it is. */
function stillOurs({ before, after, applied }: DeployedObject, live: JsonObject): readonly FieldPath[] {
  const old = semanticFields(before ?? {})
  const made = semanticFields(after ?? applied)
  const changed = differingFields(old, made).filter((path) => equal(fieldAt(live, path), fieldAt(made, path)))
  const sent = patchedFields(semanticFields(applied)).filter(
    (path) => !isIdentity(path) && equal(fieldAt(live, path), fieldAt(old, path)) && fieldAt(old, path) !== undefined,
  )
  return [...changed, ...sent]
}

const isIdentity = ([first, second]: readonly string[]): boolean =>
  first === 'apiVersion' || first === 'kind' || (first === 'metadata' && (second === 'name' || second === 'namespace'))

async function release({ ports }: DeployContext, { reference }: DeployedObject, before: JsonObject, values: JsonObject): Promise<void> {
  const { apiVersion, kind, ...metadata } = reference
  const earlier = fieldsAppliedEarlier(before, withMarksOf(before, values)) ?? {}
  const { metadata: owned, ...fields } = earlier
  const answer = await ports.kubernetes.apply(
    asObject({ ...fields, apiVersion, kind, metadata: { ...(owned as JsonObject | undefined), ...metadata } }),
  )
  if (answer.outcome === 'conflict') throw new ProblemError(fieldConflict(reference, answer.conflicts, 'unknown'))
}

/** An earlier run's marks are its own fields: they come back with them. */
const withMarksOf = (before: JsonObject, values: JsonObject): JsonObject => {
  const { metadata } = asObject(before)
  const now = asObject(values).metadata
  return { ...values, metadata: { ...now, annotations: { ...now.annotations, ...pickMarks(metadata.annotations) } } } as JsonObject
}

const pickMarks = (annotations: KubernetesObject['metadata']['annotations'] = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith('jmc-migrate/')))

async function bringBack({ ports: { kubernetes, clock }, signal }: DeployContext, each: DeployedObject, patch: JsonObject): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const live = await kubernetes.get(each.reference)
    if (live === undefined) return
    const now = semanticFields(live)
    const wanted = mergePatched(now, patch)
    const left = patchedFields(patch).filter((path) => !equal(fieldAt(now, path), fieldAt(wanted, path)))
    if (left.length === 0) return
    const answer = await kubernetes.mergePatch(each.reference, patchTowards(wanted, left), live.metadata.resourceVersion ?? '')
    if (answer !== 'outdated') return
    await clock.sleep(50 * attempt, signal)
  }
  throw new ProblemError({
    ...replaced(each.reference, 'unknown'),
    code: 'object-busy',
    summary: `${each.reference.kind} ${each.reference.name} is written by others so often that its old fields could not be given back`,
  })
}
