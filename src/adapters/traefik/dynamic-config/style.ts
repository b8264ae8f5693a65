import type { EditPoint } from './edit-point.ts'
import type { Understanding } from './understand.ts'

/** How the people of this file write: new lines look as theirs do. */
export interface Style {
  readonly eol: '\n' | '\r\n'
  /** Columns of `http:`, `routers:` and a router's name. */
  readonly columns: { readonly http: number; readonly routers: number; readonly router: number }
  /** Columns from a key to the keys below it. */
  readonly step: number
  /** Lists of a router: in brackets, or one item a line with the dash so many columns right of the key. */
  readonly list: 'flow' | { readonly dash: number }
}

/** How many characters of the routers are looked at for the habits of their authors. */
const LOOK_AT = 20_000

/** Reads the habits off the neighbours of the edit point. */
export function styleOf(understanding: Understanding, point: EditPoint): Style {
  const { outline, file } = understanding
  const http = point.http?.indent ?? outline.entries[0]?.indent ?? 0
  const anyStep = stepBelow(point.http?.entries[0]?.indent, http) ?? firstStep(understanding) ?? 2
  const routers = point.routers?.indent ?? point.http?.entries[0]?.indent ?? http + anyStep
  const router = point.routers?.entries[0]?.indent ?? routers + (stepBelow(routers, http) ?? anyStep)
  const neighbours = point.routers === undefined ? '' : file.text.slice(point.offset, Math.min(point.routers.end, point.offset + LOOK_AT))
  return {
    eol: file.eol,
    columns: { http, routers, router },
    step: bodyStep(neighbours, router) ?? stepBelow(router, routers) ?? anyStep,
    list: listStyle(neighbours),
  }
}

const stepBelow = (inner: number | undefined, outer: number): number | undefined =>
  inner !== undefined && inner > outer ? inner - outer : undefined

/** The step of the first mapping of the file that has one. */
function firstStep({ outline }: Understanding): number | undefined {
  for (const entry of outline.entries) {
    const step = stepBelow(entry.entries[0]?.indent, entry.indent)
    if (step !== undefined) return step
  }
  return undefined
}

/** From a router's name to its fields, as the first router that has fields on lines of their own does it. */
function bodyStep(neighbours: string, router: number): number | undefined {
  const field = new RegExp(`^( {${router + 1},})(?:rule|service|entryPoints|middlewares|tls|priority):`, 'im').exec(neighbours)
  return stepBelow(field?.[1]?.length, router)
}

function listStyle(neighbours: string): Style['list'] {
  const found = /^( *)(?:entryPoints|middlewares):[^\n[]*?(?:(\[)|\r?\n( *)- )/im.exec(neighbours)
  if (found === null || found[2] !== undefined) return 'flow'
  return { dash: Math.max(0, (found[3] ?? '').length - (found[1] ?? '').length) }
}
