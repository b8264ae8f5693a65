import { ProblemError } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { planProblem } from '../plan-problem.ts'
import { withPlace } from './kind-checks.ts'
import type { Rule, RuleInput } from './rule.ts'

/**
 * Site, Ingress, router and Nomad tags name the same host: `site.expect` is asked of one host only, so that visitors of
 * any other would be moved to a side that nobody has seen answering them.
 */
export const oneHost: Rule = {
  name: 'one-host',
  severity: 'refuse',
  async check(input) {
    const { site } = input.plan
    if (site === undefined) return []
    const expected = plainHost(new URL(site.url).hostname)
    const named = await Promise.all(input.plan.steps.map((_, index) => hostsOf(input, index)))
    const all = named.flatMap((each) => each.hosts)
    const wrong = named.flatMap((each, index) => each.hosts.flatMap((found) => wrongHost(input, index, found, expected)))
    const problems = [...named.flatMap((each) => each.problems), ...wrong]
    const isAsked = input.plan.steps.some((step) => input.kinds.get(step.kind)?.hosts !== undefined)
    if (problems.length > 0 || !isAsked || all.length > 0) return problems
    const summary = `no step names the site's host ${expected}: neither a router nor an Ingress would answer for it`
    return [planProblem('host-not-served', summary, [`name it in the route's rule: Host(\`${expected}\`)`], input.locate(['site', 'url']))]
  },
}

interface NamedHost {
  readonly host: string
  readonly where: string
}

async function hostsOf(
  { plan, kinds, files, locate }: RuleInput,
  index: number,
): Promise<{ hosts: readonly NamedHost[]; problems: readonly Problem[] }> {
  const step = plan.steps[index]
  const kind = step && kinds.get(step.kind)
  if (step === undefined || kind?.hosts === undefined) return { hosts: [], problems: [] }
  try {
    return { hosts: await kind.hosts(step.spec, files), problems: [] }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { hosts: [], problems: error.problems.map((problem) => withPlace(problem, locate(['steps', index, step.kind], 'key'))) }
  }
}

function wrongHost({ plan, locate }: RuleInput, index: number, found: NamedHost, expected: string): readonly Problem[] {
  const step = plan.steps[index]
  if (step === undefined || standsFor(plainHost(found.host), expected)) return []
  const summary = `step ${step.id}: ${found.where} names the host ${found.host}, but the site's is ${expected}`
  const next = [`name ${expected} there, or correct \`site.url\``, 'another host of the same application is moved by a plan of its own']
  return [planProblem('wrong-host', summary, next, locate(['steps', index, step.kind], 'key'))]
}

/** Itself, or `*.example.org` for one label more, as an Ingress has it: it moves nobody, the route says who comes. */
const standsFor = (host: string, expected: string): boolean =>
  host === expected || (host.startsWith('*.') && expected.includes('.') && expected.slice(expected.indexOf('.')) === host.slice(1))

/** Host names know no upper case, and a dot at the end changes nothing. */
const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, '')
