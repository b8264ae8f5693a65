import type { JsonObject } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { DynamicConfigChange, OwnedSection } from '../../../domain/ports/edge.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { Written } from './check-definition.ts'
import { checkNames, checkWritable } from './check-definition.ts'
import { checkNotUsed } from './check-removal.ts'
import { definitionValue, OWNED_SECTIONS } from './definition-value.ts'
import { editPoint } from './edit-point.ts'
import { fileProblem } from './file-problem.ts'
import { findKey, keyValue } from './owned.ts'
import type { Entry } from './outline.ts'
import type { Touched } from './prove.ts'
import { proveOnlyOwnedDiffer } from './prove.ts'
import { cutEmptied, cutEntry } from './remove.ts'
import { renderKey } from './render.ts'
import type { Splice } from './splice.ts'
import { splice } from './splice.ts'
import { styleOf } from './style.ts'
import type { Understanding } from './understand.ts'
import { understand } from './understand.ts'

/** A new text of the file, understood and proven, and the keys in which it differs. */
export interface Changed {
  readonly understanding: Understanding
  readonly keys: readonly { readonly section: OwnedSection; readonly name: string }[]
}

/** What becomes of one section. */
interface SectionChange {
  readonly section: OwnedSection
  /** New names, with their values as they are written. */
  readonly fresh: ReadonlyMap<string, JsonObject>
  readonly replaced: ReadonlyMap<Entry, JsonObject>
  readonly removed: readonly Entry[]
}

type SectionChanges = { readonly [Section in OwnedSection]: SectionChange }

/** The file after `change`, all of it in one edit: what is new right below its section's header, what is replaced where it stands. */
export function changeKeys(before: Understanding, change: DynamicConfigChange, original?: Understanding): Changed {
  const changes: SectionChanges = {
    routers: sectionChange(before, 'routers', change),
    services: sectionChange(before, 'services', change),
  }
  const touched = { routers: touchedNames(changes.routers), services: touchedNames(changes.services) }
  const keys = OWNED_SECTIONS.flatMap((section) => [...touched[section]].map((name) => ({ section, name })))
  if (keys.length === 0) return { understanding: before, keys }
  const written = writtenOf(change, touched)
  checkWritable(written)
  const after = understandAgain(before, splice(before.file, splices(before, changes, original)))
  proveOnlyOwnedDiffer(before, after, touched)
  for (const section of OWNED_SECTIONS) proveSection(after, changes[section])
  checkNames(after, written)
  checkNotUsed(
    after,
    changes.services.removed.map((entry) => entry.key),
  )
  return { understanding: after, keys }
}

/** What is added and not there yet. */
function writtenOf({ add }: DynamicConfigChange, touched: Touched): Written {
  return {
    routers: Object.entries(add?.routers ?? {}).filter(([name]) => touched.routers.has(name)),
    services: Object.entries(add?.services ?? {}).filter(([name]) => touched.services.has(name)),
  }
}

function sectionChange(before: Understanding, section: OwnedSection, change: DynamicConfigChange): SectionChange {
  const gone = new Set(change.remove?.[section])
  const fresh = new Map<string, JsonObject>()
  const replaced = new Map<Entry, JsonObject>()
  for (const [name, value] of wantedValues(change, section)) {
    const entry = findKey(before, section, name)
    if (entry === undefined) fresh.set(name, value)
    else if (canonicalJson(keyValue(before, section, entry)) === canonicalJson(value)) continue
    else if (gone.has(name)) replaced.set(entry, value)
    else throw nameTaken(before, section, entry)
  }
  const stays = new Set(Object.keys(change.add?.[section] ?? {}))
  const removed = [...gone].filter((name) => !stays.has(name)).map((name) => findKey(before, section, name))
  return { section, fresh, replaced, removed: removed.filter((entry) => entry !== undefined) }
}

