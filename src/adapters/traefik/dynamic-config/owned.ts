import { parse } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { OwnedRouter, RouterDefinition } from '../../../domain/ports/edge.ts'
import type { Entry } from './outline.ts'
import { schemaEntry } from './outline.ts'
import { definitionValue } from './render.ts'
import type { Understanding } from './understand.ts'

/** The entry of a router in the file. */
export function findRouter({ outline }: Understanding, name: string): Entry | undefined {
  const http = schemaEntry(outline.entries, 'http')
  return schemaEntry(http?.entries ?? [], 'routers')?.entries.find((entry) => entry.key === name)
}

/** What stands under a router's name, as data; its own lines are enough unless they use what is anchored elsewhere. */
export function routerValue(understanding: Understanding, entry: Entry): Json {
  const alone = understanding.parsedWhole ? undefined : parsedAlone(understanding.file.text.slice(entry.start, entry.end))
  return alone === undefined ? memberOf(understanding.value(), ['http', 'routers', entry.key]) : memberOf(alone, [entry.key])
}

function parsedAlone(lines: string): Json | undefined {
  try {
    return parse(lines, { logLevel: 'error', prettyErrors: false }) as Json
  } catch {
    return undefined
  }
}

/** Whether the file holds exactly this router: the same fields with the same values, in whatever style. */
export function ownedRouter(understanding: Understanding, name: string, definition: RouterDefinition): OwnedRouter {
  const entry = findRouter(understanding, name)
  if (entry === undefined) return { status: 'absent' }
  const found = routerValue(understanding, entry)
  return canonicalJson(found) === canonicalJson(definitionValue(definition)) ? { status: 'ours' } : { status: 'other', found }
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
