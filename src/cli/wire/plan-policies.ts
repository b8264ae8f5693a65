import type { Plan } from '../../domain/plan.ts'
import type { PolicyPack, PolicyPlan, PolicyReport } from '../../domain/policy.ts'
import type { ImageFacts, PlanFiles, RenderingPort } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { ObjectsContext, RenderedChart, RenderedObject } from '../../domain/rendered-object.ts'
import type { StepKinds } from '../../domain/step-kind.ts'
import { nearest } from '../../plan/suggestion.ts'
import { builtInPacks } from '../../policies/built-in-packs.ts'
import { evaluatePolicies } from '../../policies/evaluate.ts'
import { readPolicyPack } from '../../policies/read-pack.ts'

/** What the rules of a plan have to say, and what they were asked about. */
export interface PolicyAnswer {
  readonly packs: readonly PolicyPack[]
  readonly report: PolicyReport
  readonly objects: readonly RenderedObject[]
}

export interface PolicyAsking {
  readonly files: PlanFiles
  readonly rendering: RenderingPort
  readonly resolve: ObjectsContext<unknown>['resolve']
  /** Milliseconds since the epoch: waivers end. */
  readonly now: number
  /** Left out: no registry was asked, and rules about images say nothing. */
  readonly images?: (objects: readonly RenderedObject[]) => Promise<readonly ImageFacts[]>
}

/**
 * Renders what every step of the plan will send and asks all its rules; no cluster is asked. Rejects with all that does not render, and with every
 * mistake of the packs, at once.
 */
export async function askPolicies(plan: Plan, kinds: StepKinds, asking: PolicyAsking): Promise<PolicyAnswer> {
  const work = [packsOf(plan, asking.files), renderAll(plan, kinds, asking)] as const
  await allOf<unknown>(work)
  const [packs, rendered] = await Promise.all(work)
  const images = await asking.images?.(rendered.objects)
  const subjects = { plan: policyPlan(plan), ...rendered, ...(images && { images }), now: asking.now }
  return { packs, objects: rendered.objects, report: await evaluatePolicies(packs, subjects, plan.policies?.waivers ?? []) }
}

function policyPlan({ name, environment, targets, singleWriter, site, policies }: Plan): PolicyPlan {
  return {
    name,
    environment: environment ?? 'production',
    namespace: targets.kubernetes?.namespace ?? 'default',
    singleWriter,
    movesSite: site !== undefined && targets.edge !== undefined,
    host: site === undefined ? '' : new URL(site.url).hostname,
    expects: policies?.expects ?? {},
  }
}

interface Rendered {
  readonly objects: readonly RenderedObject[]
  readonly charts: readonly RenderedChart[]
}

async function renderAll(plan: Plan, kinds: StepKinds, { files, rendering, resolve }: PolicyAsking): Promise<Rendered> {
  const each = await allOf(
    plan.steps.map(async (step) => {
      const kind = kinds.get(step.kind)
      const context: ObjectsContext<unknown> = {
        spec: step.spec,
        step: step.id,
        namespace: plan.targets.kubernetes?.namespace ?? 'default',
        files,
        rendering,
        resolve: (template, where) => resolve(template, `step ${step.id}: ${where}`),
      }
      const work = [kind?.objects?.(context) ?? Promise.resolve([]), kind?.charts?.(context) ?? Promise.resolve([])] as const
      await allOf<unknown>(work)
      const [objects, charts] = await Promise.all(work)
      return { objects, charts }
    }),
  )
  return { objects: each.flatMap(({ objects }) => objects), charts: each.flatMap(({ charts }) => charts) }
}

/** The built-in packs that the plan wants, and the team's own. */
async function packsOf({ policies }: Plan, files: PlanFiles): Promise<readonly PolicyPack[]> {
  const builtIn = await builtInPacks()
  const names = builtIn.map((pack) => pack.name)
  const unknown = (policies?.packs ?? []).filter((name) => !names.includes(name)).map((name) => unknownPack(name, names))
  const [first, ...more] = unknown
  if (first) throw new ProblemError(first, ...more)
  const own = await allOf((policies?.files ?? []).map((path) => teamPacks(path, files)))
  return [...builtIn.filter((pack) => policies?.packs?.includes(pack.name) ?? true), ...own.flat()]
}

async function teamPacks(path: string, files: PlanFiles): Promise<readonly PolicyPack[]> {
  const names = (await files.list(path)).filter((name) => name === path || /\.ya?ml$/.test(name))
  return allOf(names.map(async (name) => readPolicyPack(name, await files.read(name))))
}

function unknownPack(name: string, names: readonly string[]): Problem {
  const meant = nearest(name, names)
  const next = [...(meant === undefined ? [] : [`did you mean \`${meant}\`?`]), `built-in packs: ${names.join(', ')}`]
  return {
    code: 'unknown-policy-pack',
    summary: `\`policies.packs\` names ${name}, which is not built in`,
    next,
    effect: 'no',
    exitCode: 65,
  }
}

/** All values, or the problems of all that failed. */
async function allOf<Value>(work: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const settled = await Promise.allSettled(work)
  const thrown = settled.flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  const bug = thrown.find((error) => !(error instanceof ProblemError))
  if (bug !== undefined) throw bug
  const problems = thrown.flatMap((error): readonly Problem[] => (error instanceof ProblemError ? error.problems : []))
  const [first, ...more] = distinct(problems)
  if (first !== undefined) throw new ProblemError(first, ...more)
  return Promise.all(work)
}

/** Objects and charts of one step fail for the same reason; it is said once. */
const distinct = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((each, index) => problems.findIndex((other) => other.code === each.code && other.summary === each.summary) === index)
