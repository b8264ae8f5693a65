import type { OwnedSection } from '../../../domain/ports/edge.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import type { Understanding } from './understand.ts'

/** How the people of this file write: new lines look as theirs do. */
export interface Style {
  readonly eol: '\n' | '\r\n'
  /** Columns of `http:`, of the section's own key and of a name below it. */
  readonly columns: { readonly http: number; readonly section: number; readonly key: number }
  /** Columns from a key to the keys below it. */
  readonly step: number
  /** Lists of words: in brackets, or one item a line with the dash so many columns right of the key. */
  readonly list: 'flow' | { readonly dash: number }
}

/** How many characters of a section are looked at for the habits of its authors. */
const LOOK_AT = 20_000

/** Reads the habits off the names in a section, except those that are `ours` to replace: what replaces them must not depend on them. */
export function styleOf(understanding: Understanding, name: OwnedSection, ours: ReadonlySet<string>): Style {
  const { outline, file } = understanding
  const httpEntry = schemaEntry(outline.entries, 'http')
  const sectionEntry = schemaEntry(httpEntry?.entries ?? [], name)
  const http = httpEntry?.indent ?? outline.entries[0]?.indent ?? 0
  const anyStep = stepBelow(httpEntry?.entries[0]?.indent, http) ?? firstStep(understanding) ?? 2
  const section = sectionEntry?.indent ?? httpEntry?.entries[0]?.indent ?? http + anyStep
  const key = sectionEntry?.entries[0]?.indent ?? section + (stepBelow(section, http) ?? anyStep)
  const neighbours = beginning(file.text, sectionEntry?.entries ?? [], ours)
  return {
    eol: file.eol,
    columns: { http, section, key },
    step: bodyStep(neighbours, key) ?? stepBelow(key, section) ?? anyStep,
    list: listStyle(neighbours),
  }
}

const stepBelow = (inner: number | undefined, outer: number): number | undefined =>
  inner !== undefined && inner > outer ? inner - outer : undefined

/** The step of the first mapping of the file that has one. */
function firstStep({ outline }: Understanding): number | undefined {
  for (const entry of outline.entries) {
    const step = stepBelow(entry.entries[0]?.indent, entry.indent)
    if (step !== undefined) return step
  }
  return undefined
}

/** The lines of the first entries that are not `ours`. */
function beginning(text: string, entries: readonly Entry[], ours: ReadonlySet<string>): string {
  const lines: string[] = []
  let length = 0
  for (const { key, start, end } of entries) {
    if (length >= LOOK_AT) break
    if (ours.has(key)) continue
    lines.push(text.slice(start, Math.min(end, start + LOOK_AT)))
    length += end - start
  }
  return lines.join('\n')
}

/** From a name to its fields, as the first one that has fields on lines of their own does it. */
function bodyStep(neighbours: string, key: number): number | undefined {
  const fields = 'rule|service|entryPoints|middlewares|tls|priority|loadBalancer|weighted|failover|mirroring'
  const field = new RegExp(`^( {${key + 1},})(?:${fields}):`, 'im').exec(neighbours)
  return stepBelow(field?.[1]?.length, key)
}

function listStyle(neighbours: string): Style['list'] {
  const found = /^( *)(?:entryPoints|middlewares|servers|services|status):[^\n[]*?(?:(\[)[^\n]*[^ \n\][]|\r?\n( *)- )/im.exec(neighbours)
  if (found === null || found[2] !== undefined) return 'flow'
  return { dash: Math.max(0, (found[3] ?? '').length - (found[1] ?? '').length) }
}
