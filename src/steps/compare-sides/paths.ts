import type { Plan } from '../../domain/plan.ts'
import { siteOf } from '../../domain/plan.ts'
import { sitePath } from '../../domain/visit-site.ts'
import type { CompareSpec } from './spec.ts'

/** Paths whose answers are compared: the site's own first, so that an equal 404 for everything is not taken for two equal sites. */
export const comparedPaths = (spec: Pick<CompareSpec, 'paths'>, plan: Pick<Plan, 'site'>): readonly string[] => [
  ...new Set([sitePath(plan), ...spec.paths]),
]

/** Paths to ask for: those, and where the application tells the visitor's address. */
export const askedPaths = (spec: Pick<CompareSpec, 'paths' | 'clientAddress'>, plan: Pick<Plan, 'site'>): readonly string[] => [
  ...new Set([...comparedPaths(spec, plan), ...(spec.clientAddress === undefined ? [] : [spec.clientAddress.path])]),
]

export const urlOf = (path: string, plan: Pick<Plan, 'site'>): string => new URL(path, siteOf(plan).url).href
