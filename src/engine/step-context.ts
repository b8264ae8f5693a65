import type { Json } from '../domain/json.ts'
import type { PlanStep } from '../domain/plan.ts'
import { firstUndone } from '../domain/plan.ts'
import { isInItsUndo, isUntouched, progressOf } from '../domain/run-state.ts'
import type { SideDoors } from '../domain/side-doors.ts'
import type { AnyStepKind, StandingCheck, StepContext } from '../domain/step-kind.ts'
import { targetsUsed } from '../domain/step-kind.ts'
import type { Session } from './session.ts'

type EarlierRecords = ReadonlyMap<string, Json>
type BareContext = Omit<StepContext<unknown>, 'standing'>

/** What a step kind is given. `including` adds what stands and is open because of the step itself: its gates may ask for it. */
export async function contextOf(session: Session, step: PlanStep, including = false): Promise<StepContext<unknown>> {
  const bare = await bareContext(session, step, including)
  return { ...bare, standing: await standingChecks(session, step, including) }
}

/** What a step kind is given to preview: as if the steps before it had been done with these undo records. */
export async function contextOfPreview(session: Session, step: PlanStep, predicted: EarlierRecords): Promise<StepContext<unknown>> {
  const context = await contextOf(session, step)
  return { ...context, runId: 'preview', previewing: true, earlier: new Map([...context.earlier, ...predicted]) }
}

async function bareContext(session: Session, step: PlanStep, including: boolean): Promise<BareContext> {
  const { resolve = nobodyResolves } = session.dependencies
  const index = session.plan.steps.indexOf(step)
  const begun = session.plan.steps.slice(0, index).filter((each) => hasRecord(session, each))
  const earlier = new Map<string, Json>()
  for (const each of begun) earlier.set(each.id, await session.undoRecord(each.id))
  const context: BareContext = {
    spec: step.spec,
    step: step.id,
    plan: session.plan,
    runId: session.state().runId || 'preview',
    ports: session.ports,
    files: session.files,
    resolve: (template, where) => resolve(template, `step ${step.id}: ${where}`),
    signal: session.interrupt.now,
    stop: session.interrupt.requested,
    ...patienceOf(session, step),
    progress: (message) => session.dependencies.emit({ type: 'step-progress', step: step.id, message }),
    earlier,
    undoing: stillToUndo(session),
    doors: undefined,
    relieved: session.state().relief?.step === step.id && session.state().relief?.verified !== undefined,
  }
  return { ...context, doors: await doorsAfter(session, session.plan.steps.slice(0, including ? index + 1 : index), context) }
}

function patienceOf(session: Session, step: PlanStep): Pick<BareContext, 'patience'> {
  const kind = session.kind(step)
  if (kind.nature !== 'acts') return {}
  const policies = [kind.defaultGate(step.spec), ...step.gates.map(({ policy }) => policy)]
  return { patience: Math.max(...policies.map((policy) => session.policy(policy).timeout)) }
}

export const nobodyResolves = async (template: string, where: string): Promise<string> => {
  throw new Error(`${where}: nobody was named who resolves ${template}`)
}

const hasRecord = (session: Session, { id }: PlanStep): boolean =>
  !isUntouched(session.state(), id) && progressOf(session.state(), id).undoRecord !== undefined

/** Steps that the rollback under way has not undone yet; outside one, those that a pause left in the middle of their undo. */
function stillToUndo(session: Session): ReadonlySet<string> {
  const { plan } = session
  const state = session.state()
  const { rollback } = state
  if (rollback === undefined) return new Set(plan.steps.flatMap(({ id }) => (isInItsUndo(progressOf(state, id)) ? [id] : [])))
  const left = plan.steps.slice(firstUndone(plan, rollback.to)).filter((each) => progressOf(state, each.id).phase !== 'pending')
  return new Set(left.map((each) => each.id))
}

/** The doors that are open now, whatever is being done. */
export async function openDoors(session: Session): Promise<SideDoors | undefined> {
  const last = session.plan.steps.at(-1)
  return last && (await bareContext(session, last, true)).doors
}

/** The doors as the last of these steps that had to do with them left them. */
async function doorsAfter(session: Session, steps: readonly PlanStep[], bare: BareContext): Promise<SideDoors | undefined> {
  let doors: SideDoors | 'closed' | undefined
  for (const step of steps.filter((each) => isInEffect(session, each))) {
    const kind = session.kind(step)
    if (kind.nature !== 'acts' || !kind.openDoors) continue
    const own = { ...bare, spec: step.spec, step: step.id, standing: [] }
    doors = kind.openDoors(own, await session.undoRecord(step.id)) ?? doors
  }
  return doors === 'closed' ? undefined : doors
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
  let checks: readonly StandingCheck[] = []
  for (const each of finished) {
    const kind = session.kind(each)
    if (kind.nature !== 'acts') continue
    // What ends with this step is what earlier ones said: it may go on asking the same itself.
    checks = checks.filter((check) => !endsOf(kind).includes(check.about))
    if (!kind.standing) continue
    const context = { ...(await bareContext(session, each, true)), standing: [] }
    checks = [...checks, ...kind.standing(context, await session.undoRecord(each.id), progressOf(session.state(), each.id).notes)]
  }
  const stopped = finished.flatMap((each) => session.traffic(each).forward).filter((atom) => atom.do === 'stop')
  return [...checks, ...(await checksUntil(session, after))].filter(
    (check) => !(check.about === 'old-side' && stopped.some((atom) => atom.side === check.side)),
  )
}

/** How the old side is asked while `step` holds visitors, or is about to: what the step itself says, or the last before it that says anything. */
export async function oldSideChecks(session: Session, step: PlanStep): Promise<readonly StandingCheck[]> {
  const index = session.plan.steps.indexOf(step)
  for (const each of session.plan.steps
    .slice(0, index + 1)
    .toReversed()
    .filter((one) => isInEffect(session, one))) {
    const kind = session.kind(each)
    if (kind.nature !== 'acts' || !kind.standing) continue
    const context = { ...(await bareContext(session, each, true)), standing: [] }
    const checks = kind.standing(context, await session.undoRecord(each.id), progressOf(session.state(), each.id).notes)
    const old = checks.filter(({ about, side }) => about === 'old-side' && side === 'old')
    if (old.length > 0) return old
  }
  return []
}

/** What must hold until steps that are not done yet are. */
async function checksUntil(session: Session, after: readonly PlanStep[]): Promise<readonly StandingCheck[]> {
  const checks: StandingCheck[] = []
  for (const each of after.filter((later) => !isInEffect(session, later) && isWithinReach(session, later))) {
    const kind = session.kind(each)
    if (kind.nature !== 'acts' || !kind.standingUntil) continue
    checks.push(...kind.standingUntil({ ...(await bareContext(session, each, false)), standing: [] }))
  }
  return checks
}

/** Whether this process has opened all that the step uses: a run that ends before it may not have. */
export function isWithinReach(session: Session, step: PlanStep): boolean {
  const { targets } = session.dependencies
  return targets === undefined || targetsUsed(session.kind(step), step.spec).every((each) => targets.has(each))
}

const endsOf = (kind: AnyStepKind): readonly StandingCheck['about'][] => (kind.nature === 'acts' ? (kind.ends ?? []) : [])

function isInEffect(session: Session, step: PlanStep): boolean {
  const { phase } = progressOf(session.state(), step.id)
  // While it is applied anew it still holds visitors, all of them on one side.
  if (phase === 'applying' && session.state().relief?.step === step.id) return true
  return phase === 'done' || phase === 'gating' || phase === 'gate-failed'
}
