import type { BasisFact, Change, Preview } from '../../domain/change.ts'
import { canonicalJson } from '../../domain/json.ts'
import type { ApplyOutcome, KubernetesObject } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { recorded } from '../recorded.ts'
import { dryRun } from './dry-runs.ts'
import { equal, isObject, semanticFields } from './field-paths.ts'
import { foreignManagers } from './foreign-managers.ts'
import { locationOf } from './manifests.ts'
import { fieldConflict, kindNotServed, namespaceMissing, paused, terminating } from './problems.ts'
import { nameOf, referenceOf } from './record.ts'
import type { DeployContext, DeployedObject, DeployRecord } from './record.ts'
import { marked, resolveObjects } from './resolve.ts'
import type { ResolvedObject } from './resolve.ts'
import { defines } from './scope.ts'

/** What looking at one object gave. */
interface Look {
  readonly deployed?: DeployedObject
  readonly change?: Change
  readonly basis: BasisFact
  readonly warnings: readonly string[]
  readonly problems: readonly Problem[]
}

/** What stands around an object: names of what exists by then, and how many groups the plan's order has. */
interface Around {
  readonly created: ReadonlySet<string>
  readonly groups: number
  readonly predicted: readonly Change[]
}

export async function previewDeploy(context: DeployContext, predicted: readonly Change[]): Promise<Preview<DeployRecord>> {
  const { objects, warnings } = await resolveObjects(context)
  const created = new Set([
    ...predicted.filter((each) => each.system === 'kubernetes' && each.action === 'create').map((each) => each.object),
    ...objects.map((each) => nameOf(referenceOf(each.object))),
  ])
  const groups = context.spec.order?.length ?? 0
  const looks = await Promise.all(objects.map((each) => lookAt(context, each, { created, groups, predicted })))
  const [problem, ...more] = looks.flatMap((each) => each.problems)
  if (problem !== undefined) throw new ProblemError(problem, ...more)
  return {
    changes: looks.flatMap((each) => (each.change === undefined ? [] : [each.change])),
    undoRecord: recorded<DeployRecord>({ objects: looks.flatMap((each) => (each.deployed === undefined ? [] : [each.deployed])) }),
    basis: looks.map((each) => each.basis),
    warnings: [...new Set([...warnings, ...looks.flatMap((each) => each.warnings)])],
  }
}

async function lookAt(context: DeployContext, resolved: ResolvedObject, around: Around): Promise<Look> {
  const reference = referenceOf(resolved.object)
  const applied = recorded<DeployedObject['applied']>(marked(context, resolved.object))
  const origin = { file: resolved.manifest.file, ...(resolved.group !== undefined && { group: resolved.group }) }
  if (resolved.kind === undefined)
    return lookAtUnknownKind(context, resolved, { ...origin, reference, applied, before: null, after: null, unchanged: false }, around)
  const { before, answer } = await dryRun(context, resolved.object)
  const problems = problemsOf(resolved, before, answer, around.created)
  const after = answer.outcome === 'created' || answer.outcome === 'configured' ? answer.object : undefined
  const managers = before === undefined ? [] : foreignManagers(before, resolved.object)
  const unchanged = before !== undefined && after !== undefined && equal(semanticFields(before), semanticFields(after))
  const deployed = recorded<DeployedObject>({ ...origin, reference, applied, before: before ?? null, after: after ?? null, unchanged })
  const change = unchanged ? undefined : changeOf(resolved, before, after, answer, managers, around)
  return {
    deployed,
    ...(change && { change }),
    basis: basisOf(resolved, before),
    warnings: managers.map((each) => `${nameOf(reference)} is also managed by ${each}, which may change it back`),
    problems,
  }
}

