import type { Plan } from '../../domain/plan.ts'
import { dockerfilesOf } from '../../domain/plan.ts'
import type { PolicyPack, PolicyPlan, PolicyReport } from '../../domain/policy.ts'
import type { ImageFacts, RenderingPort } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RenderedObject } from '../../domain/rendered-object.ts'
import type { StepKinds } from '../../domain/step-kind.ts'
import { evaluatePolicies } from '../../policies/evaluate.ts'
import { mistypedKindsOfObjects, mistypedKindsOfRules } from '../../policies/mistyped-kinds.ts'
import { placedFindings } from '../../policies/placed-findings.ts'
import { allOf } from './all-of.ts'
import { assumedVersion } from './assumed-version.ts'
import { packsOf } from './policy-packs.ts'
import type { RenderedSteps, StepRendering } from './rendered-steps.ts'
import { renderSteps } from './rendered-steps.ts'

/** What the rules of a plan have to say, and what they were asked about. */
export interface PolicyAnswer {
  readonly packs: readonly PolicyPack[]
  readonly report: PolicyReport
  readonly objects: readonly RenderedObject[]
}

export interface PolicyAsking extends StepRendering {
  /** Milliseconds since the epoch: waivers end. */
  readonly now: number
  /** Left out: no registry was asked, and rules about images have no answer. */
  readonly images?: (objects: readonly RenderedObject[]) => Promise<readonly ImageFacts[]>
  /** The team's rules are asked about their own examples too. */
  readonly examples?: boolean
  /** Ids of steps that have begun or are done. */
  readonly standing?: ReadonlySet<string>
}

/**
 * Renders what every step of the plan will send and asks all its rules; no cluster is asked, unless for its version. Rejects with all that does not render,
 * and with every mistake of the packs, at once.
 */
export async function askPolicies(plan: Plan, kinds: StepKinds, asking: PolicyAsking): Promise<PolicyAnswer> {
  const work = [packsOf(plan, asking), renderSteps(plan, kinds, asking)] as const
  await allOf<unknown>(work)
  const [packs, rendered] = await Promise.all(work)
  const images = await asking.images?.(rendered.objects)
  const { now, standing } = asking
  const asked = { ...policyPlan(plan, kinds), files: await dockerfileTexts(plan, asking) }
  const subjects = { plan: asked, ...rendered, ...(images && { images }), ...(standing && { standing }), now }
  const report = await evaluatePolicies(packs, subjects, plan.policies?.waivers ?? [])
  const guessed = asking.kubernetesVersion === undefined ? await guesses(rendered, asking.rendering) : []
  const mistyped = mistypedKindsOfRules(packs, rendered.objects)
  const warnings = [...nothingAsked(report, rendered.objects), ...guessed, ...mistyped, ...report.warnings]
  const findings = await placedFindings(report.findings, rendered.charts, asking.files)
  return { packs, objects: rendered.objects, report: { ...report, findings, warnings } }
}

/** No data is never success. */
function nothingAsked({ asked }: PolicyReport, objects: readonly RenderedObject[]): readonly Problem[] {
  if (Object.values(asked).some((times) => times > 0) || objects.length === 0) return []
  const summary = `no rule was asked about the ${objects.length === 1 ? 'object' : `${objects.length} objects`} of the plan`
  const next = ['take `policies.packs` out of the plan (all built-in packs apply then), or name some packs in it']
  return [{ code: 'no-rule-asked', summary, next, effect: 'no' }]
}

/** What only a cluster knows for sure, where none is asked. */
const guesses = async ({ charts, objects }: RenderedSteps, rendering: RenderingPort): Promise<readonly Problem[]> => [
  ...(await assumedVersion(charts, rendering)),
  ...mistypedKindsOfObjects(objects),
]

function policyPlan({ name, environment, targets, singleWriter, site, policies, steps }: Plan, kinds: StepKinds): PolicyPlan {
  const literals = steps.flatMap(({ id, kind, spec }) => (kinds.get(kind)?.literals?.(spec) ?? []).map((each) => ({ step: id, ...each })))
  return {
    name,
    environment: environment ?? 'production',
    namespace: targets.kubernetes?.namespace ?? 'default',
    singleWriter,
    movesSite: site !== undefined && targets.edge !== undefined,
    host: site === undefined ? '' : new URL(site.url).hostname,
    expects: policies?.expects ?? {},
    literals,
    literalSteps: steps.filter(({ spec }) => isLiteral(spec)).map(({ id }) => id),
  }
}

/** Manifests and kustomizations hold what they send as it is; charts get what is secret at run time. */
const isLiteral = (spec: unknown): boolean => typeof spec === 'object' && spec !== null && ('manifests' in spec || 'kustomize' in spec)

const dockerfileTexts = async (plan: Plan, { files }: Pick<PolicyAsking, 'files'>): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(await Promise.all(dockerfilesOf(plan).map(async (path) => [path, await files.read(path)] as const)))
