import { apiGroup, KUBERNETES_GROUPS, KUBERNETES_KINDS } from '../domain/kubernetes-kinds.ts'
import { nearest } from '../domain/nearest.ts'
import type { PolicyPack, PolicyRule } from '../domain/policy.ts'
import type { Problem } from '../domain/problem.ts'
import type { RenderedObject } from '../domain/rendered-object.ts'
import { policyProblem } from './policy-problem.ts'

const KINDS = Object.keys(KUBERNETES_KINDS)

/** Of a rule the kinds that Kubernetes does not have, as they are written. A thousand plans share their rules. */
const foreignKinds = new WeakMap<PolicyRule, readonly string[]>()

/**
 * Warnings about rules for kinds that nothing has and that look like a mistyped one: such a rule is never asked. A kind that is only foreign is none: a team's
 * pack may be about more plans than this one.
 */
export function mistypedKindsOfRules(packs: readonly PolicyPack[], objects: readonly RenderedObject[]): readonly Problem[] {
  const known = new Set(objects.map(({ object }) => object.kind))
  return packs
    .flatMap((pack) => pack.rules)
    .flatMap((rule) =>
      foreignKindsOf(rule).flatMap((written) => {
        const kind = kindIn(written)
        const meant = known.has(kind) ? undefined : nearest(kind, new Set([...KINDS, ...known]))
        if (meant === undefined) return []
        const summary = `rule ${rule.name} looks at the kind ${written}, which neither Kubernetes nor the plan has: it is never asked`
        return [policyProblem('unknown-kind', summary, [`did you mean \`${meant}\`?`], rule.location)]
      }),
    )
}

const kindIn = (written: string): string => written.slice(written.indexOf('/') + 1)

function foreignKindsOf(rule: PolicyRule): readonly string[] {
  const foreign = foreignKinds.get(rule) ?? rule.kinds.filter((written) => !Object.hasOwn(KUBERNETES_KINDS, kindIn(written)))
  foreignKinds.set(rule, foreign)
  return foreign
}

/** Warnings about objects whose kind looks like one of Kubernetes' own and is none: mistyped, or under a group that does not serve it. */
export function mistypedKindsOfObjects(objects: readonly RenderedObject[]): readonly Problem[] {
  return objects.flatMap(({ object: { kind, apiVersion, metadata }, source }) => {
    const group = apiGroup(apiVersion)
    const groups = KUBERNETES_KINDS[kind]
    if (groups?.includes(group) === true) return []
    const meant = groups === undefined ? meantKind(kind, group) : groups.find((each) => isMeantGroup(group, each))
    if (meant === undefined) return []
    const summary = `${kind} ${metadata.name}: Kubernetes has no kind ${kind} in ${apiVersion}`
    const next =
      groups === undefined ? `did you mean \`${meant}\`?` : `did you mean the group ${meant === '' ? 'of `v1`' : `\`${meant}\``}?`
    return [policyProblem('unknown-kind', summary, [next, 'the cluster that gets it has the last word'], source)]
  })
}

/** Groups with a dot in their names may be anybody's, and their kinds are theirs. */
const meantKind = (kind: string, group: string): string | undefined =>
  KUBERNETES_GROUPS.has(group) || !group.includes('.') ? nearest(kind, KINDS) : undefined

const isMeantGroup = (written: string, group: string): boolean =>
  KUBERNETES_GROUPS.has(written) || !written.includes('.') || nearest(written, [group]) !== undefined
