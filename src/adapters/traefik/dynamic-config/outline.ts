/** One `key: value` of a block mapping, as far as splicing needs to know it. */
export interface Entry {
  readonly key: string
  /** Offset of the first character of the key's line. */
  readonly start: number
  /** Offset just after the last character of the last line that holds content of this entry (before its line ending). */
  readonly end: number
  /** Column of the key, from 0. */
  readonly indent: number
  /** What stands after the colon: a block mapping, nothing, an alias, a flow collection, or anything else. */
  readonly value: 'map' | 'null' | 'alias' | 'flow' | 'other'
  readonly anchored: boolean
  /** For `map`, three levels deep: `http`, `routers`, the routers. */
  readonly entries: readonly Entry[]
}

/** The three upper levels of the file. */
export interface Outline {
  /** `null` for an empty or comments-only file. */
  readonly root: 'map' | 'null'
  readonly entries: readonly Entry[]
}

/** Levels that an outline keeps. */
export const OUTLINE_DEPTH = 3

/**
 * The entry of this name. Traefik reads the keys of its own schema without regard to case (seen on 3.7.15: `HTTP: {Routers: …}` works,
 * and merges with `http:`).
 */
export function schemaEntry(entries: readonly Entry[], key: string): Entry | undefined {
  return entries.find((entry) => entry.key.toLowerCase() === key.toLowerCase())
}

/** Names under `http.SECTION`. */
export function namesUnder(outline: Outline, section: string): readonly string[] {
  const http = schemaEntry(outline.entries, 'http')
  return schemaEntry(http?.entries ?? [], section)?.entries.map((entry) => entry.key) ?? []
}

/** Where the line that holds `offset` ends, before its line ending. */
export function endOfLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset)
  const end = at === -1 ? text.length : at
  return end > 0 && text[end - 1] === '\r' ? end - 1 : end
}
