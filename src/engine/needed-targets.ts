import type { Plan, PlanStep } from '../domain/plan.ts'
import { firstStepAfter } from '../domain/plan.ts'
import type { RunState } from '../domain/run-state.ts'
import { isUntouched, progressOf } from '../domain/run-state.ts'
import type { AnyStepKind, GateKinds, StepKinds, TargetName } from '../domain/step-kind.ts'
import { targetsUsed } from '../domain/step-kind.ts'

/** Which of the plan's targets are used, and which of its hosts (the edge's own among them). */
export interface Needed {
  readonly targets: ReadonlySet<TargetName>
  readonly hosts: ReadonlySet<string>
}

/** The steps that a run to `to` does, or may have to undo: those up to it, and whatever has begun. Without `to`: what has begun. */
export function stepsOnTheWay(plan: Plan, state: RunState, to?: string): readonly PlanStep[] {
  const end = to === undefined ? 0 : (firstStepAfter(plan, to) ?? plan.steps.length)
  return plan.steps.filter((step, index) => index < end || !isUntouched(state, step.id))
}

/**
 * Pure. What these steps of the plan need, forward and back, with their gates. Before anything has begun, all of them need all that the plan names;
 * later a target that none of them uses may be gone for good. The edge is always needed:
 * it knows where visitors are, which every end of a command says, and which is asked before an undo takes the new side down.
 */
export function neededTargets(
  plan: Plan,
  { kinds, gates }: { readonly kinds: StepKinds; readonly gates: GateKinds },
  steps: readonly PlanStep[],
  state: RunState,
): Needed {
  const { edge, hosts } = plan.targets
  const begun = plan.steps.some((step) => !isUntouched(state, step.id))
  if (!begun && steps.length === plan.steps.length)
    return { targets: new Set(['kubernetes', 'nomad', 'edge']), hosts: new Set(Object.keys(hosts)) }
  // What watches the old side until a later step stops it asks for that step's sake.
  const watches = steps.some((step) => kinds.get(step.kind)?.watchesStanding === true && progressOf(state, step.id).phase !== 'done')
  const watched = watches ? plan.steps.filter((step) => isWatchedUntilDone(kinds.get(step.kind))) : []
  const targets = new Set<TargetName>([
    ...[...steps, ...watched].flatMap((step) => ownTargets(step, kinds)),
    ...steps.flatMap((step) => gateTargets(step, gates)),
    ...(edge ? ['edge' as const] : []),
  ])
  const named = Object.keys(hosts).filter((name) => steps.some((step) => mentions(step.spec, name)))
  return { targets, hosts: new Set([...named, ...(edge ? [edge.host] : [])]) }
}

const ownTargets = ({ kind, spec }: PlanStep, kinds: StepKinds): readonly TargetName[] => targetsUsed(kinds.get(kind), spec)

const gateTargets = (step: PlanStep, gates: GateKinds): readonly TargetName[] =>
  step.gates.flatMap(({ kind, spec }) => targetsUsed(gates.get(kind), spec))

const isWatchedUntilDone = (kind: AnyStepKind | undefined): boolean => kind?.nature === 'acts' && kind.standingUntil !== undefined

/** A kind has no other way to a host than its name in the spec; a text that happens to be the same does no harm. */
function mentions(spec: unknown, name: string): boolean {
  if (spec === name) return true
  return typeof spec === 'object' && spec !== null && Object.values(spec).some((member) => mentions(member, name))
}
