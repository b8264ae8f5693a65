import type { Json } from '../../domain/json.ts'
import { ProblemError } from '../../domain/problem.ts'

/** One GET of Traefik's API, `path` from `/api` on; rejects with a ProblemError where no answer came. */
export type RequestApi = (path: string) => Promise<ApiAnswer>

export interface ApiAnswer {
  readonly status: number
  readonly body: Json
  /** Answers of one number came while no connection to Traefik ended: they are of one process of it. Left out: nothing is known of that. */
  readonly process?: number
}

/** Traefik gives 100 items a page unless told, and names the next page in a header only; so many stay below the visitor's 1 MiB a body. */
const PER_PAGE = 500
/** What gives more pages than this gives the same one for ever. */
const MAXIMUM_PAGES = 200

/** All items of a list, page after page. */
export async function getList(request: RequestApi, path: string): Promise<readonly Json[]> {
  const items: Json[] = []
  for (let page = 1; page <= MAXIMUM_PAGES; page++) {
    const { status, body } = await request(`${path}?per_page=${PER_PAGE}&page=${page}`)
    // A page after the last one is an error to Traefik: the list ended exactly with the page before.
    if (status === 400 && page > 1) return items
    if (status !== 200 || !Array.isArray(body)) throw refused(path, status, body)
    items.push(...(body as readonly Json[]))
    if (body.length < PER_PAGE) return items
  }
  throw refused(path, 200, `more than ${MAXIMUM_PAGES * PER_PAGE} items: it does not seem to count pages`)
}

/** One object; undefined where Traefik has none of that name. */
export async function getOne(request: RequestApi, path: string): Promise<Json | undefined> {
  const { status, body } = await request(path)
  if (status === 404 && isNotFound(body)) return undefined
  if (status !== 200) throw refused(path, status, body)
  return body
}

/** Traefik says `{"message":"router not found: x@file"}`; a 404 of anything else means that this is not its API. */
const isNotFound = (body: Json): boolean =>
  /"message":"[a-z]+ not found/.test(JSON.stringify(body) ?? '') ||
  (typeof body === 'string' && /"message":\s*"[a-z]+ not found/.test(body))

function refused(path: string, status: number, body: Json): ProblemError {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new ProblemError({
    code: 'edge-api-refused',
    summary: `Traefik's API answered ${status} to GET ${path}`,
    attempted: "read the running configuration from Traefik's API",
    ...(text !== '' && { details: [text.slice(0, 300)] }),
    next:
      status === 401 || status === 403
        ? ['let the API answer without a login on the address that `targets.edge.api` names, such as a loopback port']
        : ['check that `targets.edge.api` is the address of Traefik itself with `api` switched on, as in http://127.0.0.1:8080'],
    effect: 'no',
  })
}
