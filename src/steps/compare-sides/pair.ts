import type { Side } from '../../domain/observation.ts'
import type { HttpExchange } from '../../domain/ports/index.ts'

export type Answer = Extract<HttpExchange, { ok: true }>

/** What each side answered for one path. */
export type Pair = { readonly path: string; readonly url: string } & { readonly [Each in Side]: HttpExchange }
export type AnsweredPair = { readonly path: string; readonly url: string } & { readonly [Each in Side]: Answer }

/** One thing that is not, or cannot be said to be, the same on both sides. */
export interface Finding {
  readonly path: string
  /** `status`, `location`, `body`, `cookies`, `header:NAME` as `fine` names them, or `client-address`. */
  readonly what: string
  /** A phrase after the path: "status 200 (old) and 404 (new)". */
  readonly text: string
  /** False: no difference was seen, but not all could be compared. */
  readonly certain: boolean
}

export const lineOf = ({ path, text }: Pick<Finding, 'path' | 'text'>): string => `${path}: ${text}`
