import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { pass, pending } from '../../domain/observation.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note, Settlement, Undo } from '../../domain/step-kind.ts'
import { noteCreated } from './apply.ts'
import { isObject } from './field-paths.ts'
import { notGone } from './problems.ts'
import { asObject, carriesOurMark, nameOf, sameObject, weCreated } from './record.ts'
import type { DeployContext, DeployedObject, DeployNote, DeployRecord } from './record.ts'
import type { DeploySpec } from './spec.ts'
import { outstandingRestore, restoreObject } from './restore.ts'
import { settling } from '../settling.ts'

export const undoDeploy: Undo<DeploySpec, DeployRecord, DeployNote> = {
  apply,
  settle: (...asked) => settling(() => settle(...asked)),
  verify,
  manual,
}

/** They may hold what others put there: they stay, and are reported. */
const KEPT: ReadonlySet<string> = new Set(['Namespace', 'PersistentVolumeClaim', 'PersistentVolume'])
const GONE_PATIENCE_MS = 120_000

/** In the opposite order of the applies. */
async function apply(context: DeployContext, record: DeployRecord, notes: readonly DeployNote[], note: Note<DeployNote>): Promise<void> {
  for (const each of record.objects.toReversed()) {
    if (each.unchanged) continue
    if (each.before === null) await deleteObject(context, each, notes, note)
    else await restoreObject(context, each, notes, note)
  }
}

async function deleteObject(
  context: DeployContext,
  each: DeployedObject,
  notes: readonly DeployNote[],
  note: Note<DeployNote>,
): Promise<void> {
  const live = await oursToDelete(context, each, notes)
  if (live?.metadata.uid === undefined) return
  await noteCreated(each, live, note, notes)
  context.progress(`deleting ${nameOf(each.reference)}`)
  await context.ports.kubernetes.delete(each.reference, live.metadata.uid)
  await waitUntilGone(context, each, live.metadata.uid)
}

/** The live object, if this run made it and its kind is not one that stays. */
async function oursToDelete(
  context: DeployContext,
  each: DeployedObject,
  notes: readonly DeployNote[],
): Promise<KubernetesObject | undefined> {
  if (each.unchanged || each.before !== null || KEPT.has(each.reference.kind)) return undefined
  const live = await context.ports.kubernetes.get(each.reference)
  if (live === undefined || !weCreated(context, live, each.reference, notes)) return undefined
  return (await isDefinitionInUse(context, each, live)) ? undefined : live
}

/** Deleting a definition deletes every object of its kind, other people's too: it stays while there are any. */
async function isDefinitionInUse(
  { ports }: DeployContext,
  { reference, applied }: DeployedObject,
  live: KubernetesObject,
): Promise<boolean> {
  const kind = reference.kind === 'CustomResourceDefinition' ? definedKind(applied['spec']) : undefined
  if (kind === undefined) return false
  // An established kind that is not served is what one of several API servers says that lags behind; the others may have its objects.
  if ((await ports.kubernetes.kind(kind.apiVersion, kind.kind)) === undefined) return isEstablished(live)
  return (await ports.kubernetes.list(kind, { namespace: '' })).length > 0
}

function isEstablished({ status }: KubernetesObject): boolean {
  const conditions = isObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : []
  return conditions.some((each: unknown) => isObject(each) && each['type'] === 'Established' && each['status'] === 'True')
}

function definedKind(spec: unknown): { readonly apiVersion: string; readonly kind: string } | undefined {
  if (!isObject(spec) || !isObject(spec['names']) || !Array.isArray(spec['versions'])) return undefined
  const version: unknown = spec['versions'][0]
  const [group, kind, name] = [spec['group'], spec['names']['kind'], isObject(version) ? version['name'] : undefined]
  return typeof group === 'string' && typeof kind === 'string' && typeof name === 'string'
    ? { apiVersion: `${group}/${name}`, kind }
    : undefined
}

async function waitUntilGone(
  { ports: { kubernetes, clock }, progress, signal }: DeployContext,
  { reference }: DeployedObject,
  uid: string,
): Promise<void> {
  const end = clock.monotonic() + GONE_PATIENCE_MS
  for (;;) {
    const live = await kubernetes.get(reference)
    if (live === undefined || live.metadata.uid !== uid) return
    if (clock.monotonic() >= end) {
      const finalizers = live.metadata['finalizers']
      throw new ProblemError(notGone(reference, Array.isArray(finalizers) ? finalizers.map(String) : []))
    }
    progress(`waiting for ${nameOf(reference)} to be gone`)
    await clock.sleep(250, signal)
  }
}

