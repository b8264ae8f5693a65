import type { Plan, PlanStep } from '../domain/plan.ts'
import type { GateAfterEffect } from '../domain/records.ts'
import type { RunState, StepPhase } from '../domain/run-state.ts'
import { currentState, progressOf } from '../domain/run-state.ts'
import type { StepKinds } from '../domain/step-kind.ts'
import type { StatusReport, StepStatus } from './contract.ts'
import { boundaryPassed } from './irreversible.ts'
import { rollbackCommand } from './rollback-command.ts'
import { rollingBackOf } from './whereabouts.ts'

/** How the commands are to be typed again: with the flags that lead to the same run. */
export interface CommandHints {
  /** "plans/x.yaml --lab". */
  readonly arguments: string
  /** The plan was edited: `run` goes on with that alone. */
  readonly amend?: boolean
  readonly heldBy?: StatusReport['heldBy']
}

/** Where a run is, from its folded journal alone. Pure. */
export function statusOf(plan: Plan, kinds: StepKinds, state: RunState, hints: CommandHints): StatusReport {
  const current = currentState(state, plan.states[0])
  const mode = modeOf(plan, state, hints)
  const why = whyOf(state)
  return {
    plan: plan.name,
    runId: state.runId,
    startedAt: state.startedAt,
    states: plan.states.map((name) => {
      const reachedAt = name === plan.states[0] ? state.startedAt : state.reached.find((each) => each.state === name)?.at
      return { name, current: name === current, ...(reachedAt !== undefined && { reachedAt }) }
    }),
    steps: plan.steps.map((step) => stepStatus(step, kinds, state)),
    mode,
    ...(state.rollback && { rollingBack: rollingBackOf(plan, state, state.rollback.to) }),
    ...(why !== undefined && { why }),
    evidence:
      state.stuck?.problem.details ??
      state.paused?.evidence ??
      state.rollback?.evidence ??
      state.tripped?.evidence ??
      state.rolledBack?.evidence ??
      [],
    manual: state.stuck?.manual ?? [],
    ...(hints.heldBy && { heldBy: hints.heldBy }),
    rollback: rollbackOf(plan, kinds, state),
    next: nextCommands(plan, kinds, state, mode, hints),
    lastRecordAt: state.lastRecordAt,
  }
}

function modeOf(plan: Plan, state: RunState, hints: CommandHints): StatusReport['mode'] {
  if (state.stuck) return 'stuck'
  if (state.paused) return 'paused'
  if (state.rollback) return hints.heldBy ? 'rolling-back' : 'interrupted'
  if (plan.steps.every((step) => progressOf(state, step.id).phase === 'done')) return 'finished'
  if (state.rolledBack) return 'rolled-back'
  return hints.heldBy || state.process?.ended === 'ended' ? 'forward' : 'interrupted'
}

function whyOf(state: RunState): string | undefined {
  if (state.stuck) return state.stuck.problem.summary
  if (state.paused) return state.paused.reason
  if (state.rollback) return `rollback to ${state.rollback.to}: ${state.rollback.reason}`
  if (state.tripped) return `${state.tripped.reason}; the next run answers it`
  if (state.rolledBack) return `rolled back to ${state.rolledBack.to} (${state.rolledBack.cause}): ${state.rolledBack.reason}`
  return undefined
}

const PHASES: Readonly<Record<StepPhase, StepStatus['phase']>> = {
  pending: 'pending',
  applying: 'applying',
  'apply-failed': 'failed',
  'failed-clean': 'failed',
  gating: 'gating',
  'gate-failed': 'failed',
  done: 'done',
  undoing: 'undoing',
  'undo-failed': 'undoing',
  'undo-applied': 'undoing',
}

function stepStatus(step: PlanStep, kinds: StepKinds, state: RunState): StepStatus {
  const progress = progressOf(state, step.id)
  const kind = kinds.get(step.kind)
  const waiting = progress.phase === 'gating' && kind?.nature === 'waits' && !progress.ownGatePassed
  const holdMs = progress.gate === undefined ? 0 : holdOf(step, kinds, progress.gate.name)
  return {
    id: step.id,
    kind: step.kind,
    phase: waiting ? 'waiting' : PHASES[progress.phase],
    ...(step.reaches !== undefined && { reaches: step.reaches }),
    ...(progress.gate && { gate: { ...progress.gate, holdMs } }),
  }
}

function holdOf(step: PlanStep, kinds: StepKinds, gate: GateAfterEffect): number {
  if (gate !== 'own') return step.gates[gate]?.policy.hold ?? 0
  const kind = kinds.get(step.kind)
  if (!kind) return 0
  return (kind.nature === 'waits' ? kind.policy(step.spec) : kind.defaultGate(step.spec)).hold
}

function rollbackOf(plan: Plan, kinds: StepKinds, state: RunState): StatusReport['rollback'] {
  const to = plan.states[0]
  const barrier = boundaryPassed(plan, kinds, state, to)
  if (!barrier) return { possible: true, to }
  return { possible: false, why: barrier.summary, ...(state.bundle && { bundle: state.bundle.path }) }
}

function nextCommands(plan: Plan, kinds: StepKinds, state: RunState, mode: StatusReport['mode'], hints: CommandHints): readonly string[] {
  const run = `jmc-migrate run ${hints.arguments}${hints.amend === true ? ' --amend' : ''}`
  const back = rollbackCommand(plan, state, hints.arguments)
  const barrier = boundaryPassed(plan, kinds, state, plan.states[0])
  // What is being done is not to be done a second time: it would be refused.
  if (hints.heldBy && (mode === 'forward' || mode === 'rolling-back'))
    return [`jmc-migrate status ${hints.arguments}   # a process is at work on it: look again`]
  switch (mode) {
    case 'finished':
      return []
    case 'stuck':
    case 'rolling-back':
      return [back]
    case 'interrupted':
      return state.rollback ? [back] : barrier ? [run] : [run, back]
    case 'paused':
      return barrier ? [run] : [run, back]
    case 'rolled-back':
    case 'forward':
      return barrier ? [run] : currentState(state, plan.states[0]) === plan.states[0] ? [run] : [run, back]
  }
}
