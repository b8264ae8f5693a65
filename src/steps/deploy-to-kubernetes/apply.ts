import type { KubernetesObject, KubernetesPort, ObjectReference } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note, Settlement } from '../../domain/step-kind.ts'
import { recorded } from '../recorded.ts'
import { isObject } from './field-paths.ts'
import { groupEndingAt, untilReady } from './groups.ts'
import { appeared, fieldConflict, kindLate, namespaceMissing, replaced } from './problems.ts'
import { asObject, carriesOurMark, nameOf, sameObject, weCreated } from './record.ts'
import type { DeployContext, DeployedObject, DeployNote, DeployRecord } from './record.ts'
import { wavesOf } from './waves.ts'

/** A definition of a kind is served a moment after it is applied. */
const KIND_PATIENCE_MS = 30_000

/**
 * One kind after the other, neighbours that do not need each other side by side; each object is one atomic request, so a crash leaves whole objects. Where the plan has an
 * order, a group is ready before the next begins.
 */
export async function applyDeploy(
  context: DeployContext,
  record: DeployRecord,
  note: Note<DeployNote>,
  notes: readonly DeployNote[],
): Promise<void> {
  let touched = notes.length > 0
  let end = 0
  for (const wave of wavesOf(record)) {
    end += wave.length
    const changed = wave.filter((each) => !each.unchanged)
    for (const each of changed) context.progress(`applying ${nameOf(each.reference)}`)
    await together(
      changed.map((each) => applyObject(context, each, note, notes, touched ? 'unknown' : 'no')),
      touched,
    )
    touched ||= changed.length > 0
    const group = groupEndingAt(record, end - 1)
    if (group !== undefined)
      await untilReady(
        context,
        group,
        record.objects.slice(0, end - 1).filter((earlier) => !group.includes(earlier)),
      )
  }
}

/** Until all have ended, however they end: what they did is noted. One that was refused changed nothing only where none of the others did. */
async function together(applies: readonly Promise<void>[], touched: boolean): Promise<void> {
  const ended = await Promise.allSettled(applies)
  const thrown = ended.flatMap((each): readonly unknown[] => (each.status === 'rejected' ? [each.reason] : []))
  if (thrown.length === 0) return
  const bug = thrown.find((each) => !(each instanceof ProblemError))
  if (bug !== undefined) throw bug
  const problems = thrown.flatMap((each) => (each instanceof ProblemError ? each.problems : []))
  const isOpen = touched || thrown.length < ended.length || problems.some(({ effect }) => effect !== 'no')
  const [first, ...more] = problems.map((each): Problem => (isOpen ? { ...each, effect: 'unknown' } : each))
  if (first !== undefined) throw new ProblemError(first, ...more)
}

async function applyObject(
  context: DeployContext,
  each: DeployedObject,
  note: Note<DeployNote>,
  notes: readonly DeployNote[],
  effect: 'no' | 'unknown',
): Promise<void> {
  const { kubernetes } = context.ports
  await waitForKind(context, each)
  const live = await kubernetes.get(each.reference)
  if (live !== undefined && alreadyDone(context, each, live, notes)) {
    await noteCreated(each, live, note, notes)
    return
  }
  if (each.before === null && live !== undefined) throw new ProblemError(appeared(each.reference, effect))
  if (each.before !== null && live?.metadata.uid !== uidOf(each.before)) throw new ProblemError(replaced(each.reference, effect))
  const answer = await kubernetes.apply(asObject(each.applied))
  if (answer.outcome === 'conflict') throw new ProblemError(fieldConflict(each.reference, answer.conflicts, effect))
  if (answer.outcome === 'not-checkable') throw new ProblemError(namespaceMissing(each.reference, { file: each.file ?? context.plan.path }))
  if (answer.outcome === 'created') {
    await note({ did: 'created', reference: each.reference, uid: answer.object.metadata.uid ?? '' })
    if (each.before !== null) throw new ProblemError(replaced(each.reference, 'unknown'))
    return
  }
  if (each.before === null) {
    await giveBack(context, each)
    throw new ProblemError(appeared(each.reference, effect))
  }
  if (answer.object.metadata.uid !== uidOf(each.before)) throw new ProblemError(replaced(each.reference, 'unknown'))
  await note({ did: 'configured', reference: each.reference })
}

