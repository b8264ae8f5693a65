import { parse } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import { plainDocuments } from '../../../domain/plain-yaml.ts'
import type { Value, ValueMap } from '../value.ts'
import { fieldOf, listOf, mapOf, textOf, textsOf } from '../value.ts'

/** A chart's own files by their paths inside it (`templates/service.yaml`); what packed or unpacked dependencies bring is left out. */
export function chartFiles(chart: Value): ReadonlyMap<string, string> {
  const folder = textOf(fieldOf(chart, 'chart')).replace(/\/+$/, '')
  const inside = (path: string): string => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path)
  const files = Object.entries(textsOf(fieldOf(chart, 'files'))).map(([path, text]) => [inside(path), text] as const)
  return new Map(files.filter(([path]) => !path.startsWith('charts/')))
}

/** `Chart.yaml`, or an empty map where it is missing or no YAML (helm says so itself). */
export function chartYaml(chart: Value): ValueMap {
  return parsedMap(chartFiles(chart).get('Chart.yaml'))
}

/** The values files that are not the chart's own `values.yaml`: path and text. */
export function otherValues(chart: Value): readonly (readonly [string, string])[] {
  const all = mapOf(fieldOf(chart, 'files'))
  const folder = textOf(fieldOf(chart, 'chart')).replace(/\/+$/, '')
  return listOf(fieldOf(chart, 'values'))
    .map(textOf)
    .filter((path) => path !== 'values.yaml' && path !== `${folder}/values.yaml`)
    .map((path) => [path, textOf(all[path] ?? all[`${folder}/${path}`])] as const)
}

/** A YAML text as a map; an empty one where it is none. */
export function parsedMap(text: string | undefined): ValueMap {
  try {
    return mapOf(dataOf(text ?? ''))
  } catch {
    return {}
  }
}

/** Several rules read the same files: ordinary YAML, and JSON (a schema is that), without the full parser. */
function dataOf(text: string): Json {
  const [document, second] = plainDocuments(text) ?? []
  if (document !== undefined && second === undefined) return document.value
  return jsonIn(text) ?? (parse(text) as Json)
}

function jsonIn(text: string): Json | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const data: Json = JSON.parse(text)
    return data
  } catch {
    return undefined
  }
}

/** A value without members, and its dotted path. */
export interface Leaf {
  readonly path: string
  readonly value: Json
}

/** Every leaf of a map of values. Lists and empty maps are leaves. */
export function leaves(values: ValueMap, above = ''): readonly Leaf[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = above === '' ? key : `${above}.${key}`
    const inner = mapOf(value)
    return Object.keys(inner).length > 0 ? leaves(inner, path) : [{ path, value: value ?? null }]
  })
}
