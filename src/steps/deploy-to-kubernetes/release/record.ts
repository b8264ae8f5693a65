import { RUN_ANNOTATION, STEP_ANNOTATION } from '../../../domain/ids.ts'
import type { HelmMarks, HelmRelease } from '../../../domain/ports/helm.ts'
import type { DeployContext, DeployRecord, Reference } from '../record.ts'

/** A chart deployed as a release of helm's, and what undo needs. */
export type ReleaseRecord = {
  readonly as: 'release'
  readonly release: string
  readonly namespace: string
  /** It does not exist, and nobody else makes it: helm does. */
  readonly createsNamespace: boolean
  /** The release is already what the chart says: nothing is done, nothing undone. */
  readonly unchanged: boolean
  /** The revision that a rollback goes back to; null where there was no release. */
  readonly before: { readonly revision: number; readonly manifest: string; readonly hooks: string } | null
  /** As the chart renders now. */
  readonly manifest: string
  readonly objects: readonly ReleasedObject[]
  /** Made by hooks: helm runs them, and does not take them back. */
  readonly hooks: readonly Reference[]
}

export type ReleasedObject = {
  readonly reference: Reference
  /** The chart tells helm never to delete it. */
  readonly kept: boolean
  /** It is not part of the revision before. */
  readonly added: boolean
}

export const isRelease = (record: DeployRecord | ReleaseRecord): record is ReleaseRecord => 'as' in record && record.as === 'release'

export const releaseOf = ({ release, namespace }: Pick<ReleaseRecord, 'release' | 'namespace'>): HelmRelease => ({
  name: release,
  namespace,
})

/** `release market/shop`. */
export const releaseName = ({ release, namespace }: Pick<ReleaseRecord, 'release' | 'namespace'>): string =>
  `release ${namespace}/${release}`

const REVISION_LABEL = 'jmc-migrate/revision'

/**
 * Marks of a revision that this run makes. Labels are there from its first moment, but whoever upgrades later inherits them: the number says
 * whether they are its own. The description is there once it is complete.
 */
export const marksOf = ({ runId, step }: Pick<DeployContext, 'runId' | 'step'>, revision: number): HelmMarks => ({
  description: `jmc-migrate run=${runId} step=${step} revision=${revision}`,
  labels: { [RUN_ANNOTATION]: runId, [STEP_ANNOTATION]: step, [REVISION_LABEL]: String(revision) },
})

export const KEEP_ANNOTATION = 'helm.sh/resource-policy'
/** Helm's own mark on each object: the release that it is part of. */
export const RELEASE_ANNOTATIONS = { name: 'meta.helm.sh/release-name', namespace: 'meta.helm.sh/release-namespace' }