/** Somebody was faster between our look and our request: an apply without fields gives up all that we set. */
async function giveBack({ ports }: DeployContext, { reference }: DeployedObject): Promise<void> {
  const { apiVersion, kind, ...metadata } = reference
  await ports.kubernetes.apply({ apiVersion, kind, metadata })
}

function alreadyDone(context: DeployContext, each: DeployedObject, live: KubernetesObject, notes: readonly DeployNote[]): boolean {
  if (each.before === null) return weCreated(context, live, each.reference, notes)
  return live.metadata.uid === uidOf(each.before) && carriesOurMark(context, live)
}

/** What a crash kept from being noted. */
export async function noteCreated(
  each: DeployedObject,
  live: KubernetesObject,
  note: Note<DeployNote>,
  notes: readonly DeployNote[],
): Promise<void> {
  const known = notes.some((one) => one.did === 'created' && sameObject(one.reference, each.reference) && one.uid === live.metadata.uid)
  if (each.before === null && !known && live.metadata.uid !== undefined)
    await note({ did: 'created', reference: each.reference, uid: live.metadata.uid })
}

async function waitForKind({ ports: { kubernetes, clock }, signal }: DeployContext, { reference }: DeployedObject): Promise<void> {
  const end = clock.monotonic() + KIND_PATIENCE_MS
  while (!(await isServed(kubernetes, reference))) {
    if (clock.monotonic() >= end) throw new ProblemError(kindLate(reference))
    await clock.sleep(250, signal)
  }
}

/** Between a definition's apply and its kind's first answer the server lists the group and does not serve it. */
async function isServed(kubernetes: KubernetesPort, { apiVersion, kind }: ObjectReference): Promise<boolean> {
  try {
    return (await kubernetes.kind(apiVersion, kind)) !== undefined
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'kubernetes-kind-listed-only') return false
    throw error
  }
}

/** Whole objects: ours, not there yet, or somebody else's. */
export async function settleDeploy(context: DeployContext, record: DeployRecord, notes: readonly DeployNote[]): Promise<Settlement> {
  const touched = record.objects.filter((each) => !each.unchanged)
  const states = await Promise.all(touched.map(async (each) => ({ each, state: await stateOf(context, each, notes) })))
  const foreign = states.filter(({ state }) => state === 'foreign')
  if (foreign.length > 0)
    return {
      status: 'foreign',
      reason: `not what this run made or looked at: ${foreign.map(({ each }) => nameOf(each.reference)).join(', ')}`,
    }
  const done = states.filter(({ state }) => state === 'done')
  if (done.length === states.length) return { status: 'done' }
  return done.length === 0 ? { status: 'none' } : { status: 'partial', reason: `${done.length} of ${states.length} objects are applied` }
}

/** Of one object: as it was, as the step applies it, or somebody else's. */
export async function stateOf(
  context: DeployContext,
  each: DeployedObject,
  notes: readonly DeployNote[],
): Promise<'none' | 'done' | 'foreign'> {
  const live = await context.ports.kubernetes.get(each.reference)
  if (live === undefined) return each.before === null ? 'none' : 'foreign'
  if (alreadyDone(context, each, live, notes)) return 'done'
  return each.before !== null && live.metadata.uid === uidOf(each.before) ? 'none' : 'foreign'
}

export function uidOf(object: DeployedObject['applied']): string | undefined {
  const metadata = recorded<DeployedObject['applied']>(object)['metadata']
  return isObject(metadata) && typeof metadata['uid'] === 'string' ? metadata['uid'] : undefined
}
