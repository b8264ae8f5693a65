import type { Plan } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'

/** As Traefik takes it: in three spellings, and `HostHeader` of rule syntax v2. */
const MATCHER = '(?:Host|host|HOST|HostHeader)'

/** Names in the `Host(…)` matchers of a rule, in lower case. */
export function hostsOf(rule: string): readonly string[] {
  return [...rule.matchAll(new RegExp(`\\b${MATCHER}\\(([^)]*)\\)`, 'g'))].flatMap(([, list = '']) =>
    [...list.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, host = '']) => host.toLowerCase()),
  )
}

/**
 * Whether a rule matches requests for the hosts that it names alone: every alternative of it has a `Host(…)`. `HostRegexp`, `HostSNI` and a negation
 * leave it open for which hosts a request may be; a rule that is no rule is Traefik's to refuse. (Traefik documentation, "Routers", rule syntax v3.)
 */
export function isForNamedHosts(rule: string): boolean {
  const tokens = rule.match(/&&|\|\||[!()]|\w+\((?:`[^`]*`|"(?:[^"\\]|\\.)*"|'[^']*'|[^)`"'])*\)|[^\s]/g) ?? []
  let at = 0
  const either = (): boolean => {
    let all = both()
    while (tokens[at] === '||') {
      at++
      all = both() && all
    }
    return all
  }
  const both = (): boolean => {
    let some = one()
    while (tokens[at] === '&&') {
      at++
      some = one() || some
    }
    return some
  }
  const one = (): boolean => {
    const token = tokens[at++]
    if (token === '!') return one() && false
    if (token !== '(') return new RegExp(`^${MATCHER}\\(`).test(token ?? '')
    const inside = either()
    at++
    return inside
  }
  return either()
}

/** The site alone is seen to be well on the new side: a rule that takes visitors of any host takes others there unseen. */
export function hostProblems({ rule }: { readonly rule: string }, { site }: Pick<Plan, 'site'>): readonly Problem[] {
  const wildcard = hostsOf(rule).find((host) => host.includes('*'))
  if (wildcard === undefined && isForNamedHosts(rule)) return []
  const host = site === undefined ? 'www.example.org' : new URL(site.url).hostname
  const summary =
    wildcard === undefined
      ? `rule ${rule} also takes visitors of hosts that it does not name, and the site of the plan is ${host} alone: nobody would see how others are answered`
      : `rule ${rule} names ${wildcard}, which stands for no other host: Traefik takes \`Host\` by the letter`
  return [
    {
      code: 'rule-without-host',
      summary,
      next: [`name the host: Host(\`${host}\`), with && before what else the rule asks for`, 'move another host by a plan of its own'],
      effect: 'no',
    },
  ]
}
