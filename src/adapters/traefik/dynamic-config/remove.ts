import type { Edited } from './insert.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import { findRouter } from './owned.ts'
import { proveOnlyRoutersDiffer } from './prove.ts'
import type { Understanding } from './understand.ts'
import { understand } from './understand.ts'

/**
 * The file without these routers: their lines are cut out and nothing else. A `routers:` or `http:` that holds nothing any more goes too,
 * unless `original` (the file before our first edit) had it.
 */
export function removeRouters(before: Understanding, names: readonly string[], original?: Understanding): Edited {
  const routers = names.map((name) => findRouter(before, name)).filter((entry) => entry !== undefined)
  if (routers.length === 0) return { understanding: before, names: [] }
  const cuts = [...routers.flatMap((entry) => ownLines(before, entry)), ...emptied(before, routers, original).map(headerLine(before))]
  const text = cutOut(before.file.text, cuts)
  const after = understand({ ...before.file, text })
  const gone = routers.map((entry) => entry.key)
  proveOnlyRoutersDiffer(before, after, gone)
  return { understanding: after, names: gone }
}

interface Span {
  readonly start: number
  readonly end: number
}

/** The lines of a router, without comment lines that somebody wrote among them (unless a `#` there might be content). */
function ownLines({ file }: Understanding, entry: Entry): readonly Span[] {
  const whole = { start: entry.start, end: nextLine(file.text, entry.end) }
  const lines = file.text.slice(whole.start, whole.end)
  if (/[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m.test(lines) || !/^ *#/m.test(lines)) return [whole]
  const spans: Span[] = []
  for (let start = whole.start; start < whole.end; start = nextLine(file.text, start)) {
    const end = nextLine(file.text, start)
    if (!/^ *#/.test(file.text.slice(start, end))) spans.push({ start, end })
  }
  return spans
}

/** `routers:` and `http:` as far as they hold nothing but what is removed, innermost first. */
function emptied({ outline }: Understanding, removed: readonly Entry[], original: Understanding | undefined): readonly Entry[] {
  const http = schemaEntry(outline.entries, 'http')
  const routers = schemaEntry(http?.entries ?? [], 'routers')
  if (http === undefined || routers === undefined || routers.entries.some((entry) => !removed.includes(entry))) return []
  const httpBefore = original && schemaEntry(original.outline.entries, 'http')
  if (httpBefore !== undefined && schemaEntry(httpBefore.entries, 'routers') !== undefined) return []
  return httpBefore === undefined && http.entries.length === 1 ? [routers, http] : [routers]
}

const headerLine =
  ({ file }: Understanding) =>
  (entry: Entry): Span => ({ start: entry.start, end: nextLine(file.text, entry.start) })

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

/** Where the last line of a file without a final newline goes, the line ending before it goes instead. */
function cutOut(text: string, cuts: readonly Span[]): string {
  const ordered = cuts.toSorted((a, b) => a.start - b.start)
  const kept: string[] = []
  let at = 0
  for (const cut of ordered) {
    kept.push(text.slice(at, cut.start))
    at = cut.end
  }
  const rest = kept.join('') + text.slice(at)
  const cutUnendedLine = ordered.at(-1)?.end === text.length && !text.endsWith('\n')
  return cutUnendedLine ? rest.replace(/\r?\n$/, '') : rest
}
