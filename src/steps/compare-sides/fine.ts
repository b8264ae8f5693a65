import type { Plan } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { namesOf } from './compare.ts'
import type { Finding } from './pair.ts'
import { comparedPaths } from './paths.ts'
import type { CompareSpec, Fine } from './spec.ts'

export interface Sorted {
  readonly open: readonly Finding[]
  readonly declared: readonly { readonly finding: Finding; readonly because: string }[]
  /** Declarations that something matched. */
  readonly used: readonly Fine[]
  /** Declarations that nothing matched. */
  readonly unused: readonly Fine[]
}

/** Pure. Splits what was found into what the plan declares fine and the rest. */
export function sortFindings(findings: readonly Finding[], fine: readonly Fine[]): Sorted {
  const matching = (finding: Finding): Fine | undefined => fine.find((each) => covers(each, finding))
  const matches = (each: Fine): boolean => findings.some((finding) => covers(each, finding))
  return {
    open: findings.filter((each) => matching(each) === undefined),
    declared: findings.flatMap((finding) => {
      const match = matching(finding)
      return match === undefined ? [] : [{ finding, because: match.because }]
    }),
    used: fine.filter(matches),
    unused: fine.filter((each) => !matches(each)),
  }
}

/** Names of headers have no capitals that matter. */
const covers = (fine: Fine, finding: Finding): boolean =>
  fine.what.toLowerCase() === finding.what && (fine.path === undefined || fine.path === finding.path)

export const sayFine = ({ path, what }: Fine): string => `${what} of ${path ?? 'any path'}`

/** Declarations that can never match: they would look like a decision and be none. */
export function uselessFine(spec: CompareSpec, plan: Pick<Plan, 'site'>): readonly Problem[] {
  return spec.fine.flatMap((each) => {
    const why = whyUseless(each, spec, comparedPaths(spec, plan))
    return why === undefined
      ? []
      : [{ code: 'fine-never-matches', summary: `\`fine\` names ${sayFine(each)}, ${why}`, next: ['correct it, or remove it'] }]
  })
}

function whyUseless({ path, what }: Fine, spec: CompareSpec, paths: readonly string[]): string | undefined {
  if (path !== undefined && !paths.includes(path)) return `but \`paths\` does not name ${path}`
  if (what === 'cookies' && !spec.cookies) return 'but cookies are not compared (`cookies: false`)'
  if (what === 'body' && spec.body === 'none') return 'but bodies are not compared (`body: none`)'
  const header = what.startsWith('header:') ? what.slice('header:'.length).toLowerCase() : undefined
  return header === undefined || namesOf(spec.headers).includes(header) ? undefined : `but \`headers\` does not name ${header}`
}
