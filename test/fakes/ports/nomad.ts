import type { JsonObject } from '../../../src/domain/json.ts'
import type { Clock, NomadAllocation, NomadCapability, NomadJob, NomadPort, NomadSubmission } from '../../../src/domain/ports/index.ts'

interface StoredJob {
  raw: JsonObject
  version: number
  jobModifyIndex: number
  stop: boolean
}

interface StoredAllocation {
  readonly id: string
  readonly job: string
  readonly version: number
  readonly healthyAt: number
  endsAt: number | undefined
  lost: boolean
}

/** Nomad's jobs in memory. Allocations start and end after a while, as the clock says; a stop and a register each make a version. */
export class FakeNomad implements NomadPort {
  readonly jobs = new Map<string, StoredJob>()
  readonly tags = new Map<string, number>()
  readonly childJobs: NomadJob[] = []
  rights: ReadonlySet<NomadCapability> | 'unknown' = new Set<NomadCapability>(['read-job', 'submit-job'])
  source: NomadSubmission | undefined = { source: 'job "site" {}', format: 'hcl2', raw: {} }
  startMs = 2_000
  stopMs = 3_000
  /** Called before each stop: somebody else's chance to be faster. */
  beforeStop: () => void = () => {}
  readonly allocationList: StoredAllocation[] = []
  readonly #clock: Clock
  #index = 10

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async describe() {
    return { address: 'http://nomad', version: '1.11.3', region: 'global', namespace: 'default' }
  }

  async capabilities(): Promise<ReadonlySet<NomadCapability> | 'unknown'> {
    return this.rights
  }

  async job(id: string): Promise<NomadJob | undefined> {
    return this.read(id)
  }

  read(id: string): NomadJob | undefined {
    const job = this.jobs.get(id)
    if (job === undefined) return undefined
    const raw = {
      ...job.raw,
      ID: id,
      Version: job.version,
      JobModifyIndex: job.jobModifyIndex,
      Stop: job.stop,
      Status: job.stop ? 'dead' : 'running',
      VersionTag: null,
    }
    return {
      id,
      namespace: 'default',
      type: 'service',
      status: job.stop ? 'dead' : 'running',
      stop: job.stop,
      version: job.version,
      jobModifyIndex: job.jobModifyIndex,
      raw,
    }
  }

  async submission(): Promise<NomadSubmission | undefined> {
    return this.source
  }

  async children(): Promise<readonly NomadJob[]> {
    return this.childJobs
  }

  async allocations(id: string): Promise<readonly NomadAllocation[]> {
    const now = this.#clock.now()
    const job = this.jobs.get(id)
    return this.allocationList
      .filter((each) => each.job === id)
      .map((each, index) => {
        const ended = each.endsAt !== undefined && each.endsAt <= now
        const clientStatus = each.lost ? 'lost' : ended ? 'complete' : 'running'
        const desiredStatus = each.endsAt === undefined && job?.stop !== true ? 'run' : 'stop'
        return {
          id: each.id,
          name: `${id}.site[${index}]`,
          node: 'node-1',
          jobVersion: each.version,
          desiredStatus,
          clientStatus,
          healthy: each.healthyAt <= now,
          createIndex: index,
          tasks: [],
        }
      })
  }

  async scalingPolicies(): Promise<readonly JsonObject[]> {
    return []
  }

  async plan(): Promise<JsonObject> {
    return {}
  }

  async tagVersion(_id: string, version: number, tag: string): Promise<'tagged' | 'unsupported'> {
    this.tags.set(tag, version)
    return 'tagged'
  }

  async untagVersion(_id: string, tag: string): Promise<void> {
    this.tags.delete(tag)
  }

  async stop(id: string) {
    this.beforeStop()
    const job = this.jobs.get(id)
    if (job !== undefined) this.#next(id, { ...job, stop: true, version: job.version + 1 })
    this.#end(id)
    return { evaluation: 'evaluation', jobModifyIndex: this.#index }
  }

  async register(raw: JsonObject, { enforceIndex }: { readonly enforceIndex: number }) {
    const id = String(raw['ID'] as string)
    const found = this.jobs.get(id)?.jobModifyIndex ?? 0
    if (found !== enforceIndex) return { outcome: 'index-conflict' as const, found }
    this.start(raw)
    return { outcome: 'registered' as const, jobModifyIndex: this.#index, evaluation: 'evaluation' }
  }

  async purge(id: string): Promise<void> {
    this.jobs.delete(id)
    this.allocationList.splice(0, this.allocationList.length, ...this.allocationList.filter((each) => each.job !== id))
  }

  async waitForChange(_id: string, waitMs: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(Math.min(500, waitMs), signal)
  }

  /** Somebody registers the job: a new version, new allocations. */
  start(raw: JsonObject): void {
    const id = String(raw['ID'] as string)
    this.#end(id)
    const version = (this.jobs.get(id)?.version ?? -1) + 1
    const { Stop: _stop, ...kept } = raw
    this.#next(id, { raw: kept, version, stop: false, jobModifyIndex: 0 })
    this.allocationList.push({
      id: `allocation-${this.#index}`,
      job: id,
      version,
      healthyAt: this.#clock.now() + this.startMs,
      endsAt: undefined,
      lost: false,
    })
  }

  #end(id: string): void {
    for (const each of this.allocationList) if (each.job === id) each.endsAt ??= this.#clock.now() + this.stopMs
  }

  #next(id: string, job: StoredJob): void {
    this.#index++
    this.jobs.set(id, { ...job, jobModifyIndex: this.#index })
  }
}
