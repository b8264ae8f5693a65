import type { NomadNodeRights } from '../../domain/ports/nomad-nodes.ts'
import type { NomadApi } from './api.ts'
import { grantedIn } from './capabilities.ts'
import type { NamespaceRule } from './policy-rules.ts'
import { namespaceRules, nodeRule } from './policy-rules.ts'
import { readPolicies } from './token.ts'

/** What the token may do with nodes, and whether it sees every namespace: from its policies and those of its roles. */
export async function readNodeRights(api: NomadApi): Promise<NomadNodeRights | 'unknown'> {
  const policies = await readPolicies(api)
  if (policies === 'unseen') return 'unknown'
  if (policies === 'everything') return { everyNamespace: true, node: 'write' }
  const rules: NamespaceRule[] = []
  const nodes: string[] = []
  for (const policy of policies) {
    const [mine, node] = [namespaceRules(policy), nodeRule(policy)]
    if (mine === undefined || node === undefined) return 'unknown'
    rules.push(...mine)
    nodes.push(node)
  }
  return { everyNamespace: seesEvery(rules), node: strongest(nodes) }
}

/**
 * One rule decides for each namespace: that of its own name, or of the nearest glob. So every namespace is seen, known or not, if there is
 * a rule for `*` and each rule there is grants it.
 */
function seesEvery(rules: readonly NamespaceRule[]): boolean {
  const patterns = new Set(rules.map(({ pattern }) => pattern))
  return (
    patterns.has('*') &&
    [...patterns].every((pattern) => {
      const granted = grantedIn(pattern, rules)
      return granted.has('list-jobs') && granted.has('read-job')
    })
  )
}

/** `deny` in any policy takes the right away; otherwise the widest one holds. */
function strongest(nodes: readonly string[]): NomadNodeRights['node'] {
  if (nodes.includes('deny')) return 'none'
  return nodes.includes('write') ? 'write' : nodes.includes('read') ? 'read' : 'none'
}
