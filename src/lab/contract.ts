/**
 * How the parts of the lab fit together. Each of the four systems is a plain-data world plus functions over it; sockets are
 * an edge that can be left out. Nothing in a world is a timer: what becomes true later is a time in the data, compared with the
 * clock whenever somebody asks, so that a world loaded from disk after `kill -9` goes on where it was.
 */
import type { Dispatcher } from 'undici'
import type { Clock } from '../domain/ports/clock.ts'

/** Faults that a test or `--lab-fault NAME` switches on. A lab part asks for its own and ignores the rest. */
export type LabFault =
  /** New pods go to CrashLoopBackOff. */
  | 'pods-crash'
  /** New pods go to ErrImagePull "not found". */
  | 'image-not-found'
  /** As soon as the edge routes visitors to Kubernetes the application answers 200 with a wrong body. */
  | 'bad-body-after-cutover'
  /** The edge's Traefik goes on with its old configuration whatever the file says. */
  | 'traefik-ignores-file'
  /** Nomad's API does not answer and its allocations are dead, from the start. */
  | 'nomad-gone'
  /** The same, beginning a moment after visitors moved to Kubernetes. */
  | 'nomad-gone-in-soak'

export interface LabContext {
  readonly clock: Clock
  readonly faults: ReadonlySet<LabFault>
  /** Call after each change of the world's data: it is written to the state folder before the answer goes out. */
  readonly changed: () => void
}

export interface LabRequest {
  readonly method: string
  /** Path without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Aborts when the client goes away (blocking queries, watches). */
  readonly signal: AbortSignal
}

export interface LabResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** `drop`: the connection is closed without an answer (a server that is gone). */
export type LabHandler = (request: LabRequest) => Promise<LabResponse | 'drop'>

/** A handler on a loopback socket. */
export interface LabListener {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** A handler without sockets: an undici dispatcher that answers from it (`src/lab/http.ts`). */
export type LabDispatcher = Dispatcher

/** A service instance as Consul's catalog would tell Traefik. */
export interface CatalogInstance {
  readonly service: string
  readonly id: string
  readonly address: string
  readonly port: number
  readonly tags: readonly string[]
  /** True where the instance speaks only mutual TLS (Consul Connect). */
  readonly connect: boolean
}

/** The Nomad part: API on `handler`, its allocations as instances of the catalog, and what an instance answers. */
export interface LabNomad {
  readonly handler: LabHandler
  catalog(): readonly CatalogInstance[]
  /** The application inside the allocation that serves `instance`; `drop` when it is dead. */
  answer(instanceId: string, request: LabRequest): LabResponse | 'drop'
}

/** The Kubernetes part: API on `handler`, and the cluster's own Traefik: what an Ingress answers for a Host and path (404 without a ready endpoint). */
export interface LabKubernetes {
  readonly handler: LabHandler
  ingress(request: LabRequest): LabResponse | 'drop'
}

/**
 * The edge: a Traefik with a file provider that watches the dynamic file, a catalog provider fed by `LabNomad.catalog`, an API on `api`, and
 * visitors on `visit`. Upstreams are asked through `upstream`, so that the whole chain also runs without sockets.
 */
export interface LabEdge {
  readonly api: LabHandler
  /** A visitor's request on an entry point. */
  visit(entryPoint: string, request: LabRequest): Promise<LabResponse | 'drop'>
  /** Looks at file and catalog now (the socket edition polls; a simulation calls it when time has moved). */
  refresh(): void
}
