import type { Plan, PlanStep } from '../../domain/plan.ts'
import type { ImageFacts, ImagePort, KubernetesPort } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RenderedObject } from '../../domain/rendered-object.ts'
import type { Finding, StepKinds } from '../../domain/step-kind.ts'
import { withPlaceholders } from '../../domain/template.ts'
import type { TargetCheck } from '../../engine/contract.ts'
import type { InspectedImage } from '../../steps/deploy-to-kubernetes/images.ts'
import { inspectImages } from '../../steps/deploy-to-kubernetes/images.ts'
import { imageFacts, imageFindings } from '../../steps/deploy-to-kubernetes/images-findings.ts'
import type { OnTheWay } from './on-the-way.ts'
import type { PolicyAnswer, PolicyAsking } from './plan-policies.ts'
import { heldRules } from './held-rules.ts'

export interface PolicyCheck extends Pick<PolicyAsking, 'files'> {
  /** Left out: no registry is asked, and rules about images have no answer. */
  readonly images?: ImagePort
  readonly resolve: (template: string, where: string) => Promise<string>
  /** Left out: the whole plan is still to be done. */
  readonly way?: OnTheWay
}

/** The plan's rules as a check before anything is touched. Nothing where no step makes objects. */
export function policyCheck(plan: Plan, kinds: StepKinds, { resolve, way, images, files }: PolicyCheck): readonly TargetCheck[] {
  const making = plan.steps.filter((step) => kinds.get(step.kind)?.objects !== undefined)
  if (making.length === 0) return []
  const isToDo = ({ id }: Pick<PlanStep, 'id'>): boolean => way?.toDo.has(id) ?? true
  // Where nothing of it is to be made any more, what is wrong with it bars nobody's way.
  const verdict = making.every(({ id }) => way?.standing.has(id) ?? false) ? 'warn' : 'fail'
  return [
    {
      target: 'policies',
      async check({ rendering, clock, kubernetes }) {
        if (rendering === undefined) throw new Error('no rendering port: a plan with objects needs one')
        // What the rules are asked with is loaded while the cluster answers.
        const [{ askPolicies }, version] = await Promise.all([
          import('./plan-policies.ts'),
          making.some(isToDo) ? versionOf(kubernetes) : NOT_ASKED,
        ])
        try {
          let inspected: readonly InspectedImage[] = []
          const look = async (objects: readonly RenderedObject[]): Promise<readonly ImageFacts[]> => {
            if (images) inspected = await inspectImages({ kubernetes, images }, objects, { namespace: namespaceOf(plan) })
            return imageFacts(inspected)
          }
          const answer = await askPolicies(plan, kinds, {
            files,
            rendering,
            resolve: (template, where, step) => (isToDo(step) ? resolve(template, where) : Promise.resolve(withPlaceholders(template))),
            kubernetesVersion: async () => version.version,
            ...(way && { standing: way.standing }),
            ...(images && making.some(isToDo) && { images: look }),
            now: clock.now(),
          })
          return [...version.findings, ...imageFindings(inspected), ...(await findingsOf(answer))]
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error
          return error.problems.map((problem) => finding(verdict, problem))
        }
      },
    },
  ]
}

const namespaceOf = ({ targets }: Plan): string => targets.kubernetes?.namespace ?? 'default'

interface ClusterVersion {
  readonly version?: string
  readonly findings: readonly Finding[]
}

const NOT_ASKED: ClusterVersion = { findings: [] }

/** Without it the charts are rendered for another cluster than the one that gets them, which is said. */
async function versionOf(kubernetes: KubernetesPort): Promise<ClusterVersion> {
  try {
    return { version: (await kubernetes.describe()).version, findings: [] }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const summary = "the cluster did not say its version: the rules were asked about charts as helm's own idea of a cluster gets them"
    const next = ['see what the check of the cluster says']
    return { findings: [finding('warn', { code: 'kubernetes-version-unknown', summary, next, cause: error.problem.summary })] }
  }
}

const finding = (verdict: 'warn' | 'fail', problem: Problem): Finding => ({
  what: problem.summary,
  verdict,
  problem: { ...problem, effect: 'no' },
})

/** Hints are counted, everything else is told. */
async function findingsOf({ report, objects }: PolicyAnswer): Promise<readonly Finding[]> {
  const { reportProblems } = await import('../../policies/report-problems.ts')
  const { refused, warnings } = reportProblems(report)
  const told = warnings.filter(({ code }) => code !== 'policy-hint')
  const wrong = [...refused.map((problem) => finding('fail', problem)), ...told.map((problem) => finding('warn', problem))]
  const { hold, waived } = heldRules(report)
  if (refused.length > 0 || hold === 0) return wrong
  const [hints, by] = [warnings.length - told.length, waived === 0 ? '' : `, ${waived} of them by waivers`]
  const hinted = hints === 0 ? '' : `; ${counted(hints, 'hint')}, which \`validate\` tells`
  const what = `${counted(hold, 'rule')} ${hold === 1 ? 'holds' : 'hold'} for ${counted(objects.length, 'object')}${by}${hinted}`
  return [{ what, verdict: 'pass' }, ...wrong]
}

const counted = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`
