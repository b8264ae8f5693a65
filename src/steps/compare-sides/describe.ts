import type { Plan } from '../../domain/plan.ts'
import { comparedPaths } from './paths.ts'
import type { CompareSpec } from './spec.ts'

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`

/** `asks both sides for /, /about: status, redirect, content-type, cookies, what a visitor reads; 1 pattern is cut out before`. */
export function describeCompare(spec: CompareSpec, plan: Pick<Plan, 'site'>): string {
  const body = { exact: ['the body, exactly'], text: ['what a visitor reads'], none: [] }[spec.body]
  const what = ['status', 'redirect', ...spec.headers, ...(spec.cookies ? ['cookies'] : []), ...body]
  const address = spec.clientAddress === undefined ? [] : [`the visitor's address at ${spec.clientAddress.path}`]
  const cut = spec.ignore.length === 0 ? [] : [`${count(spec.ignore.length, 'pattern')} cut out before`]
  const fine = spec.fine.length === 0 ? [] : [`${count(spec.fine.length, 'difference')} declared fine`]
  return [`both sides are asked for ${comparedPaths(spec, plan).join(', ')}: ${[...what, ...address].join(', ')}`, ...cut, ...fine].join(
    '; ',
  )
}