function wantedValues({ add }: DynamicConfigChange, section: OwnedSection): readonly (readonly [string, JsonObject])[] {
  return section === 'routers'
    ? Object.entries(add?.routers ?? {}).map(([name, router]) => [name, definitionValue('routers', router)])
    : Object.entries(add?.services ?? {}).map(([name, service]) => [name, definitionValue('services', service)])
}

const touchedNames = ({ fresh, replaced, removed }: SectionChange): ReadonlySet<string> =>
  new Set([...[...removed, ...replaced.keys()].map((entry) => entry.key), ...fresh.keys()])

function splices(before: Understanding, changes: SectionChanges, original: Understanding | undefined): readonly Splice[] {
  const sections = OWNED_SECTIONS.map((section) => changes[section])
  return [
    ...additions(before, sections),
    ...sections.flatMap((each) => replacements(before, each)),
    ...sections.flatMap(({ removed }) => removed.flatMap((entry) => cutEntry(before, entry))),
    ...cutEmptied(before, { routers: removal(changes.routers), services: removal(changes.services) }, original),
  ]
}

const removal = ({ removed, fresh, replaced }: SectionChange) => ({ entries: removed, adds: fresh.size + replaced.size > 0 })

function additions(before: Understanding, sections: readonly SectionChange[]): readonly Splice[] {
  const made = new Set<string>()
  return sections
    .filter(({ fresh }) => fresh.size > 0)
    .map((change) => {
      const { offset, missing } = editPoint(before, change.section)
      const style = styleOf(before, change.section, touchedNames(change))
      const headers = missing
        .filter((key) => !made.has(key))
        .map((key) => {
          made.add(key)
          return `${' '.repeat(key === 'http' ? style.columns.http : style.columns.section)}${key}:${style.eol}`
        })
      const lines = [...change.fresh].map(([name, value]) => renderKey(name, value, style))
      return { start: offset, end: offset, lines: [...headers, ...lines].join('') }
    })
}

/** In place of the first lines of what was there; a comment among them stays, below. */
function replacements(before: Understanding, change: SectionChange): readonly Splice[] {
  if (change.replaced.size === 0) return []
  const style = styleOf(before, change.section, touchedNames(change))
  return [...change.replaced].flatMap(([entry, value]) => {
    const lines = renderKey(entry.key, value, style)
    return cutEntry(before, entry).map((cut, index) => (index === 0 ? { ...cut, lines } : cut))
  })
}

/** The text was valid before: whatever is wrong with it now is our edit's. */
function understandAgain(before: Understanding, text: string): Understanding {
  try {
    return understand({ ...before.file, text })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw fileProblem(
      'edge-file-edit-not-clean',
      before.file,
      undefined,
      'the file would no longer be valid after the edit',
      ['look whether something else in the file uses what is changed, such as an alias of an anchor'],
      [error.problem.summary, ...(error.problem.details ?? [])],
    )
  }
}

function proveSection(after: Understanding, { section, fresh, replaced, removed }: SectionChange): void {
  const wanted = [...fresh, ...[...replaced].map(([entry, value]) => [entry.key, value] as const)]
  const unclean = (name: string, entry?: Entry) =>
    fileProblem('edge-file-edit-not-clean', after.file, entry?.start, `http.${section}.${name} did not come out as it was defined`, [
      'please report this file (without secrets)',
    ])
  for (const [name, value] of wanted) {
    const entry = findKey(after, section, name)
    if (entry === undefined || canonicalJson(keyValue(after, section, entry)) !== canonicalJson(value)) throw unclean(name, entry)
  }
  for (const { key } of removed) if (findKey(after, section, key) !== undefined) throw unclean(key)
}

const nameTaken = (before: Understanding, section: OwnedSection, entry: Entry) =>
  fileProblem(
    section === 'routers' ? 'router-name-taken' : 'service-name-taken',
    before.file,
    entry.start + entry.indent,
    `the ${section === 'routers' ? 'router' : 'service'} name \`${entry.key}\` is used by someone else`,
    ['choose another name in the plan'],
    before.file.text.slice(entry.start, entry.end).split(/\r?\n/).slice(0, 12),
  )