/** Objects of which something of ours is still there, and those that stay on purpose. */
async function remains(context: DeployContext, record: DeployRecord, notes: readonly DeployNote[]) {
  const touched = record.objects.filter((each) => !each.unchanged)
  const left = await Promise.all(touched.map(async (each) => ((await isLeft(context, each, notes)) ? each : undefined)))
  const kept = await Promise.all(
    touched.map(async (each) => {
      if (each.before !== null) return undefined
      const live = await context.ports.kubernetes.get(each.reference)
      if (live === undefined) return undefined
      const ours = weCreated(context, live, each.reference, notes)
      return `${nameOf(each.reference)} stays: ${ours ? 'it may hold what others put there' : 'it is not this run who made it'}`
    }),
  )
  return { touched, left: left.filter((each) => each !== undefined), kept: kept.filter((each) => each !== undefined) }
}

async function isLeft(context: DeployContext, each: DeployedObject, notes: readonly DeployNote[]): Promise<boolean> {
  if (each.before === null) return (await oursToDelete(context, each, notes)) !== undefined
  const live = await context.ports.kubernetes.get(each.reference)
  if (live === undefined || live.metadata.uid !== asObject(each.before).metadata.uid) return false
  return carriesOurMark(context, live) || outstandingRestore(each, notes) !== undefined
}

async function settle(context: DeployContext, record: DeployRecord, notes: readonly DeployNote[]): Promise<Settlement> {
  const { touched, left } = await remains(context, record, notes)
  if (left.length === 0) return { status: 'done' }
  // Only what apply did, by its notes, can be undone: of a half apply the rest was never there.
  const applied = touched.filter(({ before, reference }) => notes.some((each) => isNoteOf(each, reference, before)))
  const gone = await Promise.all(applied.map((each) => isGone(context, each, left, notes)))
  const begun = gone.includes(true) || notes.some((each) => each.did === 'restoring')
  return begun
    ? { status: 'partial', reason: `still to undo: ${left.map((each) => nameOf(each.reference)).join(', ')}` }
    : { status: 'none' }
}

const isNoteOf = (note: DeployNote, reference: DeployedObject['reference'], before: DeployedObject['before']): boolean =>
  note.did === (before === null ? 'created' : 'configured') && sameObject(note.reference, reference)

/** Not as apply left it any more: deleted, or given back. What stays on purpose is still there. */
async function isGone(
  context: DeployContext,
  each: DeployedObject,
  left: readonly DeployedObject[],
  notes: readonly DeployNote[],
): Promise<boolean> {
  const live = each.before === null ? await context.ports.kubernetes.get(each.reference) : undefined
  // One that is being deleted will be gone, whoever looks.
  if (left.includes(each)) return live?.metadata.deletionTimestamp !== undefined
  return live === undefined || !weCreated(context, live, each.reference, notes)
}

function verify(context: DeployContext, record: DeployRecord, notes: readonly DeployNote[]): Promise<Observation> {
  return look('the objects of this step', async () => {
    const { touched, left, kept } = await remains(context, record, notes)
    if (left.length > 0) return pending(`still there: ${left.map((each) => nameOf(each.reference)).join(', ')}`)
    if (kept.length === 0) return pass(`nothing of ours is left of ${touched.length} objects`)
    return { ...pass(`of ${touched.length} objects nothing is left but what stays on purpose`), left: kept }
  })
}

function manual({ plan }: DeployContext, record: DeployRecord): readonly string[] {
  const context = plan.targets.kubernetes?.context
  const kubectl = context === undefined || context.includes('${') ? 'kubectl' : `kubectl --context ${context}`
  return record.objects
    .filter((each) => !each.unchanged && !(each.before === null && KEPT.has(each.reference.kind)))
    .toReversed()
    .map(({ reference: { kind, name, namespace }, before }) => {
      const where = namespace === undefined ? '' : ` -n ${namespace}`
      const object = `${kind.toLowerCase()}/${name}`
      return before === null
        ? `${kubectl} delete ${object}${where}   # only if its annotation jmc-migrate/run is this run's`
        : `${kubectl} apply view-last-applied ${object}${where} || ${kubectl} edit ${object}${where}   # give it its old fields back`
    })
}
