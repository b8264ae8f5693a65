import type { DescribedKind } from './described-kind.ts'
import type { GatePolicy } from './gate-policy.ts'
import type { Observation } from './observation.ts'
import type { Problem } from './problem.ts'
import type { StepContext } from './step-kind.ts'

interface GateKindBase<Spec> extends DescribedKind<Spec> {
  /** Pure. What is allowed, but hardly meant: told, and the plan is still good. */
  warnings?(spec: Spec, policy: GatePolicy): readonly Problem[]
  readonly defaultPolicy: GatePolicy
  /** Whether it asks the plan's site; kinds that use the edge do anyway. */
  needsSite?(spec: Spec): boolean
  /** True: it asks through doors, so a step before it must have opened them. */
  readonly needsDoors?: boolean
}

/** Each look stands for itself. */
export interface LookingGateKind<Spec> extends GateKindBase<Spec> {
  observe(context: StepContext<Spec>): Promise<Observation>
}

/** Judges what has gathered since it began to look: `begin` is called once for each run of the gate, what it returns for each look. */
export interface GatheringGateKind<Spec> extends GateKindBase<Spec> {
  begin(context: StepContext<Spec>): () => Promise<Observation>
}

/** A gate that a plan adds to a step. Its spec is what stands under its name in the plan. */
export type GateKind<Spec> = LookingGateKind<Spec> | GatheringGateKind<Spec>

export type AnyGateKind = GateKind<unknown>
export type GateKinds = ReadonlyMap<string, AnyGateKind>
