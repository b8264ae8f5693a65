import type { Json, JsonObject } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import { fileProblem } from './file-problem.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import type { Understanding } from './understand.ts'

/**
 * Proves that an edit changed nothing but these routers: every other entry has the same text in the same order, and, where the full parser
 * read both files, the same value. The result was parsed afresh; rejects with `edge-file-edit-not-clean`, nothing written.
 */
export function proveOnlyRoutersDiffer(before: Understanding, after: Understanding, owned: readonly string[]): void {
  const names = new Set(owned)
  const [left, right] = [others(before, names), others(after, names)]
  const index = left.findIndex((text, at) => text !== right[at])
  if (index !== -1 || left.length !== right.length) throw notClean(before, left[index] ?? right[left.length] ?? '')
  if (
    before.parsedWhole &&
    after.parsedWhole &&
    canonicalJson(without(before.value(), names)) !== canonicalJson(without(after.value(), names))
  ) {
    throw notClean(before, 'values elsewhere in the file')
  }
}

const notClean = (before: Understanding, what: string) =>
  fileProblem('edge-file-edit-not-clean', before.file, undefined, `the edit would also change: ${what.trim().slice(0, 200)}`, [
    'edit the file by hand, or simplify the place',
    'please report this file (without secrets): the edit should have been possible',
  ])

/** The text of all entries that are not owned, in order; `http` and `routers` themselves as the sum of what is in them. */
function others({ outline, file }: Understanding, owned: ReadonlySet<string>): readonly string[] {
  const text = (entry: Entry) => file.text.slice(entry.start, entry.end)
  const http = schemaEntry(outline.entries, 'http')
  const routers = schemaEntry(http?.entries ?? [], 'routers')
  return outline.entries.flatMap((entry) => {
    if (entry !== http) return [text(entry)]
    return http.entries.flatMap((inner) =>
      inner === routers ? routers.entries.filter((router) => !owned.has(router.key)).map(text) : [text(inner)],
    )
  })
}

/** The file's data without the owned routers; keys that hold nothing else are left out, whoever made them. */
function without(value: Json, owned: ReadonlySet<string>): Json {
  return mapMember(value, 'http', (http) => mapMember(http, 'routers', (routers) => omit(routers, (key) => owned.has(key)))) ?? {}
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
