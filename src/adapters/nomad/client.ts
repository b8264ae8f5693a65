import type { Dispatcher } from 'undici'
import { runsOnEveryNode } from '../../domain/allocations.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { NomadJob, NomadPort } from '../../domain/ports/nomad.ts'
import type { JsonResponse } from '../http/json-client.ts'
import { createJsonClient } from '../http/json-client.ts'
import { allocationOf, jobOf, submissionOf, unplacedBecause } from './answers.ts'
import { createApi } from './api.ts'
import { createChangeWatch } from './change-watch.ts'
import { describe } from './describe.ts'
import { registerable } from './job-document.ts'
import { isList, listOf, numberOf, objectOf, textOf } from './json-fields.ts'
import { createNodes } from './nodes.ts'
import { register } from './register.ts'
import { tagVersion, untagVersion } from './version-tags.ts'
import { readCapabilities } from './token.ts'

export interface NomadOptions {
  /** `https://nomad.example:4646`. */
  readonly address: string
  readonly token?: string
  /** `default` unless told. */
  readonly namespace?: string
  /** The agent's own unless told. */
  readonly region?: string
  /** PEM text of the authority of the API's certificate. */
  readonly ca?: string
  /** Answers instead of the network; stays the caller's. */
  readonly dispatcher?: Dispatcher
  readonly clock: Clock
}

const REQUEST_TIMEOUT_MS = 15_000
const jobPath = (id: string, rest = ''): string => `/v1/job/${encodeURIComponent(id)}${rest}`
// `all`: allocations of an earlier job of this name, purged while it ran, count too (facts: Nomad 3).
const allocationsPath = (id: string): string => jobPath(id, '/allocations?all=true')
/** A 404 with Nomad's own words; any other 404 comes from something else, and proves nothing about the job. */
const saysAbsent = ({ status, text }: JsonResponse): boolean => status === 404 && /^(job|job source) not found$/i.test(text.trim())

/** `null` where the job never had a deployment. */
const isDeployment = (body: Json): boolean => body === null || textOf(objectOf(body)['Status']) !== ''
const isSubmission = (body: Json): boolean => typeof objectOf(body)['Source'] === 'string'

