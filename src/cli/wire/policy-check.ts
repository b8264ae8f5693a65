import type { Plan } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Finding, StepKinds } from '../../domain/step-kind.ts'
import type { TargetCheck } from '../../engine/contract.ts'
import type { PolicyAnswer, PolicyAsking } from './plan-policies.ts'

/** The plan's rules as a check before anything is touched. Nothing where no step makes objects. */
export function policyCheck(plan: Plan, kinds: StepKinds, asking: Omit<PolicyAsking, 'rendering' | 'now'>): readonly TargetCheck[] {
  if (!plan.steps.some((step) => kinds.get(step.kind)?.objects !== undefined)) return []
  return [
    {
      target: 'policies',
      async check({ rendering, clock }) {
        if (rendering === undefined) throw new Error('no rendering port: a plan with objects needs one')
        const { askPolicies } = await import('./plan-policies.ts')
        try {
          return findingsOf(await askPolicies(plan, kinds, { ...asking, rendering, now: clock.now() }), await problemsOf())
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error
          return error.problems.map((problem) => finding('fail', problem))
        }
      },
    },
  ]
}

const problemsOf = async () => (await import('../../policies/report-problems.ts')).reportProblems

const finding = (verdict: 'warn' | 'fail', problem: Problem): Finding => ({
  what: problem.summary,
  verdict,
  problem: { ...problem, effect: 'no' },
})

function findingsOf({ report, objects }: PolicyAnswer, reportProblems: Awaited<ReturnType<typeof problemsOf>>): readonly Finding[] {
  const { refused, warnings } = reportProblems(report)
  const told = warnings.filter(({ code }) => code !== 'policy-hint')
  const wrong = [...refused.map((problem) => finding('fail', problem)), ...told.map((problem) => finding('warn', problem))]
  if (refused.length > 0) return wrong
  const asked = Object.values(report.asked).filter((times) => times > 0).length
  const waived = report.findings.filter(({ waiver }) => waiver !== undefined).length
  const what = `${asked} rules hold for ${objects.length} objects${waived === 0 ? '' : ` (${waived} findings are waived)`}`
  return [{ what, verdict: 'pass' }, ...wrong]
}
