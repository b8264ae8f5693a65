import type { Json } from '../../../domain/json.ts'
import { isObject, listOf } from '../json.ts'
import type { Schema } from '../schema/schema.ts'
import { memberSchema } from './field-set-of.ts'
import { itemElement, setElement } from './path-element.ts'

/** A configuration laid over the live object: keyed lists by their keys, maps by theirs, everything else replaced. */
export function merge(live: Json | undefined, config: Json | undefined, schema: Schema): Json | undefined {
  if (config === undefined) return live
  if (live === undefined || live === null) return config
  if (schema.type === 'list') {
    return mergeItems(
      listOf(live),
      listOf(config),
      (item) => itemElement(item, schema),
      (old, now) => merge(old, now, schema.of) ?? now,
    )
  }
  if (schema.type === 'set') return mergeItems(listOf(live), listOf(config), setElement, (_, now) => now)
  const mapLike = schema.type === 'struct' || schema.type === 'map' || schema.type === 'untyped'
  if (!mapLike || !isObject(live) || !isObject(config)) return config
  const names = new Set([...Object.keys(live), ...Object.keys(config)])
  return Object.fromEntries([...names].map((name) => [name, merge(live[name], config[name], memberSchema(schema, name))]))
}

/** Items of both sides stand in the configuration's order, those it does not name keep their place after the one they followed. */
function mergeItems(
  live: readonly Json[],
  config: readonly Json[],
  elementOf: (item: Json) => string,
  mergeItem: (old: Json, now: Json) => Json,
): Json[] {
  const old = new Map(live.map((item) => [elementOf(item), item]))
  const named = new Set(config.map((item) => elementOf(item)))
  const result = config.map((item) => {
    const was = old.get(elementOf(item))
    return was === undefined ? item : mergeItem(was, item)
  })
  for (const [index, item] of live.entries()) {
    if (named.has(elementOf(item))) continue
    const previous = live[index - 1]
    const place = previous === undefined ? 0 : result.findIndex((each) => elementOf(each) === elementOf(previous)) + 1
    result.splice(place, 0, item)
  }
  return result
}
