import { parse } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { OwnedDefinitions, OwnedKey, OwnedSection } from '../../../domain/ports/edge.ts'
import { definitionValue } from './definition-value.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import type { Understanding } from './understand.ts'

/** A section under `http` of which we look at single keys. */
export type Section = OwnedSection | 'middlewares'

/** The entry of this name in a section of the file. */
export function findKey(understanding: Understanding, section: Section, name: string): Entry | undefined {
  return sectionEntry(understanding, section)?.entries.find((entry) => entry.key === name)
}

/** `routers:`, `services:` … as they stand in the file. */
export function sectionEntry({ outline }: Understanding, section: Section): Entry | undefined {
  const http = schemaEntry(outline.entries, 'http')
  return schemaEntry(http?.entries ?? [], section)
}

/** What stands under a name, as data; its own lines are enough unless they use what is anchored elsewhere. */
export function keyValue(understanding: Understanding, section: Section, entry: Entry): Json {
  const alone = understanding.parsedWhole ? undefined : parsedAlone(understanding.file.text.slice(entry.start, entry.end))
  return alone === undefined ? memberOf(understanding.value(), ['http', section, entry.key]) : memberOf(alone, [entry.key])
}

function parsedAlone(lines: string): Json | undefined {
  try {
    return parse(lines, { logLevel: 'error', prettyErrors: false }) as Json
  } catch {
    return undefined
  }
}

/** Whether the file holds exactly this: the same fields with the same values, in whatever style. */
export function ownedKey<Of extends OwnedSection>(
  understanding: Understanding,
  section: Of,
  name: string,
  definition: OwnedDefinitions[Of],
): OwnedKey {
  const entry = findKey(understanding, section, name)
  if (entry === undefined) return { status: 'absent' }
  const found = keyValue(understanding, section, entry)
  return canonicalJson(found) === canonicalJson(definitionValue(section, definition)) ? { status: 'ours' } : { status: 'other', found }
}

/** Down a path of keys: schema keys without regard to case, names as they are. */
export function memberOf(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((at, key) => {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return null
    const members = at as { readonly [key: string]: Json | undefined }
    const found = Object.hasOwn(members, key) ? key : Object.keys(members).find((each) => each.toLowerCase() === key.toLowerCase())
    return (found === undefined ? undefined : members[found]) ?? null
  }, value)
}
