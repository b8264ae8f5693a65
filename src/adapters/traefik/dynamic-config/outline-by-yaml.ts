import type { Document, Node, Pair, YAMLMap } from 'yaml'
import { isAlias, isCollection, isMap, isNode, isPair, isScalar, parseAllDocuments, visit } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import type { NamedText } from './file-problem.ts'
import { fileProblem, lineOf } from './file-problem.ts'
import type { Entry, Outline } from './outline.ts'
import { endOfLine, OUTLINE_DEPTH } from './outline.ts'

/** How often aliases may be used: a shared `tls: *letsencrypt` in every router is normal, a billion laughs is not. */
const MAX_ALIASES = 100_000

/** The file as the `yaml` package understands it; nothing of it is ever written back (dependencies.md: `toString()` never gives a clean diff). */
export interface ParsedFile {
  readonly outline: Outline
  /** The whole file as data; templates are placeholders in it. */
  readonly value: Json
}

/** Parses the whole file. Rejects broken YAML, several documents and duplicate keys, each with its place. */
export function parseWhole(source: NamedText): ParsedFile {
  const documents = parseAllDocuments(source.text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent', merge: true })
  const [document, second] = Array.isArray(documents) ? documents : []
  if (document === undefined) return { outline: { root: 'null', entries: [] }, value: null }
  const [error] = [...document.errors, ...(second?.errors ?? [])]
  if (error !== undefined) throw broken(source, error.pos[0], error.message)
  if (second !== undefined) {
    throw fileProblem('edge-file-documents', source, second.range[0], 'several YAML documents in one file', ['keep one document'])
  }
  visit(document, { Map: (_, map) => rejectDuplicates(source, map) })
  const root = document.contents
  if (root !== null && !isMap(root) && !(isScalar(root) && root.value === null)) {
    throw fileProblem('edge-file-broken', source, root.range?.[0] ?? 0, 'the file is not a mapping, already before we touched it', [
      'its top level must be keys such as `http:`',
    ])
  }
  if (isMap(root) && (root.flow === true || root.anchor !== undefined)) {
    throw fileProblem('edge-file-flow-map', source, root.range?.[0], 'the whole file is one flow or anchored map', [
      'write it in block style: `http:` on a line of its own',
    ])
  }
  return {
    outline: isMap(root) ? { root: 'map', entries: entriesOf(source, root, 1) } : { root: 'null', entries: [] },
    value: asData(source, document),
  }
}

function asData(source: NamedText, document: Document.Parsed): Json {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as Json
  } catch (error) {
    throw broken(source, unresolvedAlias(document), error instanceof Error ? error.message : String(error))
  }
}

function unresolvedAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined
      offset = alias.range?.[0]
      return visit.BREAK
    },
  })
  return offset
}

const broken = (source: NamedText, offset: number | undefined, message: string) =>
  fileProblem(
    'edge-file-broken',
    source,
    offset,
    'not valid YAML, already broken before we touched it',
    ['repair the file first: until then Traefik runs an older configuration, and loses every router of this file when it restarts'],
    [message],
  )

function rejectDuplicates(source: NamedText, map: YAMLMap): void {
  const seen = new Map<string, number>()
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue
    const key = keyText(pair)
    const offset = pair.key.range?.[0] ?? 0
    const first = seen.get(key)
    if (first !== undefined && key !== '<<') throw duplicateKey(source, key, first, offset)
    seen.set(key, offset)
  }
}

const duplicateKey = (source: NamedText, key: string, first: number, second: number) =>
  fileProblem(
    'edge-file-duplicate-key',
    source,
    second,
    `the key \`${key}\` is there twice (first on line ${lineOf(source.text, first)}); Traefik rejects the whole file`,
    ['remove one of the two'],
  )

const keyText = (pair: Pair): string => (isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : '')

function entriesOf(source: NamedText, map: YAMLMap, depth: number): readonly Entry[] {
  return map.items.map((pair) => entryOf(source, pair, depth))
}

function entryOf(source: NamedText, pair: Pair, depth: number): Entry {
  const offset = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
  const start = source.text.lastIndexOf('\n', offset - 1) + 1
  const plainKey = isScalar(pair.key) && pair.key.anchor === undefined && pair.key.tag === undefined
  if (!plainKey || source.text.slice(start, offset).trim() !== '') {
    throw fileProblem('edge-file-unusual', source, offset, 'a key that is not the first thing on its line, or not plain text', [
      'write it as `key:` on a line of its own',
    ])
  }
  const value = isNode(pair.value) ? pair.value : null
  const tagged =
    value !== null &&
    !isAlias(value) &&
    value.tag !== undefined &&
    !/^tag:yaml\.org,2002:(map|seq|str|int|bool|null|float)$/.test(value.tag)
  return {
    key: keyText(pair),
    start,
    end: endOfLine(source.text, Math.max(lastContent(pair), offset)),
    indent: offset - start,
    value: tagged ? 'other' : kindOf(value),
    anchored: value !== null && !isAlias(value) && value.anchor !== undefined,
    entries: isMap(value) && value.flow !== true && depth < OUTLINE_DEPTH ? entriesOf(source, value, depth + 1) : [],
  }
}

function kindOf(value: Node | null): Entry['value'] {
  if (value === null) return 'null'
  if (isAlias(value)) return 'alias'
  if (isCollection(value) && value.flow === true) return 'flow'
  if (isMap(value)) return 'map'
  return isScalar(value) && value.value === null && (value.source ?? '') === '' ? 'null' : 'other'
}

/** Offset within the last line that has content of this node; comments and blank lines after it are not content. */
function lastContent(node: unknown): number {
  if (isPair(node)) return Math.max(lastContent(node.key), isEmptyScalar(node.value) ? -1 : lastContent(node.value))
  if (isCollection(node) && node.flow !== true)
    return node.items.reduce((last: number, item) => Math.max(last, lastContent(item)), node.range?.[0] ?? -1)
  if (!isNode(node) || node.range === undefined || node.range === null) return -1
  return Math.max(node.range[0], node.range[1] - 1)
}

/** An absent value has a place after the comments that follow its key: not content. */
const isEmptyScalar = (node: unknown): boolean => isScalar(node) && node.value === null && (node.source ?? '') === ''
