import type { Change, Preview } from '../../../domain/change.ts'
import { canonicalJson } from '../../../domain/json.ts'
import type { HelmContents, HelmRevision } from '../../../domain/ports/helm.ts'
import type { Problem } from '../../../domain/problem.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { recorded } from '../../recorded.ts'
import { chartOf } from '../chart.ts'
import type { DeployContext } from '../record.ts'
import { nameOf } from '../record.ts'
import type { HelmSpec } from '../spec.ts'
import { objectChanges } from './changes.ts'
import type { PlacedObject } from './contents.ts'
import { among, isKept, placedObjects } from './contents.ts'
import { busy, failedBefore, helmOf, namespaceInChart, taken, uninstalled, wouldBeDeleted } from './problems.ts'
import type { ReleaseRecord } from './record.ts'
import { RELEASE_ANNOTATIONS, releaseName } from './record.ts'

/** What lies in them is lost when they are deleted. */
const HOLDING: ReadonlySet<string> = new Set(['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'CustomResourceDefinition'])

interface Named {
  readonly release: string
  readonly namespace: string
}

/** The release as it is against what an upgrade would make of it; helm asks the server, nothing is changed. */
export async function previewRelease(
  context: DeployContext,
  helm: HelmSpec,
  predicted: readonly Change[],
): Promise<Preview<ReleaseRecord>> {
  const port = helmOf(context)
  const named: Named = { release: helm.release, namespace: namespaceOf(context) }
  const chart = await chartOf(helm, { ...context, namespace: named.namespace })
  const [history, next] = await Promise.all([port.history({ name: named.release, namespace: named.namespace }), port.preview(chart)])
  const newest = history.at(-1)
  if (newest !== undefined) refuseUnsettled(named, newest)
  const old = newest === undefined ? undefined : await port.contents({ name: named.release, namespace: named.namespace }, newest.revision)
  const place = { chart: helm.chart, namespace: named.namespace }
  const [before, after, hooks] = await Promise.all(
    [old?.manifest ?? '', next.manifest, next.hooks].map((text) => placedObjects(context, place, text)),
  )
  if (!before || !after || !hooks) throw new Error('three texts give three lists')
  const namespace = await lookAtNamespace(context, named, after, predicted)
  const [problem, ...more] = [...namespace.problems, ...losses(before, after), ...(await othersObjects(context, named, before, after))]
  if (problem !== undefined) throw new ProblemError(problem, ...more)
  const unchanged = newest !== undefined && newest.chart === next.chart && sameContents(old, next)
  return {
    changes: unchanged ? [] : [...namespace.changes, releaseChange(named, newest, next.chart, hooks), ...objectChanges(before, after)],
    undoRecord: recorded<ReleaseRecord>({
      as: 'release',
      ...named,
      createsNamespace: namespace.creates,
      unchanged,
      before: newest && old ? { revision: newest.revision, ...old } : null,
      manifest: next.manifest,
      objects: after.map(({ reference, kept }) => ({ reference, kept, added: among(before, reference) === undefined })),
      hooks: hooks.map((each) => each.reference),
    }),
    basis: [{ name: `helm ${releaseName(named)}`, value: newest === undefined ? 'absent' : canonicalJson(basisOf(newest)) }],
    warnings: before
      .filter((each) => each.kept && among(after, each.reference) === undefined)
      .map((each) => `${nameOf(each.reference)} leaves the release and stays in the cluster`),
  }
}

export const namespaceOf = ({ spec, plan }: DeployContext): string => spec.namespace ?? plan.targets.kubernetes?.namespace ?? 'default'

const basisOf = ({ revision, status }: HelmRevision) => ({ revision, status })
const sameContents = (old: HelmContents | undefined, next: HelmContents): boolean =>
  old !== undefined && old.manifest.trim() === next.manifest.trim() && old.hooks.trim() === next.hooks.trim()

function refuseUnsettled(named: Named, newest: HelmRevision): void {
  if (newest.status === 'deployed') return
  if (newest.status === 'uninstalled') throw new ProblemError(uninstalled(named))
  throw new ProblemError(newest.status === 'failed' ? failedBefore(named, newest) : busy(named, newest))
}

function releaseChange(named: Named, newest: HelmRevision | undefined, chart: string, hooks: readonly PlacedObject[]): Change {
  const remarks = [
    newest === undefined ? 'a rollback uninstalls it' : `a rollback goes back to revision ${newest.revision}`,
    ...hooks.map(({ object, reference }) => `helm runs the hook ${nameOf(reference)} (${object.metadata.annotations?.['helm.sh/hook']})`),
  ]
  const change = { system: 'kubernetes', object: `Release ${named.namespace}/${named.release}`, after: { chart }, remarks }
  return newest === undefined ? { ...change, action: 'create' } : { ...change, action: 'update', before: { chart: newest.chart } }
}

interface NamespaceLook {
  readonly creates: boolean
  readonly changes: readonly Change[]
  readonly problems: readonly Problem[]
}

async function lookAtNamespace(
  { ports }: DeployContext,
  named: Named,
  after: readonly PlacedObject[],
  predicted: readonly Change[],
): Promise<NamespaceLook> {
  const reference = { apiVersion: 'v1', kind: 'Namespace', name: named.namespace }
  const object = nameOf(reference)
  const comes = predicted.some((each) => each.system === 'kubernetes' && each.action === 'create' && each.object === object)
  if (comes || (await ports.kubernetes.get(reference)) !== undefined) return { creates: false, changes: [], problems: [] }
  const own = among(after, reference)
  if (own !== undefined) return { creates: false, changes: [], problems: [namespaceInChart(named, own)] }
  const change: Change = {
    system: 'kubernetes',
    object,
    action: 'create',
    after: reference,
    remarks: ['made by helm; it stays after a rollback'],
  }
  return { creates: true, changes: [change], problems: [] }
}

/** What an upgrade or its undo would delete although it holds something. */
const losses = (before: readonly PlacedObject[], after: readonly PlacedObject[]): readonly Problem[] => {
  const holding = (each: PlacedObject): boolean => HOLDING.has(each.reference.kind) && !each.kept
  return [
    ...after.filter(holding).map((each) => wouldBeDeleted(each, false)),
    ...before.filter((each) => holding(each) && among(after, each.reference) === undefined).map((each) => wouldBeDeleted(each, true)),
  ]
}

/** Objects that helm would take into the release, and that undo would delete with it; kept ones of an earlier install stay whatever happens. */
async function othersObjects(
  { ports }: DeployContext,
  named: Named,
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
): Promise<readonly Problem[]> {
  const added = after.filter((each) => among(before, each.reference) === undefined)
  const found = await Promise.all(
    added.map(async (each) => {
      const live = await ports.kubernetes.get(each.reference)
      if (live === undefined) return []
      const annotations = live.metadata.annotations ?? {}
      const itsOwn =
        annotations[RELEASE_ANNOTATIONS.name] === named.release && annotations[RELEASE_ANNOTATIONS.namespace] === named.namespace
      return itsOwn && each.kept && isKept(live) ? [] : [taken(each)]
    }),
  )
  return found.flat()
}
