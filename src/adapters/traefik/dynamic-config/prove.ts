import type { Json, JsonObject } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { OwnedSection } from '../../../domain/ports/edge.ts'
import { OWNED_SECTIONS } from './definition-value.ts'
import { fileProblem } from './file-problem.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import type { Understanding } from './understand.ts'

/** Names that an edit touches, by section. */
export type Touched = { readonly [Section in OwnedSection]: ReadonlySet<string> }

/**
 * Proves that an edit changed nothing but these keys: every other entry has the same text in the same order, and, where the full parser
 * read both files or what is changed has an anchor, the same value. The result was parsed afresh; rejects with `edge-file-edit-not-clean`, nothing written.
 */
export function proveOnlyOwnedDiffer(before: Understanding, after: Understanding, owned: Touched): void {
  const [left, right] = [others(before, owned), others(after, owned)]
  const index = left.findIndex((text, at) => text !== right[at])
  if (index !== -1 || left.length !== right.length) throw notClean(before, left[index] ?? right[left.length] ?? '')
  const readWhole = (before.parsedWhole && after.parsedWhole) || mayBeSharedElsewhere(before, owned)
  if (readWhole && canonicalJson(without(before.value(), owned)) !== canonicalJson(without(after.value(), owned)))
    throw notClean(before, 'values elsewhere in the file')
}

/** Whether something else in the file may hold what is changed, by an alias: then its text alone says nothing about its value. */
function mayBeSharedElsewhere({ outline, file }: Understanding, owned: Touched): boolean {
  const http = schemaEntry(outline.entries, 'http')
  if (http?.anchored === true) return true
  return OWNED_SECTIONS.some((section) => {
    const entry = schemaEntry(http?.entries ?? [], section)
    const touched = entry?.entries.filter(({ key }) => owned[section].has(key)) ?? []
    return entry?.anchored === true || touched.some(({ start, end }) => /\s&[\w-]/.test(file.text.slice(start, end)))
  })
}

const notClean = (before: Understanding, what: string) =>
  fileProblem('edge-file-edit-not-clean', before.file, undefined, `the edit would also change: ${what.trim().slice(0, 200)}`, [
    'edit the file by hand, or simplify the place',
    'please report this file (without secrets): the edit should have been possible',
  ])

/** The text of all entries that are not owned, in order; `http` and its sections themselves as the sum of what is in them. */
function others({ outline, file }: Understanding, owned: Touched): readonly string[] {
  const text = (entry: Entry) => file.text.slice(entry.start, entry.end)
  const http = schemaEntry(outline.entries, 'http')
  const sections = OWNED_SECTIONS.map((section) => schemaEntry(http?.entries ?? [], section))
  return outline.entries.flatMap((entry) => {
    if (entry !== http) return [text(entry)]
    return http.entries.flatMap((inner) => {
      const section = OWNED_SECTIONS[sections.indexOf(inner)]
      return section === undefined ? [text(inner)] : inner.entries.filter(({ key }) => !owned[section].has(key)).map(text)
    })
  })
}

/** The file's data without the owned keys; keys that hold nothing else are left out, whoever made them. */
function without(value: Json, owned: Touched): Json {
  const change = (http: Json): Json | undefined =>
    OWNED_SECTIONS.reduce<Json | undefined>(
      (rest, section) =>
        rest === undefined ? undefined : mapMember(rest, section, (names) => omit(names, (key) => owned[section].has(key))),
      http,
    )
  return mapMember(value, 'http', change) ?? {}
}

function mapMember(value: Json, name: string, change: (inner: Json) => Json | undefined): Json | undefined {
  if (!isObject(value)) return value === null ? undefined : value
  const key = Object.keys(value).find((each) => each.toLowerCase() === name)
  const member = key === undefined ? undefined : value[key]
  if (key === undefined || member === undefined) return prune(value)
  return prune({ ...value, [key]: change(member) })
}

const omit = (value: Json, drop: (key: string) => boolean): Json | undefined =>
  isObject(value) ? prune(Object.fromEntries(Object.entries(value).filter(([key]) => !drop(key)))) : value === null ? undefined : value

/** Nothing at all where no member is left. */
function prune(value: JsonObject): JsonObject | undefined {
  return Object.values(value).some((member) => member !== undefined) ? value : undefined
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