function lookAtUnknownKind(
  context: DeployContext,
  resolved: ResolvedObject,
  deployed: DeployedObject,
  { groups, predicted }: Around,
): Look {
  const basis = { name: `kubernetes ${nameOf(deployed.reference)}`, value: 'kind not served' }
  const comesBefore = predicted.some(({ action, after }) => action === 'create' && isObject(after) && defines(after, resolved.object))
  if (resolved.kindComes || comesBefore) {
    const notCheckable = `the kind ${resolved.object.kind} is made known by ${resolved.kindComes ? 'this step' : 'a step before it'}`
    const change: Change = {
      system: 'kubernetes',
      object: nameOf(deployed.reference),
      action: 'create',
      after: semanticFields(resolved.object),
      notCheckable,
      ...remarked(turnOf(resolved, groups)),
    }
    return { deployed, change, basis, warnings: [], problems: [] }
  }
  if (context.spec.whenMissing !== 'skip') return { basis, warnings: [], problems: [kindNotServed(resolved)] }
  const warning = `${nameOf(deployed.reference)} is left out: the cluster does not know the kind ${resolved.object.kind} (${resolved.object.apiVersion})`
  return { basis, warnings: [warning], problems: [] }
}

function problemsOf(
  resolved: ResolvedObject,
  before: KubernetesObject | undefined,
  answer: ApplyOutcome,
  created: ReadonlySet<string>,
): readonly Problem[] {
  const reference = referenceOf(resolved.object)
  const spec = resolved.object['spec']
  return [
    ...(resolved.object.kind === 'Deployment' && isObject(spec) && spec['paused'] === true ? [paused(resolved)] : []),
    ...(before?.metadata.deletionTimestamp === undefined ? [] : [terminating(reference)]),
    ...(answer.outcome === 'conflict'
      ? [{ ...fieldConflict(reference, answer.conflicts, 'no'), location: locationOf(resolved.manifest) }]
      : []),
    ...(answer.outcome === 'not-checkable' && answer.missing === 'namespace' && !created.has(`Namespace ${reference.namespace}`)
      ? [namespaceMissing(reference, resolved.manifest)]
      : []),
  ]
}

function changeOf(
  resolved: ResolvedObject,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  answer: ApplyOutcome,
  managers: readonly string[],
  { created, groups }: Around,
): Change {
  const { object } = resolved
  const remarks = [
    ...turnOf(resolved, groups),
    ...(before === undefined ? [] : ['exists already: a rollback gives it its old fields back and does not delete it']),
    ...managers.map((each) => `also managed by ${each}`),
  ]
  const waitsFor = `Namespace ${object.metadata.namespace}`
  const why = answer.outcome !== 'not-checkable' ? undefined : created.has(waitsFor) ? `${waitsFor} is created first` : answer.reason
  return {
    system: 'kubernetes',
    object: nameOf(referenceOf(object)),
    action: before === undefined ? 'create' : 'update',
    ...(before !== undefined && { before: semanticFields(before) }),
    // A new object is shown as the manifest says it: defaults, and addresses that the server draws by lot, would differ every time.
    after: before !== undefined && after !== undefined ? semanticFields(after) : semanticFields(object),
    ...(why !== undefined && { notCheckable: why }),
    ...remarked(remarks),
  }
}

/** When it is its turn, where the plan has an order. */
function turnOf({ group }: ResolvedObject, groups: number): readonly string[] {
  if (group === undefined) return []
  const turn = `group ${group} of ${groups}`
  return [group === 1 ? turn : `${turn}: begins when group ${group - 1} is ready`]
}

const remarked = (remarks: readonly string[]): Pick<Change, 'remarks'> => (remarks.length > 0 ? { remarks } : {})

/** What a person would call the object's state before; replicas that an autoscaler moves are none of it. */
function basisOf({ object, scaled }: ResolvedObject, before: KubernetesObject | undefined): BasisFact {
  const name = `kubernetes ${nameOf(referenceOf(object))}`
  if (before === undefined) return { name, value: 'absent' }
  const fields = semanticFields(before)
  if (!scaled || !isObject(fields['spec'])) return { name, value: canonicalJson(fields) }
  const { replicas: _replicas, ...spec } = fields['spec']
  return { name, value: canonicalJson({ ...fields, spec }) }
}