/** Nomad's HTTP API, 1.x, over one namespace. `close` ends the connections. */
export function createNomad(options: NomadOptions): NomadPort & { close(): Promise<void> } {
  const headers: Readonly<Record<string, string>> = options.token ? { 'x-nomad-token': options.token } : {}
  const client = createJsonClient({
    baseUrl: options.address,
    ...(options.dispatcher !== undefined && { dispatcher: options.dispatcher }),
    headers: () => Promise.resolve(headers),
    ...(options.ca !== undefined && { tls: { ca: options.ca } }),
    timeoutMs: REQUEST_TIMEOUT_MS,
  })
  const api = createApi({
    client,
    address: options.address,
    namespace: options.namespace ?? 'default',
    region: options.region,
    hasToken: headers['x-nomad-token'] !== undefined,
  })
  const watch = createChangeWatch(api, options.clock, allocationsPath)

  const read = (path: string, what: string, expects: (body: Json) => boolean): Promise<JsonResponse> =>
    api.ask('GET', path, { what, capability: 'read-job', expects })
  const readOrAbsent = async (path: string, what: string, expects: (body: Json) => boolean): Promise<JsonObject | undefined> => {
    const response = await api.ask('GET', path, { what, capability: 'read-job', accept: saysAbsent, expects })
    return saysAbsent(response) ? undefined : objectOf(response.body)
  }
  const job = async (id: string): Promise<NomadJob | undefined> => {
    const raw = await readOrAbsent(jobPath(id), `read job ${id}`, (body) => textOf(objectOf(body)['ID']) === id)
    if (raw === undefined) return undefined
    const found = jobOf(raw)
    const unplaced = runsOnEveryNode(found) && !found.stop ? await unplacedOf(id) : undefined
    return { ...found, ...(unplaced !== undefined && { unplaced }) }
  }
  const unplacedOf = async (id: string): Promise<string | undefined> =>
    unplacedBecause(listOf((await read(jobPath(id, '/evaluations'), `list the evaluations of job ${id}`, isList)).body).map(objectOf))
  /** The job's version whose deployment is still under way, if any. */
  const deployingVersions = async (id: string): Promise<ReadonlySet<number>> => {
    const latest = objectOf((await read(jobPath(id, '/deployment'), `read the deployment of job ${id}`, isDeployment)).body)
    return new Set(
      ['running', 'paused', 'pending', 'blocked', 'unblocking', 'initializing'].includes(textOf(latest['Status']))
        ? [numberOf(latest['JobVersion'])]
        : [],
    )
  }
  const remove = async (id: string, purge: boolean): Promise<JsonObject> => {
    const response = await api.ask('DELETE', jobPath(id), {
      what: `${purge ? 'purge' : 'stop'} job ${id}`,
      capability: purge ? 'submit-job (or purge-job since 1.11)' : 'submit-job (or deregister-job since 1.11)',
      query: { purge: purge ? true : undefined },
    })
    return objectOf(response.body)
  }

  return {
    describe: () => describe(api, options.region),
    capabilities: () => readCapabilities(api),
    job,
    async submission(id, version) {
      const raw = await readOrAbsent(
        jobPath(id, `/submission?version=${version}`),
        `read the submission of job ${id} version ${version}`,
        isSubmission,
      )
      return raw && submissionOf(raw)
    },
    async children(id) {
      const list = await api.ask('GET', '/v1/jobs', {
        what: `list the children of job ${id}`,
        capability: 'list-jobs',
        query: { prefix: `${id}/` },
        expects: isList,
      })
      const stubs = listOf(list.body)
        .map(objectOf)
        .filter((stub) => stub['ParentID'] === id)
      // Dead children can be thousands: their stubs say enough (all but the version).
      const whole = await Promise.all(
        stubs.map(async (stub) => (stub['Status'] === 'dead' ? jobOf(stub) : ((await job(textOf(stub['ID']))) ?? []))),
      )
      return whole.flat()
    },
    async allocations(id) {
      const response = await read(allocationsPath(id), `list the allocations of job ${id}`, isList)
      watch.saw(id, response)
      const list = listOf(response.body).map(objectOf)
      const undecided = list.some(
        (each) => each['ClientStatus'] === 'running' && typeof objectOf(each['DeploymentStatus'])['Healthy'] !== 'boolean',
      )
      const deploying = undecided ? await deployingVersions(id) : new Set<number>()
      return list.map((each) => allocationOf(each, deploying))
    },
    async scalingPolicies(id) {
      const response = await api.ask('GET', '/v1/scaling/policies', {
        what: `list the scaling policies of job ${id}`,
        capability: 'list-scaling-policies',
        query: { job: id },
        expects: isList,
      })
      return listOf(response.body).map(objectOf)
    },
    async plan(document) {
      const id = textOf(document['ID'])
      const body: Json = { Job: registerable(document), Diff: true }
      return objectOf(
        (await api.ask('POST', jobPath(id, '/plan'), { what: `plan job ${id}`, capability: 'submit-job (or plan-job since 1.11)', body }))
          .body,
      )
    },
    tagVersion: (id, version, tag, description) => tagVersion(api, { id, version, tag, description }),
    untagVersion: (id, tag) => untagVersion(api, { id, tag }),
    async stop(id) {
      const body = await remove(id, false)
      return { evaluation: textOf(body['EvalID']) || undefined, jobModifyIndex: numberOf(body['JobModifyIndex']) }
    },
    register: (document, how) => register(api, document, how, async () => (await job(textOf(document['ID'])))?.jobModifyIndex ?? 0),
    async purge(id) {
      await remove(id, true)
    },
    waitForChange: (id, waitMs, signal) => watch.wait(id, waitMs, signal),
    nodes: createNodes(api),
    close: () => client.close(),
  }
}
