import { canonicalJson } from '../../../domain/json.ts'
import type { RouterDefinition } from '../../../domain/ports/edge.ts'
import { checkDefinition } from './check-definition.ts'
import { editPoint } from './edit-point.ts'
import { fileProblem } from './file-problem.ts'
import { findRouter, routerValue } from './owned.ts'
import { proveOnlyRoutersDiffer } from './prove.ts'
import { definitionValue, renderRouter } from './render.ts'
import type { Style } from './style.ts'
import { styleOf } from './style.ts'
import type { Understanding } from './understand.ts'
import { understand } from './understand.ts'

/** A new text of the file, understood and proven, and the routers in which it differs. */
export interface Edited {
  readonly understanding: Understanding
  readonly names: readonly string[]
}

/**
 * The file with these routers under `http.routers`, the missing keys above them made. A router that is there word for word is no
 * difference; another under the same name is `router-name-taken`.
 */
export function insertRouters(before: Understanding, routers: Readonly<Record<string, RouterDefinition>>): Edited {
  const wanted = Object.entries(routers).filter(([name, definition]) => isMissing(before, name, definition))
  if (wanted.length === 0) return { understanding: before, names: [] }
  for (const [name, definition] of wanted) checkDefinition(before, name, definition)
  const point = editPoint(before)
  const style = styleOf(before, point)
  const headers = point.missing.map((key) => `${' '.repeat(style.columns[key])}${key}:${style.eol}`).join('')
  const block = headers + wanted.map(([name, definition]) => renderRouter(name, definition, style)).join('')
  const text = splice(before.file.text, point.offset, block, style)
  const after = understand({ ...before.file, text })
  const names = wanted.map(([name]) => name)
  proveOnlyRoutersDiffer(before, after, names)
  for (const [name, definition] of wanted) proveWritten(after, name, definition)
  return { understanding: after, names }
}

/** Before `offset`; at the end of a file without a final newline the line ending goes before the block instead of after it. */
function splice(text: string, offset: number, block: string, style: Style): string {
  const unended = offset === text.length && text !== '' && !text.endsWith('\n')
  return text.slice(0, offset) + (unended ? style.eol + block.slice(0, -style.eol.length) : block) + text.slice(offset)
}

function isMissing(before: Understanding, name: string, definition: RouterDefinition): boolean {
  const entry = findRouter(before, name)
  if (entry === undefined) return true
  if (canonicalJson(routerValue(before, entry)) === canonicalJson(definitionValue(definition))) return false
  throw fileProblem(
    'router-name-taken',
    before.file,
    entry.start + entry.indent,
    `the router name \`${name}\` is used by someone else`,
    ['choose another name for the router in the plan'],
    before.file.text.slice(entry.start, entry.end).split(/\r?\n/).slice(0, 12),
  )
}

function proveWritten(after: Understanding, name: string, definition: RouterDefinition): void {
  const entry = findRouter(after, name)
  if (entry !== undefined && canonicalJson(routerValue(after, entry)) === canonicalJson(definitionValue(definition))) return
  throw fileProblem('edge-file-edit-not-clean', after.file, entry?.start, `router \`${name}\` did not come out as it was defined`, [
    'please report this file (without secrets)',
  ])
}
