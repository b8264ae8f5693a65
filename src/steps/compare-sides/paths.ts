import type { Plan } from '../../domain/plan.ts'
import { siteOf } from '../../domain/plan.ts'
import type { CompareSpec } from './spec.ts'

/** The path, with its query, that `site.expect` is about. */
export function sitePath(plan: Pick<Plan, 'site'>): string {
  const { pathname, search } = new URL(siteOf(plan).url)
  return `${pathname}${search}`
}

/** Paths whose answers are compared: the site's own first, so that an equal 404 for everything is not taken for two equal sites. */
export const comparedPaths = (spec: Pick<CompareSpec, 'paths'>, plan: Pick<Plan, 'site'>): readonly string[] => [
  ...new Set([sitePath(plan), ...spec.paths]),
]

/** Paths to ask for: those, and where the application tells the visitor's address. */
export const askedPaths = (spec: Pick<CompareSpec, 'paths' | 'clientAddress'>, plan: Pick<Plan, 'site'>): readonly string[] => [
  ...new Set([...comparedPaths(spec, plan), ...(spec.clientAddress === undefined ? [] : [spec.clientAddress.path])]),
]

export const urlOf = (path: string, plan: Pick<Plan, 'site'>): string => new URL(path, siteOf(plan).url).href
