import type { Json, JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import { RUN_ANNOTATION, STEP_ANNOTATION } from '../../domain/ids.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import { recorded } from '../recorded.ts'

/** The way to a field; lists are single values, because a merge patch can only replace them whole. */
export type FieldPath = readonly string[]

const SERVER_METADATA: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])
const OUR_MARKS: ReadonlySet<string> = new Set([RUN_ANNOTATION, STEP_ANNOTATION])
/** Written by controllers, and by kubectl for itself (the whole object once more, a Secret's data too), in the object's own metadata. */
const OTHERS_ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'autoscaling.alpha.kubernetes.io/conditions',
])

/** What a person means by the object: without status, without what the server and controllers count, without our own marks. */
export function semanticFields(object: KubernetesObject | JsonObject): JsonObject {
  const { status: _status, metadata, ...rest } = recorded<JsonObject>(object)
  const { annotations, ...others } = Object.fromEntries(
    Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => !SERVER_METADATA.has(key)),
  )
  const kept = Object.entries(isObject(annotations) ? annotations : {}).filter(
    ([key]) => !OUR_MARKS.has(key) && !OTHERS_ANNOTATIONS.has(key),
  )
  return { ...rest, metadata: { ...others, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } }
}

/** Every field that is in one of the two and not the same in the other. */
export function differingFields(a: JsonObject, b: JsonObject): readonly FieldPath[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key): readonly FieldPath[] => {
    const [left, right] = [a[key], b[key]]
    if (isObject(left) && isObject(right)) return differingFields(left, right).map((path) => [key, ...path])
    return equal(left, right) ? [] : [[key]]
  })
}

export function fieldAt(object: Json | undefined, path: FieldPath): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), object)
}

/** A JSON merge patch (RFC 7386) that gives these fields the values that they have in `from`; what `from` has not is removed. */
export function patchTowards(from: JsonObject, paths: readonly FieldPath[]): JsonObject {
  return paths.reduce<JsonObject>((patch, path) => withField(patch, path, fieldAt(from, path) ?? null), {})
}

/** The fields that a merge patch speaks of. */
export function patchedFields(patch: JsonObject, prefix: FieldPath = []): readonly FieldPath[] {
  return Object.entries(patch).flatMap(([key, value]): readonly FieldPath[] =>
    isObject(value) && Object.keys(value).length > 0 ? patchedFields(value, [...prefix, key]) : [[...prefix, key]],
  )
}

/** RFC 7386: objects are merged, `null` removes, everything else replaces. */
export function mergePatched(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else if (isObject(value)) {
      const inner = merged[key]
      merged[key] = mergePatched(isObject(inner) ? inner : {}, value)
    } else merged[key] = value
  }
  return merged
}

export const equal = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b))

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

function withField(object: JsonObject, path: FieldPath, value: Json): JsonObject {
  const [key, ...rest] = path
  if (key === undefined) return object
  if (rest.length === 0) return { ...object, [key]: value }
  const inner = object[key]
  return { ...object, [key]: withField(isObject(inner) ? inner : {}, rest, value) }
}
