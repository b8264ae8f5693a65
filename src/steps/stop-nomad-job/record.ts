import type { JsonObject } from '../../domain/json.ts'
import { canonicalJson } from '../../domain/json.ts'
import type { NomadJob, NomadSubmission } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import type { Recorded } from '../recorded.ts'

export type StopSpec = { readonly job: string; readonly timeout?: number | undefined }
export type StopContext = StepContext<StopSpec>

/** The whole job as it ran, and what tells whether it still is the one that we looked at. */
export type StopRecord = {
  readonly id: string
  readonly job: JsonObject
  readonly version: number
  readonly jobModifyIndex: number
  readonly submission: Recorded<NomadSubmission> | null
  readonly scalingPolicies: readonly JsonObject[]
  /** Allocations that were out of sight before we came: not ours to wait for. */
  readonly lostBefore: readonly string[]
  /** Nothing to stop and nothing to start again. */
  readonly alreadyStopped: boolean
}

export type StopNote =
  | { readonly did: 'tagging'; readonly tag: string }
  | { readonly did: 'untagged' }
  | { readonly did: 'stopping' }
  | { readonly did: 'stopped'; readonly jobModifyIndex: number }
  | { readonly did: 'registering' }
  | { readonly did: 'registered'; readonly jobModifyIndex: number }

/** What Nomad itself changes about a job that nobody edits. */
const VOLATILE: ReadonlySet<string> = new Set([
  'CreateIndex',
  'JobModifyIndex',
  'ModifyIndex',
  // The accessor of the token that registered it: not what a person wrote.
  'NomadTokenID',
  'Stable',
  'Status',
  'StatusDescription',
  'Stop',
  'SubmitTime',
  'Version',
  'VersionTag',
])

/** What a person wrote of a job, as text that is equal for equal jobs. */
export const definitionOf = (raw: JsonObject): string =>
  canonicalJson(Object.fromEntries(Object.entries(raw).filter(([key]) => !VOLATILE.has(key))))

/** A job as it is registered again: running, without the numbers that Nomad gives. */
export const registrable = (raw: JsonObject): JsonObject => ({
  ...Object.fromEntries(Object.entries(raw).filter(([key]) => !VOLATILE.has(key))),
  Stop: false,
})

/** Where a job stands against the record. */
export type Standing = 'running-as-before' | 'running-again' | 'stopped-by-us' | 'stopped-by-other' | 'changed' | 'absent'

export function standingOf(job: NomadJob | undefined, record: StopRecord, notes: readonly StopNote[]): Standing {
  if (job === undefined) return 'absent'
  if (job.stop) return stoppedByUs(job, record, notes) ? 'stopped-by-us' : 'stopped-by-other'
  // A job that was purged, or collected, begins anew at version 0: what was stopped once runs again, whatever its number.
  const wasStopped = notes.some((note) => note.did === 'stopped' || note.did === 'registering')
  if (job.version === record.version && !wasStopped) return 'running-as-before'
  const registered = notes.some((note) => note.did === 'registered' && note.jobModifyIndex === job.jobModifyIndex)
  return registered || definitionOf(job.raw) === definitionOf(record.job) ? 'running-again' : 'changed'
}

/** Whether our tag may be on a version of the job: it was about to be given, and was not seen to be taken off. */
export const mayBeTagged = (notes: readonly StopNote[]): boolean =>
  notes.findLast((note) => note.did === 'tagging' || note.did === 'untagged')?.did === 'tagging'

/** A stop makes exactly one new version. Without our note before it, somebody else made it. */
function stoppedByUs(job: NomadJob, record: StopRecord, notes: readonly StopNote[]): boolean {
  if (!notes.some((note) => note.did === 'stopping')) return false
  const noted = notes.findLast((note) => note.did === 'stopped')
  return noted?.did === 'stopped' ? noted.jobModifyIndex === job.jobModifyIndex : job.version === record.version + 1
}

/** The name of our tag on the version that was running; it keeps the version from garbage collection. */
export const tagOf = (runId: string): string =>
  `jmc-migrate-${runId
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(-8)
    .toLowerCase()}`
