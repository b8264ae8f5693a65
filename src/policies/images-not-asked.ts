import type { PolicyQuestion, PolicyRule, PolicySubjects } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import { imagesOf } from './images-named.ts'
import { policyProblem } from './policy-problem.ts'

/** Images that the warning names; the others are counted. */
const NAMED = 5

export interface NotAsked {
  readonly questions: readonly PolicyQuestion[]
  readonly warnings: readonly Problem[]
}

/** What is to be said of rules about images where nobody asked a registry: never that they passed. */
export function imagesNotAsked(rules: readonly PolicyRule[], { plan, objects, images }: PolicySubjects): NotAsked {
  const about = rules.filter(({ looksAt }) => looksAt === 'image')
  const named = [...new Set(objects.flatMap(({ object }) => imagesOf(object)))].toSorted()
  if (images !== undefined || about.length === 0 || named.length === 0) return { questions: [], warnings: [] }
  const rest = named.length - NAMED
  const list = `${named.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  const reason = `no registry was asked about ${named.length === 1 ? 'the image' : `${named.length} images:`} ${list}`
  const open = about.length === 1 ? `rule ${about[0]?.name} has no answer` : `${about.length} rules about images have no answer`
  const next = ['a dry run on the real servers asks the registries: `run --dry-run`']
  return {
    questions: about.map(({ name }) => ({ rule: name, object: `Plan/${plan.name}`, verdict: 'inconclusive', reason, unasked: true })),
    warnings: [policyProblem('images-not-asked', reason, next, undefined, [open])],
  }
}
