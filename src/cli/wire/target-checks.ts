import { formatDuration } from '../../domain/duration.ts'
import type { KubernetesTarget, Plan, PlanStep } from '../../domain/plan.ts'
import { siteOf } from '../../domain/plan.ts'
import type { RunningFile } from '../../adapters/traefik/running-file.ts'
import type { DynamicConfig, EdgePort, EdgeRouter, Ports } from '../../domain/ports/index.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { Problem } from '../../domain/problem.ts'
import { differences } from '../../domain/site.ts'
import type { Finding, StepKinds } from '../../domain/step-kind.ts'
import { askSite } from '../../domain/visit-site.ts'
import type { TargetCheck } from '../../engine/contract.ts'
import { checkRequirements } from './cluster-requirements.ts'
import type { OnTheWay } from './on-the-way.ts'
import { onlyNeeded } from './on-the-way.ts'

const passed = (what: string): Finding => ({ what, verdict: 'pass' })
const failed = (what: string, problem: Omit<Problem, 'effect'>): Finding => ({
  what,
  verdict: 'fail',
  problem: { ...problem, effect: 'no' },
})

/** One check a target that the plan names (and that is needed on the way), and the site itself: proven before anything is touched. */
export function targetChecks(
  plan: Plan,
  kinds: StepKinds,
  files: PlanFiles,
  way?: Pick<OnTheWay, 'steps' | 'needed'>,
): readonly TargetCheck[] {
  const needMs = longest(way?.steps ?? plan.steps, kinds)
  const { targets } = way ? onlyNeeded(plan, way.needed) : plan
  return [
    ...(targets.kubernetes ? [{ target: 'kubernetes', check: (ports: Ports) => checkKubernetes(ports, targets.kubernetes, needMs) }] : []),
    ...(targets.nomad ? [{ target: 'nomad', check: (ports: Ports) => checkNomad(ports, needMs) }] : []),
    ...(targets.edge ? [{ target: 'edge', check: (ports: Ports) => checkEdge(ports.edge) }] : []),
    ...(plan.site ? [{ target: 'site', check: (ports: Ports) => checkSite(plan, ports, files) }] : []),
  ]
}

/** The longest that these steps may take, milliseconds: credentials must live that long. */
export function longest(steps: readonly PlanStep[], kinds: StepKinds): number {
  const policies = steps.flatMap((step) => {
    const kind = kinds.get(step.kind)
    const own = kind === undefined ? [] : [kind.nature === 'waits' ? kind.policy(step.spec) : kind.defaultGate(step.spec)]
    return [...own, ...step.gates.map((gate) => gate.policy)]
  })
  return policies.reduce((sum, policy) => sum + policy.timeout + policy.hold, 0)
}

async function checkKubernetes(
  { kubernetes, clock }: Ports,
  target: KubernetesTarget | undefined,
  needMs: number,
): Promise<readonly Finding[]> {
  const seen = await kubernetes.describe()
  const required = await checkRequirements(kubernetes, seen.version, target?.requires ?? {})
  const what = `Kubernetes ${seen.version} at ${seen.server} answers ${seen.user}, namespace ${seen.namespace}`
  return [passed(what), ...validLongEnough('Kubernetes credentials', seen.credentialsExpireAt, clock.now(), needMs), ...required]
}

async function checkNomad({ nomad, clock }: Ports, needMs: number): Promise<readonly Finding[]> {
  const seen = await nomad.describe()
  const what = `Nomad ${seen.version} at ${seen.address} answers, region ${seen.region}, namespace ${seen.namespace}`
  return [passed(what), ...validLongEnough('Nomad token', seen.tokenExpiresAt, clock.now(), needMs)]
}

function validLongEnough(what: string, expiresAt: number | undefined, now: number, needMs: number): readonly Finding[] {
  if (expiresAt === undefined) return []
  const left = expiresAt - now
  if (left >= needMs) return [passed(`${what}: valid for ${formatDuration(left)}`)]
  return [
    failed(`${what}: valid for long enough`, {
      code: 'credentials-expire-soon',
      summary: `${what} end in ${formatDuration(Math.max(0, left))}, and this plan may take ${formatDuration(needMs)}`,
      next: ['get fresh credentials and run again'],
    }),
  ]
}

async function checkEdge(edge: EdgePort): Promise<readonly Finding[]> {
  const [seen, config, routers] = await Promise.all([edge.describe(), edge.read(), edge.routers()])
  const reached = passed(`Traefik ${seen.version} on ${seen.host} answers at ${seen.api}; ${seen.dynamicConfig} is understood`)
  const { compareRunning } = await import('../../adapters/traefik/running-file.ts')
  return [reached, runsTheFile(config, compareRunning(config, routers)), ...disabledOnes(config, routers)]
}

/** A Traefik that runs something else than the file (a rejected edit, a stale bind mount) would not take our edit either. */
function runsTheFile({ file, routers: { length } }: DynamicConfig, { differs, compared }: RunningFile): Finding {
  const what = 'Traefik runs what the file says'
  const routers = `${length} ${length === 1 ? 'router' : 'routers'}`
  if (differs.length === 0) return passed(compared ? `${what} (${routers})` : `Traefik has what the file names (${routers})`)
  return failed(what, {
    code: 'edge-runs-something-else',
    summary: `Traefik does not run what ${file.path} says: ${differs.join('; ')}`,
    details: ['a mistake in the file makes Traefik keep its old configuration; a bind mount of the single file never sees a rename'],
    next: ["look at Traefik's log for the reason, mend the file, and run again"],
  })
}

/** It is what the file says, and answers nobody. Not ours to mend: whether the site is well is asked of the site. */
function disabledOnes({ routers: names }: DynamicConfig, routers: readonly EdgeRouter[]): readonly Finding[] {
  const disabled = routers.filter(
    ({ name, status }) => name.endsWith('@file') && names.includes(name.slice(0, -5)) && status === 'disabled',
  )
  const [first] = disabled
  if (first === undefined) return []
  const what = 'every router of the file is enabled'
  const said = disabled.map(({ name, errors }) => [name, ...errors].join(': '))
  const summary = `Traefik has disabled ${disabled.length === 1 ? 'a router' : `${disabled.length} routers`} of the file: ${said.join('; ')}`
  return [
    {
      what,
      verdict: 'warn',
      problem: { code: 'edge-router-disabled', summary, next: ['mend them, unless that is as it should be'], effect: 'no' },
    },
  ]
}

async function checkSite(plan: Plan, ports: Ports, files: PlanFiles): Promise<readonly Finding[]> {
  const { url, expect } = siteOf(plan)
  const exchange = await askSite({ plan, ports, files, signal: new AbortController().signal })
  const wrong = differences(exchange, expect)
  const through = plan.targets.edge?.visitors === undefined ? '' : ` (through ${plan.targets.edge.visitors})`
  if (wrong.length === 0) return [passed(`${url} answers a visitor as expected${through}`)]
  return [
    failed(`${url} answers a visitor as expected`, {
      code: 'site-not-as-expected',
      summary: `${url} does not answer a visitor as site.expect says${through}: ${wrong.join('; ')}`,
      next: ['mend the site, or site.expect, site.ca or targets.edge.visitors in the plan; a migration starts from a site that is well'],
    }),
  ]
}
