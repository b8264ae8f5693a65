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
import type { ActingStepKind, AnyStepKind, StandingCheck, StepContext } from '../domain/step-kind.ts'
import type { EngineDependencies, Interrupt } from './contract.ts'
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
  /** The state after every record so far. */
  state(): RunState
  /** Makes a record durable, then folds it. */
  record(record: JournalRecord): Promise<void>
  kind(step: PlanStep): AnyStepKind
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
      // Once a trip is recorded the watch has spoken; on the way back it only counts: there is nothing better to turn to.
      return state.rollback || state.tripped ? interrupt : heeding
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

/** What a step kind is given. `including` adds the step's own standing checks: its gates may ask for them. */
export async function contextOf(session: Session, step: PlanStep, including = false): Promise<StepContext<unknown>> {
  return { ...bareContext(session, step), standing: await standingChecks(session, step, including) }
}

function bareContext(session: Session, step: PlanStep): StepContext<unknown> {
  return {
    spec: step.spec,
    step: step.id,
    plan: session.plan,
    runId: session.state().runId || 'preview',
    ports: session.ports,
    files: session.files,
    signal: session.interrupt.now,
    progress: (message) => session.dependencies.emit({ type: 'step-progress', step: step.id, message }),
    standing: [],
  }
}

/** What must hold because of the steps before `step` that are done (and of `step` itself, with `including`), and until those after it. */
async function standingChecks(session: Session, step: PlanStep, including: boolean): Promise<readonly StandingCheck[]> {
  const index = session.plan.steps.indexOf(step)
  return checksOf(session, session.plan.steps.slice(0, including ? index + 1 : index), session.plan.steps.slice(index + 1))
}

/** What must hold now, whatever is being done: for `status`. */
export const standingNow = (session: Session): Promise<readonly StandingCheck[]> =>
  checksOf(session, session.plan.steps, session.plan.steps)

async function checksOf(session: Session, before: readonly PlanStep[], after: readonly PlanStep[]): Promise<readonly StandingCheck[]> {
  const finished = before.filter((each) => isInEffect(session, each))
  const checks: StandingCheck[] = []
  for (const each of finished) {
    const kind = session.kind(each)
    if (kind.nature !== 'acts' || !kind.standing) continue
    checks.push(...kind.standing(bareContext(session, each), await session.undoRecord(each.id), progressOf(session.state(), each.id).notes))
  }
  for (const each of after.filter((later) => !isInEffect(session, later))) {
    const kind = session.kind(each)
    if (kind.nature === 'acts' && kind.standingUntil) checks.push(...kind.standingUntil(bareContext(session, each)))
  }
  const stopped = finished.flatMap((each) => session.kind(each).traffic(each.spec).forward).filter((atom) => atom.do === 'stop')
  const over = new Set(finished.flatMap((each) => endsOf(session.kind(each))))
  return checks.filter(
    (check) => !over.has(check.about) && !(check.about === 'old-side' && stopped.some((atom) => atom.side === check.side)),
  )
}

const endsOf = (kind: AnyStepKind): readonly StandingCheck['about'][] => (kind.nature === 'acts' ? (kind.ends ?? []) : [])

function isInEffect(session: Session, step: PlanStep): boolean {
  const { phase } = progressOf(session.state(), step.id)
  return phase === 'done' || phase === 'gating' || phase === 'gate-failed'
}

/** The kind of a step that has an effect; a waiting kind here is a mistake of ours. */
export function actingKind(session: Session, step: PlanStep): ActingStepKind<unknown, Json, Json> {
  const kind = session.kind(step)
  if (kind.nature !== 'acts') throw new Error(`step kind ${kind.kind} has no effect`)
  return kind
}
