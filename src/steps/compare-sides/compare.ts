import { compareBodies } from './body.ts'
import { cookieDifferences, cookiesOf } from './cookies.ts'
import { headerDifference } from './header-difference.ts'
import type { AnsweredPair, Finding } from './pair.ts'
import { redirectDifference } from './redirect.ts'
import type { CompareSpec } from './spec.ts'

export interface Comparison {
  readonly findings: readonly Finding[]
  /** What a reader of "the same" should know. */
  readonly notes: readonly string[]
}

/** Pure. All that differs between two answers for one path. */
export function compare(pair: AnsweredPair, spec: Pick<CompareSpec, 'headers' | 'cookies' | 'body' | 'ignore'>): Comparison {
  const { path, url, old, new: fresh } = pair
  const cut = cutter(spec.ignore)
  const found: Finding[] = []
  const differs = (what: string, text: string | undefined): void => {
    if (text !== undefined) found.push({ path, what, text, certain: true })
  }
  differs('status', old.status === fresh.status ? undefined : `status ${old.status} (old) and ${fresh.status} (new)`)
  differs('location', redirectDifference(url, old.headers['location'], fresh.headers['location'], cut))
  for (const name of namesOf(spec.headers)) differs(`header:${name}`, headerDifference(name, old.headers[name], fresh.headers[name], cut))
  if (spec.cookies) {
    for (const each of cookieDifferences(cookiesOf(old.headers['set-cookie']), cookiesOf(fresh.headers['set-cookie'])))
      differs('cookies', each)
  }
  if (spec.body === 'none' || (isRedirect(old.status) && isRedirect(fresh.status))) return { findings: found, notes: [] }
  const body = compareBodies(old, fresh, spec.body, cut)
  if (body.result !== 'same') found.push({ path, what: 'body', text: body.text, certain: body.result === 'different' })
  return { findings: found, notes: body.result === 'same' && body.note !== undefined ? [`${path}: ${body.note}`] : [] }
}

/** Takes out all that matches any of these regular expressions. */
export function cutter(ignore: readonly string[]): (text: string) => string {
  const patterns = ignore.map((each) => new RegExp(each, 'g'))
  return (text) => patterns.reduce((rest, each) => rest.replace(each, ''), text)
}

/** In lower case, as the visitor's port gives them, each once. */
export const namesOf = (headers: readonly string[]): readonly string[] => [...new Set(headers.map((each) => each.toLowerCase()))]

/** Nobody reads the body of a redirect. */
const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)
