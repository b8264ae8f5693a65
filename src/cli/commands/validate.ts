import type { ValidatedPlan } from '../contract.ts'
import { EXIT, exitCodeOfProblems } from '../exit-code.ts'
import type { ReportFormat } from '../invocation.ts'
import { planPathProblem } from '../plan-path.ts'
import { policyJson } from '../render/policies/json.ts'
import { policyJUnit } from '../render/policies/junit.ts'
import type { PlanPolicies } from '../render/policies/plan-policies.ts'
import { NOTHING_ASKED } from '../render/policies/plan-policies.ts'
import { policySarif } from '../render/policies/sarif.ts'
import { problemsLines } from '../render/problem.ts'
import { isValid, validationLines } from '../render/validation.ts'
import type { Session } from '../session.ts'
import { VERSION } from '../version.ts'

/** Checks plans whole and touches nothing. A path without a plan is one of the problems. Told in the order of the paths. */
export async function validate(session: Session, paths: readonly string[], format: ReportFormat): Promise<number> {
  const plans = await validateAll(session, paths)
  if (format === 'text') tell(session, plans)
  else report(session, plans, format)
  return exitCodeOf(plans)
}

/** A plan that could not be checked (no helm on this machine) is not valid, and nobody knows that it is invalid. */
function exitCodeOf(plans: readonly ValidatedPlan[]): number {
  const wrong = plans.filter((plan) => !isValid(plan))
  if (wrong.length === 0) return EXIT.done
  const codes = wrong.map(({ problems }) => (problems.length === 0 ? EXIT.planInvalid : exitCodeOfProblems(problems)))
  return codes.includes(EXIT.planInvalid) ? EXIT.planInvalid : EXIT.failed
}

async function validateAll({ application }: Session, paths: readonly string[]): Promise<readonly ValidatedPlan[]> {
  const absent = await Promise.all(paths.map(planPathProblem))
  const there = paths.filter((_, index) => absent[index] === undefined)
  const validated = there.length === 0 ? [] : [...(await application.validate(there))]
  return paths.flatMap((path, index) => {
    const problem = absent[index]
    return problem === undefined ? validated.splice(0, 1) : { path, problems: [problem], warnings: [] }
  })
}

function tell({ screen }: Session, plans: readonly ValidatedPlan[]): void {
  for (const plan of plans) {
    const { policies, ...about } = plan
    const rules = policies && policyJson({ plan: plan.path, ...policies })
    screen.json('validated', { plan: { ...about, ...(rules && { policies: rules }) } })
  }
  screen.print(validationLines(screen.page, plans))
}

/** The report alone on stdout; what is wrong with the plans themselves stands in it, and is told on stderr too. */
function report({ screen, io }: Session, plans: readonly ValidatedPlan[], format: Exclude<ReportFormat, 'text'>): void {
  const asked = plans.map(({ path, policies = { packs: [], report: NOTHING_ASKED }, problems }): PlanPolicies => ({
    plan: path,
    ...policies,
    problems,
  }))
  const text = format === 'junit' ? policyJUnit(asked) : `${JSON.stringify(policySarif(asked, VERSION), undefined, 2)}\n`
  io.stdout.write(text)
  const problems = plans.flatMap((plan) => plan.problems)
  if (problems.length > 0) io.stderr.write(`${problemsLines(screen.page, problems).join('\n')}\n`)
}
