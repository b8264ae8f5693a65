import type { JsonObject } from '../json.ts'
import type { NomadNodesPort } from './nomad-nodes.ts'

/** A job as the API sends it, whole, beside the few fields that decisions rest on. */
export interface NomadJob {
  readonly id: string
  readonly namespace: string
  readonly type: string
  /** `pending`, `running`, `dead`. `dead` is not "stopped": see `allocations`. */
  readonly status: string
  readonly stop: boolean
  readonly version: number
  readonly jobModifyIndex: number
  /**
   * Of a job that runs on every node that suits it: why there are allocations still to come, as a clause. Such a job says nowhere how many it wants;
   * its allocations are all of them once no evaluation of it is left.
   */
  readonly unplaced?: string
  readonly raw: JsonObject
}

export interface NomadAllocation {
  readonly id: string
  readonly name: string
  readonly node: string
  readonly jobVersion: number
  readonly desiredStatus: string
  /** `pending`, `running`, `complete`, `failed`, `lost`, `unknown`. */
  readonly clientStatus: string
  /** Whether Nomad's deployment health (or, without a deployment, every task running) says it is healthy. */
  readonly healthy: boolean | undefined
  readonly createIndex: number
  readonly tasks: readonly { readonly name: string; readonly state: string; readonly failed: boolean; readonly lastEvent?: string }[]
}

/** The source a user submitted (HCL or JSON), so that `nomad job inspect -hcl` works again after a re-register. */
export interface NomadSubmission {
  readonly source: string
  readonly format: string
  readonly raw: JsonObject
}

export type NomadCapability = 'read-job' | 'list-jobs' | 'submit-job' | 'register-job' | 'revert-job' | 'deregister-job' | 'purge-job'

/** Nomad as the plan's target names it, in the target's namespace. Rejects with a ProblemError when the API cannot be reached or refuses. */
export interface NomadPort {
  describe(): Promise<{
    readonly address: string
    readonly version: string
    readonly region: string
    readonly namespace: string
    readonly tokenExpiresAt?: number
    readonly tokenName?: string
  }>
  /** Which of the capabilities the token has in the namespace; `unknown` where the server does not let us see (then preflight warns). */
  capabilities(): Promise<ReadonlySet<NomadCapability> | 'unknown'>
  job(id: string): Promise<NomadJob | undefined>
  submission(id: string, version: number): Promise<NomadSubmission | undefined>
  /** Children of a periodic or parameterized parent; they survive the parent's stop. */
  children(id: string): Promise<readonly NomadJob[]>
  allocations(id: string): Promise<readonly NomadAllocation[]>
  /** Scaling policies of the job (a stop disables them, a revert does not enable them). */
  scalingPolicies(id: string): Promise<readonly JsonObject[]>
  /** What Nomad would do with this job: `nomad job plan`. Reads only. */
  plan(job: JsonObject): Promise<JsonObject>
  /** Protects the version from garbage collection (1.9+); `unsupported` on older servers. */
  tagVersion(id: string, version: number, tag: string, description: string): Promise<'tagged' | 'unsupported'>
  /** Takes the tag off every version that has it: a stop copies it to the version that it makes. */
  untagVersion(id: string, tag: string): Promise<void>
  /** DELETE without purge. The API has no compare-and-set: callers compare JobModifyIndex before and after. */
  stop(id: string): Promise<{ readonly evaluation: string | undefined; readonly jobModifyIndex: number }>
  /** Registers the saved job as it was, only if its JobModifyIndex still is `enforceIndex` (0: it must be absent). */
  register(
    job: JsonObject,
    options: { readonly enforceIndex: number; readonly submission?: NomadSubmission },
  ): Promise<
    | { readonly outcome: 'registered'; readonly jobModifyIndex: number; readonly evaluation: string | undefined }
    | { readonly outcome: 'index-conflict'; readonly found: number }
  >
  /** DELETE with purge: the job and its allocations vanish from the API. */
  purge(id: string): Promise<void>
  /** Waits with a blocking query until the job's allocations may have changed, at most `waitMs`; a hint, poll after it. */
  waitForChange(id: string, waitMs: number, signal?: AbortSignal): Promise<void>
  /** The nodes and whatever runs on them, in every namespace. */
  readonly nodes?: NomadNodesPort
}
