import type { NomadCapability } from '../../domain/ports/nomad.ts'
import type { NamespaceRule } from './policy-rules.ts'

export const ALL_CAPABILITIES: readonly NomadCapability[] = [
  'read-job',
  'list-jobs',
  'submit-job',
  'register-job',
  'revert-job',
  'deregister-job',
  'purge-job',
]

/** What the shorthand `policy = "…"` stands for, as far as jobs go (Nomad's ACL policy specification). */
const SHORTHAND: Readonly<Record<string, readonly string[]>> = {
  deny: ['deny'],
  read: ['list-jobs', 'read-job'],
  write: ['list-jobs', 'read-job', 'submit-job'],
  scale: ['read-job'],
}

/** `submit-job` still covers what 1.11 also grants one by one; who may purge may stop. */
const IMPLIED: Readonly<Record<string, readonly NomadCapability[]>> = {
  'submit-job': ['register-job', 'revert-job', 'deregister-job', 'purge-job'],
  'purge-job': ['deregister-job'],
}

/**
 * What the rules of all of a token's policies grant in a namespace. Nomad's way: rules of the same pattern are united over
 * the policies; the namespace's own name wins over globs, of the globs the one nearest to the name; there, `deny` takes all.
 */
export function grantedIn(namespace: string, rules: readonly NamespaceRule[]): ReadonlySet<NomadCapability> {
  const byPattern = new Map<string, Set<string>>()
  for (const { pattern, policy, capabilities } of rules) {
    const set = byPattern.get(pattern) ?? new Set()
    for (const each of [...(SHORTHAND[policy] ?? []), ...capabilities]) set.add(each)
    byPattern.set(pattern, set)
  }
  const winner = byPattern.has(namespace) ? namespace : nearest(namespace, [...byPattern.keys()])
  const granted = winner === undefined ? undefined : byPattern.get(winner)
  if (granted === undefined || granted.has('deny')) return new Set()
  const implied = [...granted].flatMap((each) => IMPLIED[each] ?? [])
  return new Set(ALL_CAPABILITIES.filter((each) => granted.has(each) || implied.includes(each)))
}

/** The matching glob that leaves the fewest characters to its stars. */
function nearest(namespace: string, patterns: readonly string[]): string | undefined {
  const matching = patterns.filter((pattern) => pattern.includes('*') && globOf(pattern).test(namespace))
  const open = (pattern: string): number => namespace.length - pattern.replaceAll('*', '').length
  return matching.toSorted((a, b) => open(a) - open(b) || (a < b ? -1 : 1))[0]
}

function globOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
}
