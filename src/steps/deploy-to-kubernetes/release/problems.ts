import type { HelmPort, HelmRevision } from '../../../domain/ports/helm.ts'
import type { Problem } from '../../../domain/problem.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { locationOf } from '../manifests.ts'
import type { DeployContext } from '../record.ts'
import { nameOf } from '../record.ts'
import type { PlacedObject } from './contents.ts'
import type { ReleaseRecord } from './record.ts'
import { KEEP_ANNOTATION, releaseName, releaseOf } from './record.ts'

type Named = Pick<ReleaseRecord, 'release' | 'namespace'>
const flags = (release: Named): string => `${releaseOf(release).name} -n ${release.namespace}`

/** Rejects with `release-not-in-lab`. */
export function helmOf({ ports }: Pick<DeployContext, 'ports'>): HelmPort {
  if (ports.helm !== undefined) return ports.helm
  throw new ProblemError({
    code: 'release-not-in-lab',
    summary: 'helm cannot keep a release in the lab: it asks a cluster for more than the lab knows',
    attempted: 'deploy a chart as a release',
    next: ['leave `as: release` out to rehearse the same objects in the lab', 'or run the plan on a cluster'],
    effect: 'no',
  })
}

export const busy = (release: Named, { status, revision }: HelmRevision): Problem => ({
  code: 'release-pending',
  summary: `${releaseName(release)} is ${status} (revision ${revision}): helm is at work on it, or was killed`,
  attempted: `preview an upgrade of ${releaseName(release)}`,
  next: [
    `wait until it is through: helm history ${flags(release)}`,
    `or, if nobody is at work: helm rollback ${flags(release)} (helm uninstall, where it was never complete)`,
  ],
  effect: 'no',
})

export const uninstalled = (release: Named): Problem => ({
  code: 'release-uninstalled',
  summary: `${releaseName(release)} was uninstalled, and its history was kept: a rollback could not bring that back`,
  attempted: `preview an upgrade of ${releaseName(release)}`,
  next: [`forget its history: helm uninstall ${flags(release)}`],
  effect: 'no',
})

export const failedBefore = (release: Named, { revision, description }: HelmRevision): Problem => ({
  code: 'release-failed-before',
  summary: `the last revision of ${releaseName(release)} (${revision}) has failed: there is nothing sound that a rollback could go back to`,
  attempted: `preview an upgrade of ${releaseName(release)}`,
  details: [description],
  next: [`helm rollback ${flags(release)}   # to the last one that was deployed`, 'then run again'],
  effect: 'no',
})

/** Undo, or the upgrade itself, would delete what it holds. */
export const wouldBeDeleted = ({ manifest, reference }: PlacedObject, leaves: boolean): Problem => ({
  code: 'release-would-delete',
  summary: leaves
    ? `${nameOf(reference)} is no longer in the chart: helm would delete it, and all that it holds`
    : `${nameOf(reference)} is part of the release: a rollback would delete it, and all that it holds`,
  attempted: 'preview the release',
  next: [
    leaves
      ? `kubectl annotate ${reference.kind.toLowerCase()} ${reference.name}${reference.namespace === undefined ? '' : ` -n ${reference.namespace}`} ${KEEP_ANNOTATION}=keep`
      : `add the annotation \`${KEEP_ANNOTATION}: keep\` to its template: helm then leaves it where it is`,
    'or make it outside the chart, in a step with `manifests`',
  ],
  location: locationOf(manifest),
  effect: 'no',
})

export const taken = ({ manifest, reference }: PlacedObject): Problem => ({
  code: 'object-not-in-release',
  summary: `${nameOf(reference)} exists already and is not part of the release: a rollback would delete what this run did not make`,
  attempted: 'preview the release',
  next: ['leave it out of the chart, or delete it first', `or keep it: \`${KEEP_ANNOTATION}: keep\`, here and on the object itself`],
  location: locationOf(manifest),
  effect: 'no',
})

/** Helm keeps a release in its namespace before it makes any object. */
export const namespaceInChart = (release: Named, { manifest }: PlacedObject): Problem => ({
  code: 'release-namespace-in-chart',
  summary: `namespace ${release.namespace} does not exist, and helm must keep the release in it before the chart can make it`,
  attempted: `preview ${releaseName(release)}`,
  next: [
    'take the Namespace out of the chart: helm, or a step before with `manifests`, makes it',
    'or leave out `as: release`: the objects alone may make their own namespace',
  ],
  location: locationOf(manifest),
  effect: 'no',
})

export const changedSince = (release: Named, reason: string, effect: 'no' | 'unknown'): Problem => ({
  code: 'release-changed-since',
  summary: `${releaseName(release)} is not as this run left it: ${reason}`,
  details: ['nothing was undone or done over it: somebody else has the last word'],
  next: [`see who: helm history ${flags(release)}`, 'agree with them, and roll back or go on by hand'],
  effect,
})

export const notGone = (release: Named, left: readonly string[]): Problem => ({
  code: 'object-not-gone',
  summary: `helm deleted them, but they are still there: ${left.join(', ')}`,
  attempted: `undo ${releaseName(release)}`,
  next: ['kubectl describe them: something holds them (finalizers)', 'then roll back again'],
  effect: 'unknown',
})
