import { foldEntry, fold } from '../domain/fold.ts'
import type { GatePolicy } from '../domain/gate-policy.ts'
import type { Json } from '../domain/json.ts'
import type { Plan, PlanStep } from '../domain/plan.ts'
import type { JournalPort } from '../domain/ports/journal.ts'
import type { PlanFiles } from '../domain/ports/files.ts'
import type { Ports } from '../domain/ports/index.ts'
import type { BlobReference, JournalRecord } from '../domain/records.ts'
import type { RunState } from '../domain/run-state.ts'
import { progressOf } from '../domain/run-state.ts'
import type { ActingStepKind, AnyStepKind } from '../domain/step-kind.ts'
import type { StepTraffic } from '../domain/traffic.ts'
import { trafficOf } from '../domain/traffic-of.ts'
import type { EngineDependencies, Interrupt } from './contract.ts'
import { isRelieving } from './relievable.ts'
import { tallied } from './visitor-tally.ts'
import type { VisitorTally } from './visitor-tally.ts'
import type { Watch, WatchListener } from './watch.ts'
import { startWatch } from './watch.ts'

/** One process at work on one run: the journal, the state folded from it so far, and what step kinds are given. */
export interface Session {
  readonly plan: Plan
  readonly files: PlanFiles
  readonly journal: JournalPort
  readonly dependencies: EngineDependencies
  readonly ports: Ports
  readonly tally: () => VisitorTally
  /** What ends waiting now: the person's word and, while going forward, a watch whose budget is crossed. */
  readonly interrupt: Pick<Interrupt, 'requested' | 'now'>
  /** The plan's watch, once it has been begun. */
  readonly watch: Watch | undefined
  /** Begins to watch, where the plan says so and nobody watches yet: to lead back, or only to count. */
  beginWatch(purpose: 'to-lead-back' | 'to-count'): void
  /** Ends the watch, if there is one, and records what it saw. It heeds nothing that was seen before when it is begun again. */
  endWatch(): Promise<void>
  /** The state after every record so far. */
  state(): RunState
  /** Makes a record durable, then folds it. */
  record(record: JournalRecord): Promise<void>
  kind(step: PlanStep): AnyStepKind
  traffic(step: PlanStep): StepTraffic
  policy(policy: GatePolicy): GatePolicy
  saveUndoRecord(value: Json): Promise<BlobReference>
  undoRecord(step: string): Promise<Json>
}

export function openSession(plan: Plan, files: PlanFiles, journal: JournalPort, dependencies: EngineDependencies): Session {
  let state = fold(journal.entries)
  const blobs = new Map<string, Json>()
  const { visitor, tally } = tallied(dependencies.ports.visitor, plan.site, dependencies.ports.clock)
  const { interrupt } = dependencies
  let watch: Watch | undefined
  let heeding: Pick<Interrupt, 'requested' | 'now'> = interrupt
  const session: Session = {
    plan,
    files,
    journal,
    dependencies,
    ports: { ...dependencies.ports, visitor },
    tally,
    get interrupt() {
      // Once a trip is recorded the watch has spoken; on the way back, and while visitors are taken off a failing side, it only counts.
      return state.rollback || state.tripped || isRelieving(state) ? interrupt : heeding
    },
    get watch() {
      return watch
    },
    beginWatch(purpose) {
      if (watch !== undefined || plan.watch === undefined) return
      watch = startWatch({ plan, ports: session.ports, files }, plan.watch, listener(dependencies.emit))
      if (purpose === 'to-lead-back')
        heeding = {
          requested: AbortSignal.any([interrupt.requested, watch.crossed]),
          now: AbortSignal.any([interrupt.now, watch.overdue]),
        }
      dependencies.emit({ type: 'watch-started', policy: plan.watch })
    },
    async endWatch() {
      if (watch === undefined) return
      const ended = watch
      watch = undefined
      heeding = interrupt
      const { looks, wrong, unseenMs } = await ended.end()
      await session.record({ type: 'watched', looks, wrong, unseenMs })
      dependencies.emit({ type: 'watch-ended', looks, wrong, unseenMs })
    },
    state: () => state,
    async record(record) {
      // Appended first, folded then: two records at once must not both start from the same state.
      const entry = await journal.append(record)
      state = foldEntry(state, entry)
    },
    kind(step) {
      const kind = dependencies.kinds.get(step.kind)
      if (!kind) throw new Error(`step kind ${step.kind} is not registered`)
      return kind
    },
    traffic: (step) => trafficOf(plan, dependencies.kinds, step),
    policy: (policy) => dependencies.adjustPolicy?.(policy) ?? policy,
    async saveUndoRecord(value) {
      const reference = await journal.putBlob(Buffer.from(JSON.stringify(value)))
      blobs.set(reference.sha256, value)
      return reference
    },
    async undoRecord(step) {
      const reference = progressOf(state, step).undoRecord
      if (!reference) throw new Error(`step ${step} has no undo record`)
      const known = blobs.get(reference.sha256)
      if (known !== undefined) return known
      const value = JSON.parse(Buffer.from(await journal.getBlob(reference)).toString('utf8')) as Json
      blobs.set(reference.sha256, value)
      return value
    },
  }
  return session
}

const listener = (emit: EngineDependencies['emit']): WatchListener => ({
  wrong: (reason) => emit({ type: 'watch-wrong', reason }),
  blind: (ms, reason) => emit({ type: 'watch-blind', ms, reason }),
  sees: (afterMs) => emit({ type: 'watch-sees', afterMs }),
})

/** The kind of a step that has an effect; a waiting kind here is a mistake of ours. */
export function actingKind(session: Session, step: PlanStep): ActingStepKind<unknown, Json, Json> {
  const kind = session.kind(step)
  if (kind.nature !== 'acts') throw new Error(`step kind ${kind.kind} has no effect`)
  return kind
}
