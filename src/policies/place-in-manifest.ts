import type { Document, Node } from 'yaml'
import { isMap, isSeq, LineCounter, parseAllDocuments } from 'yaml'
import type { SourceLocation } from '../domain/problem.ts'
import { planSource } from '../plan/source.ts'
import type { PlanPath } from '../plan/source.ts'
import type { PlaceInPlain } from './place-in-plain.ts'
import { partsOf, placesInPlain } from './place-in-plain.ts'

/** Finds fields of the objects of one manifest file. */
export type ManifestPlaces = (wanted: WantedField) => SourceLocation

export interface WantedField {
  /** `Deployment/web`, `Deployment/NAMESPACE/web`. */
  readonly object: string
  /** Where its document begins. */
  readonly line: number
  /** `spec.template.spec.containers[0].image`. */
  readonly path: string
}

/**
 * Where a field stands in the file; of what is not there, the nearest thing around it. The file is read once, when the first place is asked for: by the fast
 * reader, and by the full parser where that one cannot say.
 */
export function manifestPlaces(file: string, text: string): ManifestPlaces {
  let plain: PlaceInPlain | undefined
  const fully = placesInFull(file, text)
  return (wanted) => {
    const place = (plain ??= placesInPlain(text))(wanted)
    return place === undefined ? fully(wanted) : { file, ...place }
  }
}

function placesInFull(file: string, text: string): ManifestPlaces {
  let parsed: { readonly documents: readonly Document.Parsed[]; readonly lineOf: (offset: number) => number } | undefined
  return ({ object, line, path }) => {
    const { documents, lineOf } = (parsed ??= parse(text))
    const document = documents.find(({ contents }) => contents !== null && lineOf(contents.range[0]) === line)
    if (document === undefined) return { file, line, column: 1 }
    const item = itemNamed(document.contents, object)
    const keys = [...item, ...keysIn(document.getIn(item), path)]
    const found = planSource(file, text, () => document).locate(keys)
    return { file, line: found.line, column: found.column }
  }
}

function parse(text: string) {
  const lines = new LineCounter()
  const documents = [...parseAllDocuments(text, { version: '1.1', lineCounter: lines })]
  return { documents, lineOf: (offset: number): number => lines.linePos(offset).line }
}

/** An object of a `List` stands below its `items`. */
function itemNamed(contents: Node | null, object: string): PlanPath {
  if (!isMap(contents) || contents.get('kind') !== 'List') return []
  const items = contents.get('items')
  if (!isSeq(items)) return []
  const [kind, ...names] = object.split('/')
  const index = items.items.findIndex(
    (each) => isMap(each) && each.get('kind') === kind && each.getIn(['metadata', 'name']) === names.at(-1),
  )
  return index === -1 ? [] : ['items', index]
}

/** The path's keys as far as they are there: a key may itself have dots, `data.app.properties`. */
function keysIn(from: unknown, path: string): PlanPath {
  const parts = partsOf(path)
  const keys: (string | number)[] = []
  let at = from
  for (let part = 0; part < parts.length;) {
    const taken = isMap(at) ? longestKey(at, parts.slice(part)) : 1
    const key = taken === 1 ? parts[part] : parts.slice(part, part + taken).join('.')
    const next: unknown = key !== undefined && (isMap(at) || isSeq(at)) ? at.get(key, true) : undefined
    if (key === undefined || next === undefined) return keys
    keys.push(key)
    at = next
    part += taken
  }
  return keys
}

function longestKey(map: { has(key: unknown): boolean }, parts: readonly (string | number)[]): number {
  for (let taken = parts.length; taken > 1; taken--) if (map.has(parts.slice(0, taken).join('.'))) return taken
  return 1
}
