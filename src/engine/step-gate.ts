import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Observation } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import type { GateAfterEffect, GateName, GateProgress } from '../domain/records.ts'
import { progressOf } from '../domain/run-state.ts'
import type { AnyGateKind, StepContext } from '../domain/step-kind.ts'
import { failingSide } from './ask-doors.ts'
import type { LookBefore } from './before-effect.ts'
import { lookBefore } from './before-effect.ts'
import { undoOf } from './effect.ts'
import { FRESH_GATE } from './gate-progress.ts'
import type { GateResult } from './gate.ts'
import { runGate } from './gate.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'

interface Looking<Gate extends GateName = GateAfterEffect> {
  readonly gate: Gate
  /** What the gate is called: the step kind for its own, the gate kind for one of the plan's. */
  readonly kind: string
  readonly policy: GatePolicy
  observe(): Promise<Observation>
}

/** Runs one gate of a step forward and records how it came out. */
export async function gateOfStep(session: Session, step: PlanStep, gate: GateAfterEffect): Promise<GateResult['result']> {
  const looking = await lookingForward(session, step, gate)
  const known = progressOf(session.state(), step.id).gate
  return observeUntilSettled(session, step, looking, known?.name === gate ? known.progress : undefined)
}

/** The look right before an effect; a good one is not recorded, because the next process must look for itself. */
export async function gateBefore(
  session: Session,
  step: PlanStep,
  looking: Promise<LookBefore | undefined> = lookBefore(session, step),
): Promise<GateResult['result']> {
  const look = await looking
  if (look === undefined) return 'passed'
  return observeUntilSettled(session, step, { gate: 'before', kind: step.kind, ...look }, undefined)
}

/** Verifies an undo under the kind's own gate: "undone" is said of what was seen. */
export async function gateOfUndo(
  session: Session,
  step: PlanStep,
): Promise<{ readonly result: GateResult['result']; readonly seen?: Observation }> {
  const undo = undoOf(session, step)
  const kind = session.kind(step)
  const context = await contextOf(session, step)
  const undoRecord = await session.undoRecord(step.id)
  let seen: Observation | undefined
  const observe = async (): Promise<Observation> =>
    patient((seen = await undo.verify(context, undoRecord, progressOf(session.state(), step.id).notes)))
  const policy = session.policy(
    kind.nature === 'acts' ? (kind.undoGate?.(step.spec) ?? kind.defaultGate(step.spec)) : kind.policy(step.spec),
  )
  const result = await observeUntilSettled(session, step, { gate: 'own', kind: kind.kind, policy, observe }, undefined)
  return { result, ...(seen && { seen }) }
}

/** An undo is the way out: a bad look at it is "not yet" until the time is over, because there is nothing better to turn to. */
const patient = (observation: Observation): Observation =>
  observation.verdict === 'pass' || observation.verdict === 'inconclusive'
    ? observation
    : {
        verdict: 'pending',
        reason: observation.reason,
        ...(observation.evidence && { evidence: observation.evidence }),
        ...(observation.side && { side: observation.side }),
      }

async function lookingForward(session: Session, step: PlanStep, gate: GateAfterEffect): Promise<Looking> {
  const kind = session.kind(step)
  const context = await contextOf(session, step, true)
  if (gate === 'own') {
    if (kind.nature === 'waits')
      return { gate, kind: kind.kind, policy: session.policy(kind.policy(step.spec)), observe: () => kind.observe(context) }
    const undoRecord = await session.undoRecord(step.id)
    const { notes } = progressOf(session.state(), step.id)
    return {
      gate,
      kind: kind.kind,
      policy: session.policy(kind.defaultGate(step.spec)),
      observe: () => (context.relieved && kind.relief ? kind.relief.verify(context, undoRecord) : kind.verify(context, undoRecord, notes)),
    }
  }
  const planned = step.gates[gate]
  const gateKind = planned && session.dependencies.gates.get(planned.kind)
  if (!planned || !gateKind) throw new Error(`step ${step.id} has no gate ${gate}`)
  return {
    gate,
    kind: planned.kind,
    policy: session.policy(planned.policy),
    observe: observing(gateKind, { ...context, spec: planned.spec }),
  }
}

/** A kind that judges what has gathered begins anew with each run of its gate: what gathered before a crash is not known. */
const observing = (kind: AnyGateKind, context: StepContext<unknown>): (() => Promise<Observation>) =>
  'begin' in kind ? kind.begin(context) : () => kind.observe(context)

async function observeUntilSettled(
  session: Session,
  step: PlanStep,
  looking: Looking<GateName>,
  from: GateProgress | undefined,
): Promise<GateResult['result']> {
  const { emit, ports } = session.dependencies
  const { interrupt } = session
  const { gate, kind, policy } = looking
  const named = { step: step.id, gate, kind }
  const startedAt = ports.clock.monotonic()
  const effectAgo = gate === 'own' ? sinceEffect(session, step) : undefined
  emit({ type: 'gate-started', ...named, policy, progress: from ?? FRESH_GATE })
  const result = await runGate({
    policy,
    clock: ports.clock,
    ...(from && { from }),
    ...(effectAgo !== undefined && { effectAgo }),
    observe: () => looking.observe(),
    onObserved: (observation, progress) => emit({ type: 'observed', ...named, observation, progress, policy }),
    keep: (progress) => keep(session, step, gate, progress),
    stop: interrupt.requested,
    now: interrupt.now,
  })
  const { progress } = result
  if (result.result === 'interrupted') {
    await keep(session, step, gate, progress)
  } else if (result.result === 'passed') {
    if (gate !== 'before') await session.record({ type: 'gate-passed', step: step.id, gate, progress, reason: result.reason })
    emit({ type: 'gate-passed', ...named, progress, reason: result.reason, ms: Math.round(ports.clock.monotonic() - startedAt) })
  } else {
    const { reason, evidence, verdict } = result
    // While both sides are visited a wrong answer may be either's: their doors say whose.
    const isOpen = verdict !== 'inconclusive' && session.state().rollback === undefined
    const side = result.side ?? (isOpen ? await failingSide(session) : undefined)
    await session.record({ type: 'gate-failed', step: step.id, gate, progress, reason, evidence, verdict, ...(side && { side }) })
    emit({ type: 'gate-failed', ...named, progress, reason, evidence, verdict, ...(side && { side }) })
  }
  return result.result
}

/** Since the step's last effect in either direction, by the journal; milliseconds. */
function sinceEffect({ journal, ports }: Session, { id }: PlanStep): number | undefined {
  const done = journal.entries.findLast(({ record }) => record.type === 'effect-done' && record.step === id)
  return done && Math.max(0, ports.clock.now() - done.at)
}

async function keep(session: Session, step: PlanStep, gate: GateName, progress: GateProgress): Promise<void> {
  if (gate !== 'before') await session.record({ type: 'gate-progress', step: step.id, gate, progress })
}
