import type { Json, JsonObject } from '../domain/json.ts'
import type { PlainPlace, PlainPlaces } from '../domain/plain-yaml.ts'
import { plainDocuments } from '../domain/plain-yaml.ts'
import type { WantedField } from './place-in-manifest.ts'

/** The place of a field in a file of ordinary YAML; undefined where only the full parser can say it (a field in brackets, a file that is not ordinary). */
export type PlaceInPlain = (wanted: WantedField) => PlainPlace | undefined

/** The same places as the full parser gives, in a twentieth of its time. */
export function placesInPlain(text: string): PlaceInPlain {
  const places: PlainPlaces = new Map()
  const documents = plainDocuments(text, places) ?? []
  return ({ object, line, path }) => {
    const value = documents.find((each) => each.line === line)?.value
    if (!isMap(value)) return undefined
    const item = itemNamed(value, object)
    const keys = [...item, ...keysIn(memberAt(value, item), path)]
    return keys.length === 0 ? beginOf(text, line) : placeOf(value, keys, places)
  }
}

type Keys = readonly (string | number)[]

function placeOf(document: JsonObject, keys: Keys, places: PlainPlaces): PlainPlace | undefined {
  let place: PlainPlace | undefined
  let at: Json | undefined = document
  for (const key of keys) {
    place = at === undefined ? undefined : places.get(at)?.get(key)
    if (place === undefined) return undefined
    at = memberOf(at, key)
  }
  return place
}

/** The first key of the document that begins in this line. */
const beginOf = (text: string, line: number): PlainPlace => ({ line, column: (text.split('\n')[line - 1] ?? '').search(/[^ ]/) + 1 })

/** An object of a `List` stands below its `items`. */
function itemNamed(document: JsonObject, object: string): Keys {
  const { kind: own, items } = document
  if (own !== 'List' || !isList(items)) return []
  const [kind, ...names] = object.split('/')
  const index = items.findIndex((each) => memberOf(each, 'kind') === kind && memberAt(each, ['metadata', 'name']) === names.at(-1))
  return index === -1 ? [] : ['items', index]
}

/** The path's keys as far as they are there: a key may itself have dots, `data.app.properties`. */
function keysIn(from: Json | undefined, path: string): Keys {
  const parts = partsOf(path)
  const keys: (string | number)[] = []
  let at = from
  for (let part = 0; part < parts.length;) {
    const taken = isMap(at) ? longestKey(at, parts.slice(part)) : 1
    const key = taken === 1 ? parts[part] : parts.slice(part, part + taken).join('.')
    at = key === undefined ? undefined : memberOf(at, key)
    if (key === undefined || at === undefined) return keys
    keys.push(key)
    part += taken
  }
  return keys
}

/** `spec.containers[0].image`: spec, containers, 0, image. */
export const partsOf = (path: string): Keys =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) => (index === undefined ? (key ?? '') : Number(index)))

function longestKey(map: JsonObject, parts: Keys): number {
  for (let taken = parts.length; taken > 1; taken--) if (Object.hasOwn(map, parts.slice(0, taken).join('.'))) return taken
  return 1
}

const memberAt = (value: Json | undefined, keys: Keys): Json | undefined => keys.reduce(memberOf, value)

function memberOf(value: Json | undefined, key: string | number): Json | undefined {
  if (isMap(value)) return typeof key === 'string' && Object.hasOwn(value, key) ? value[key] : undefined
  return isList(value) && typeof key === 'number' ? value[key] : undefined
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)
const isMap = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !isList(value)
