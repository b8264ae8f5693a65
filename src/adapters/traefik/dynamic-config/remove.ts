import type { OwnedSection } from '../../../domain/ports/edge.ts'
import { OWNED_SECTIONS } from './definition-value.ts'
import { sectionEntry } from './owned.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import type { Splice } from './splice.ts'
import { nextLine } from './splice.ts'
import type { Understanding } from './understand.ts'

/** Cuts out the lines of an entry, without comment lines that somebody wrote among them (unless a `#` there might be content). */
export function cutEntry({ file }: Understanding, entry: Entry): readonly Splice[] {
  const whole = { start: entry.start, end: nextLine(file.text, entry.end), lines: '' }
  const lines = file.text.slice(whole.start, whole.end)
  if (/[|>][-+\d]*[ \t]*(?:#.*)?\r?$/m.test(lines) || !/^ *#/m.test(lines)) return [whole]
  const cuts: Splice[] = []
  for (let start = whole.start; start < whole.end; start = nextLine(file.text, start)) {
    const end = nextLine(file.text, start)
    if (!/^ *#/.test(file.text.slice(start, end))) cuts.push({ start, end, lines: '' })
  }
  return cuts
}

/** What an edit takes out of each section, and whether it puts something else in. */
export type Removals = { readonly [Section in OwnedSection]: { readonly entries: readonly Entry[]; readonly adds: boolean } }

/** Cuts out `routers:`, `services:` and `http:` as far as they hold nothing but what is removed, unless `original` (the file before our first edit) had them. */
export function cutEmptied(before: Understanding, removals: Removals, original: Understanding | undefined): readonly Splice[] {
  const http = schemaEntry(before.outline.entries, 'http')
  const emptied = OWNED_SECTIONS.map((section) => {
    const entry = sectionEntry(before, section)
    const { entries, adds } = removals[section]
    const isEmptied = entries.length > 0 && !adds && entry?.entries.every((each) => entries.includes(each)) === true
    return isEmptied && (original === undefined || sectionEntry(original, section) === undefined) ? entry : undefined
  }).filter((entry) => entry !== undefined)
  if (http === undefined || emptied.length === 0) return []
  const adds = OWNED_SECTIONS.some((section) => removals[section].adds)
  const hadHttp = original !== undefined && schemaEntry(original.outline.entries, 'http') !== undefined
  const httpGoes = !adds && !hadHttp && http.entries.every((each) => emptied.includes(each))
  return [...emptied, ...(httpGoes ? [http] : [])].map((entry) => ({
    start: entry.start,
    end: nextLine(before.file.text, entry.start),
    lines: '',
  }))
}
