import { nearest } from '../../domain/nearest.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isReadByPods, orderOfKind } from './kind-order.ts'
import { neverReady } from './order-readiness.ts'
import type { DeploySpec } from './spec.ts'

export type Ordered<Each> = Each & {
  /** From 1; undefined: the plan's `order` does not name it. */
  readonly group?: number
}

/** Always first, whatever the plan names: everything else lies in them, or is of their kinds. */
const FIRST: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition'])

/**
 * The order of the applies: the well-known one by kind, or the plan's groups. What is not named comes before the groups where pods only read
 * it (a group could never be ready without it), else after them. Rejects with every item of `order` that names nothing, and with every Service whose
 * group waits for pods that come later.
 */
export function inOrder<Each extends { readonly object: KubernetesObject }>(
  objects: readonly Each[],
  order: DeploySpec['order'],
): readonly Ordered<Each>[] {
  const byKind = objects.toSorted((a, b) => orderOfKind(a.object.kind) - orderOfKind(b.object.kind))
  if (order === undefined) return byKind
  const [problem, ...more] = mistakes(objects, order)
  if (problem !== undefined) throw new ProblemError(problem, ...more)
  const grouped = byKind.map((each): Ordered<Each> => {
    const group = FIRST.has(each.object.kind) ? 0 : groupOf(each.object, order)
    return group === 0 ? each : { ...each, group }
  })
  const [stuck, ...others] = neverReady(grouped)
  if (stuck !== undefined) throw new ProblemError(stuck, ...others)
  return grouped.toSorted((a, b) => position(a, order) - position(b, order))
}

/** From 1; 0 where no item names it. `Kind/name` is meant before `Kind`. */
function groupOf({ kind, metadata: { name } }: KubernetesObject, order: NonNullable<DeploySpec['order']>): number {
  const exactly = order.findIndex((group) => group.includes(`${kind}/${name}`))
  return 1 + (exactly === -1 ? order.findIndex((group) => group.includes(kind)) : exactly)
}

function position({ object, group }: Ordered<{ readonly object: KubernetesObject }>, order: NonNullable<DeploySpec['order']>): number {
  if (group !== undefined) return group
  return FIRST.has(object.kind) ? -1 : isReadByPods(object.kind) ? 0 : order.length + 1
}

function mistakes(objects: readonly { readonly object: KubernetesObject }[], order: NonNullable<DeploySpec['order']>): readonly Problem[] {
  const known = new Set(objects.flatMap(({ object: { kind, metadata } }) => [kind, `${kind}/${metadata.name}`]))
  const items = order.flat()
  const twice = items.filter((item, index) => items.indexOf(item) < index)
  return [...items.filter((item) => !known.has(item)).map((item) => namesNothing(item, known)), ...[...new Set(twice)].map(namedTwice)]
}

function namesNothing(item: string, known: ReadonlySet<string>): Problem {
  const candidates = [...known].filter((each) => each.includes('/') === item.includes('/'))
  const meant = nearest(item, candidates)
  return {
    code: 'order-names-nothing',
    summary: `\`order\` names ${item}, and the step deploys no such object`,
    next: [meant === undefined ? `it deploys ${candidates.toSorted().slice(0, 12).join(', ')}` : `did you mean ${meant}?`],
    effect: 'no',
  }
}

const namedTwice = (item: string): Problem => ({
  code: 'order-names-twice',
  summary: `\`order\` names ${item} twice`,
  next: ['name it once: in the group that it belongs to'],
  effect: 'no',
})
