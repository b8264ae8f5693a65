import type { Plan } from '../domain/plan.ts'
import type { PlanFiles } from '../domain/ports/files.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Problem, SourcePlace } from '../domain/problem.ts'
import { checkTemplates } from './check-templates.ts'
import { toPlan } from './normalise.ts'
import { checkRules } from './rules/index.ts'
import { checkShape } from './schema/issues.ts'
import { checkKinds } from './schema/one-kind.ts'
import type { Registries } from './schema/plan.ts'
import type { PlanPath, PlanSource } from './source.ts'
import { parseYaml } from './syntax.ts'

/**
 * Reads a plan: YAML, then its shape, then the rules. Rejects with one `ProblemError` that carries every problem in the order of the
 * file, each with its place and exit code 65. Shape problems are shown together; the rules are asked only once the shape is
 * sound. Nothing but `files` is read and no template is resolved. With `warn` what breaks a rule is a warning.
 */
export async function readPlan(
  plan: { readonly path: string; readonly text: string },
  registries: Registries,
  files: PlanFiles,
  rules: 'refuse' | 'warn' = 'refuse',
): Promise<{ readonly plan: Plan; readonly warnings: readonly Problem[] }> {
  const { source, data, problems } = parseYaml(plan.path, plan.text)
  if (data === undefined) return refuse(problems)
  const shape = checkShape(source, data, registries)
  const misshapen = [...shape.problems, ...checkKinds(source, data, registries)]
  const found = [...problems, ...misshapen, ...checkTemplates(source, data, unknownAmong(misshapen, source))]
  if (found.length > 0 || shape.parsed === undefined) return refuse(found)
  const read = toPlan(shape.parsed, source, plan.path, plan.text, registries)
  const { refused, warnings } = await checkRules({ plan: read, ...registries, files, locate: source.locate })
  if (refused.length > 0 && rules === 'refuse') return refuse(refused)
  return { plan: read, warnings: inOrder([...refused, ...warnings]) }
}

/** Whether a place is a field or a kind that nobody knows. */
function unknownAmong(problems: readonly Problem[], source: PlanSource): (path: PlanPath) => boolean {
  const place = (location: SourcePlace | undefined): string => `${location?.line}:${location?.column}`
  const unknown = new Set(problems.filter(({ code }) => code.startsWith('unknown-')).map(({ location }) => place(location)))
  return (path) => unknown.size > 0 && unknown.has(place(source.locate(path, 'key')))
}

function refuse(problems: readonly Problem[]): never {
  const [first, ...more] = inOrder(problems)
  if (first === undefined) throw new TypeError('a plan was refused without a problem')
  throw new ProblemError(first, ...more)
}

const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.location?.line ?? 0) - (b.location?.line ?? 0) || (a.location?.column ?? 0) - (b.location?.column ?? 0))
