import { isMap as isYamlMap, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import { looksSecret } from '../secrets.ts'
import type { Value, ValueMap } from '../value.ts'
import { fieldOf, listOf, mapOf, textOf } from '../value.ts'
import { chartFiles, chartYaml, leaves, otherValues, parsedMap } from './chart.ts'

/** A value in one of a chart's files. */
interface ChartValue {
  readonly object: string
  /** The file, with the line where we know it: `values.yaml:12`. */
  readonly path: string
  /** Dotted path: `backend.port`. */
  readonly value: string
}

/** Every value of `values.yaml`, and whether it or something that it is part of has a comment: above it, or at the end of the line. */
export function documentedValues(chart: Value): readonly (ChartValue & { readonly documented: boolean })[] {
  const text = chartFiles(chart).get('values.yaml') ?? ''
  const counter = new LineCounter()
  const lines = text.split('\n')
  const visit = (node: unknown, above: string, documentedAbove: boolean): ReturnType<typeof documentedValues> => {
    if (!isYamlMap(node)) return []
    return node.items.flatMap(({ key, value }) => {
      if (!isScalar(key)) return []
      const { line } = counter.linePos(key.range?.[0] ?? 0)
      const path = above === '' ? String(key.value) : `${above}.${String(key.value)}`
      const documented = documentedAbove || isDocumented(lines, line - 1)
      if (isYamlMap(value) && value.items.length > 0) return visit(value, path, documented)
      return [{ object: folderOf(chart), path: `values.yaml:${line}`, value: path, documented }]
    })
  }
  return visit(parseDocument(text, { lineCounter: counter }).contents, '', false)
}

function isDocumented(lines: readonly string[], at: number): boolean {
  return /^\s*#/.test(lines[at - 1] ?? '') || /\s#\s?\S/.test(lines[at] ?? '')
}

const folderOf = (chart: Value): string => textOf(fieldOf(chart, 'chart'))

/** Every value of the chart and its values files, and whether it looks like a secret: what is in a file is in git. */
export function valuesInFiles(chart: Value): readonly (ChartValue & { readonly secret: boolean })[] {
  const own = chartFiles(chart).get('values.yaml') ?? ''
  return [['values.yaml', own] as const, ...otherValues(chart)].flatMap(([file, text]) =>
    leaves(parsedMap(text)).map(({ path, value }) => {
      const key = path.slice(path.lastIndexOf('.') + 1)
      return { object: folderOf(chart), path: file, value: path, secret: textsIn(value).some((each) => looksSecret(key, each)) }
    }),
  )
}

const textsIn = (value: Json): readonly string[] =>
  typeof value === 'string' ? [value] : listOf(value).filter((each) => typeof each === 'string')

/**
 * Every value of the other values files, and whether `values.yaml` or the chart's schema knows it, so that a template may ask for it. Everything below an
 * empty map, below a dependency's name and below `global` is known.
 */
export function overridingValues(chart: Value): readonly (ChartValue & { readonly known: boolean })[] {
  const knows = knownTo(chart)
  return otherValues(chart).flatMap(([file, text]) =>
    leaves(parsedMap(text)).map(({ path }) => ({ object: folderOf(chart), path: file, value: path, known: knows(path.split('.')) })),
  )
}

/** The same of the single values that the plan sets. */
export function setValues(chart: Value): readonly (ChartValue & { readonly known: boolean })[] {
  const knows = knownTo(chart)
  return listOf(fieldOf(chart, 'set'))
    .map(textOf)
    .map((value) => ({ object: folderOf(chart), path: `helm.set.${value}`, value, known: knows(keysOf(value)) }))
}

/** A dot that belongs to a key is `\.`. */
const keysOf = (path: string): readonly string[] => path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))

function knownTo(chart: Value): (keys: readonly string[]) => boolean {
  const files = chartFiles(chart)
  const own = parsedMap(files.get('values.yaml'))
  const schema = parsedMap(files.get('values.schema.json'))
  const dependencies = listOf(chartYaml(chart).dependencies).map((each) => textOf(fieldOf(each, 'alias')) || textOf(fieldOf(each, 'name')))
  const free = new Set(['global', ...dependencies])
  return (keys) => free.has(keys[0] ?? '') || isKnown(keys, own) || isInSchema(keys, schema)
}

function isKnown([key, ...rest]: readonly string[], values: ValueMap): boolean {
  if (key === undefined) return true
  if (!(key in values)) return false
  const inner = mapOf(values[key])
  return Object.keys(inner).length === 0 || isKnown(rest, inner)
}

/** Where a schema refuses what it does not name, or refers elsewhere, helm is the one to say so. */
function isInSchema([key, ...rest]: readonly string[], schema: ValueMap): boolean {
  if (key === undefined || schema.additionalProperties === false || '$ref' in schema) return true
  const properties = mapOf(schema.properties)
  return key in properties && isInSchema(rest, mapOf(properties[key]))
}
