import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { SourceLocation } from '../domain/problem.ts'

/** Where in a plan something stands, as keys and indices from the root: `['steps', 2, 'gates', 0, 'timeout']`. */
export type PlanPath = readonly PropertyKey[]

/** A plan's text with the places of everything in it. */
export interface PlanSource {
  readonly file: string
  /** Without a byte order mark, so that columns are those that a person counts. */
  readonly text: string
  /** The place of offsets into `text`; the caret stops at the end of the line. */
  readonly at: (start: number, end: number) => SourceLocation
  /** The place of what stands under `path`; of the nearest thing around it where there is nothing. */
  readonly locate: (path: PlanPath, part?: 'key' | 'value') => SourceLocation
}

/** `document` is asked for only once a place is: places are dear, and a plan without problems needs none. */
export function planSource(file: string, text: string, document: () => Document): PlanSource {
  let split: { readonly lines: readonly string[]; readonly starts: readonly number[] } | undefined
  const at = (start: number, end: number): SourceLocation => {
    const { lines, starts } = (split ??= linesOf(text))
    const line = lineOf(starts, start)
    const column = start - (starts[line - 1] ?? 0) + 1
    const shown = (lines[line - 1] ?? '').replace(/\r$/, '')
    const length = Math.max(1, Math.min(end - start, shown.length - column + 1))
    return { file, line, column, text: hideTokens(shown), length }
  }
  const locate = (path: PlanPath, part: 'key' | 'value' = 'value'): SourceLocation => {
    const { key, value } = find(document(), path)
    const node = part === 'key' && key !== undefined ? key : pointable(key, value)
    const [start, end] = node?.range ?? [0, 1]
    return at(start, end)
  }
  return { file, text, at, locate }
}

/** The parser's own line counter loses lines in broken flow collections, which is where places matter most. */
function linesOf(text: string): { readonly lines: readonly string[]; readonly starts: readonly number[] } {
  const lines = text.split('\n')
  let offset = 0
  const starts = lines.map((line) => {
    const start = offset
    offset += line.length + 1
    return start
  })
  return { lines, starts }
}

/** Line (from 1) of an offset: the last one that starts at or before it. */
function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low + 1
}

interface Found {
  readonly key: Node | undefined
  readonly value: Node | undefined
}

function find(document: Document, path: PlanPath): Found {
  let found: Found = { key: undefined, value: asNode(document.contents) }
  for (const part of path) {
    const next = child(document, found.value, part)
    if (next === undefined) break
    found = next
  }
  return found
}

function child(document: Document, parent: Node | undefined, part: PropertyKey): Found | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent
  if (isMap(node)) {
    const pair = pairOf(document, node, String(part))
    return pair && { key: asNode(pair.key), value: asNode(pair.value) }
  }
  if (isSeq(node)) {
    const item = asNode(node.items[Number(part)])
    return item && { key: undefined, value: item }
  }
  return undefined
}

function pairOf(document: Document, map: YAMLMap, name: string): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === name)
  return (
    own ??
    mergedMaps(document, map)
      .map((merged) => pairOf(document, merged, name))
      .find(isPair)
  )
}

/** The maps behind `<<`: their fields count as this map's. */
function mergedMaps(document: Document, map: YAMLMap): readonly YAMLMap[] {
  return map.items
    .filter((pair) => isScalar(pair.key) && (pair.key.value === '<<' || typeof pair.key.value === 'symbol'))
    .flatMap((pair) => (isSeq(pair.value) ? pair.value.items : [pair.value]))
    .map((value) => (isAlias(value) ? value.resolve(document) : value))
    .filter((value) => isMap(value))
}

/** What a caret can stand below: a scalar or a flow collection itself; of a block its key, or its first line. */
function pointable(key: Node | undefined, value: Node | undefined): Node | undefined {
  if (value === undefined || value.range === undefined || value.range === null) return key
  if (isAlias(value) || (isScalar(value) && value.range[0] < value.range[1])) return value
  if ((isMap(value) || isSeq(value)) && value.flow === true) return value
  if (key !== undefined) return key
  if (isMap(value)) return asNode(value.items[0]?.key) ?? value
  return value
}

const asNode = (value: unknown): Node | undefined => (isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : undefined)

/** A problem shows the line it is about; a token that somebody wrote into the plan must not get out that way. */
const hideTokens = (line: string): string =>
  line.replace(/(\btoken["']?\s*:\s*)("[^"]*"?|'[^']*'?|[^\s"'#,}][^#,}]*)/gi, (whole: string, before: string, value: string) =>
    value.includes('${') ? whole : before + '*'.repeat(value.length),
  )
