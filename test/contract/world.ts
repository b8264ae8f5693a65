import type { Json, JsonObject } from '../../src/domain/json.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import type { EdgePort } from '../../src/domain/ports/edge.ts'
import type { HostPort } from '../../src/domain/ports/host.ts'
import type { KubernetesPort } from '../../src/domain/ports/kubernetes.ts'
import type { NomadPort } from '../../src/domain/ports/nomad.ts'
import type { HttpExchange, HttpRequest, VisitorPort } from '../../src/domain/ports/visitor.ts'

/**
 * The servers as the contract needs them, whoever they are: the lab's or real ones. Everything is asked through our own adapters, so that a
 * difference between the two worlds is one that our code would meet.
 */
export interface ContractWorld {
  /** The servers' own time: while somebody sleeps on it they go on. */
  readonly clock: Clock
  readonly kubernetes: KubernetesSide
  readonly nomad: NomadSide
  readonly edge: EdgeSide
  readonly host: HostSide
  readonly http: HttpSide
}

/** An answer below the ports: for facts that an adapter turns into something else. A body that is not JSON is its text. */
export interface RawAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: Json
}

/** `limited`: authenticated, without any right. `stranger`: a token that the server does not know. */
export type KubernetesUser = 'operator' | 'limited' | 'stranger'

/** What becomes of a pod: it runs, its program ends with an error, its image is not in the registry, no node takes it. */
export type PodKind = 'works' | 'crashes' | 'image-absent' | 'unschedulable'

export interface KubernetesSide {
  as(user: KubernetesUser): KubernetesPort
  ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, options?: RawRequest): Promise<RawAnswer>
  /** The specification of a pod that will go this way; one that works answers on port 8080. */
  pod(kind: PodKind): JsonObject
  /** A visitor of the cluster's own Traefik. */
  visit(host: string, path?: string): Promise<HttpExchange>
}

export interface RawRequest {
  readonly as?: KubernetesUser
  /** Content type; `application/json` unless told. */
  readonly type?: string
  readonly body?: Json
}

/** By what they may do in namespace `default`: `deployer` has exactly read-job, list-jobs, register-job and deregister-job. */
export type NomadUser = 'management' | 'reader' | 'deployer' | 'nobody' | 'stranger'

export interface NomadSide {
  as(user: NomadUser, namespace?: string): NomadPort
  /** `{ status, body, index }` of a request by the management token in namespace `default`, unless told. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, as?: NomadUser, body?: Json): Promise<RawAnswer & { readonly index: number }>
  /** A job that serves HTTP and is announced with these tags where the edge's catalog provider looks. */
  website(id: string, tags: readonly string[]): JsonObject
}

export interface EdgeSide {
  readonly port: EdgePort
  api(path: string): Promise<{ readonly status: number; readonly body: Json }>
  /** What is answered at `/metrics` beside the API: of this edge, which counts, or of another Traefik, whose metrics are off. */
  metrics(of: 'edge' | 'uncounted'): Promise<HttpExchange>
  /** Saves the dynamic file as a person's editor does, by a rename: these lines, and whatever else this world's file needs. */
  save(text: string): Promise<void>
  /** A visitor of any host name, over TLS; certificates are not looked at. */
  visit(host: string, options?: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> }): Promise<HttpExchange>
}

export interface HostSide {
  readonly port: HostPort
  /** A folder of the host for a test's own files, by its path there. */
  readonly folder: string
  /** Puts a file there, as the host's own user would; the path on the host. */
  put(name: string, text: string): Promise<string>
  read(name: string): Promise<string>
  /** Makes `name` a symlink to `target`, both in the folder. */
  link(name: string, target: string): Promise<string>
  chmod(name: string, mode: number): Promise<void>
  names(): Promise<readonly string[]>
}

export interface HttpSide {
  readonly visitor: VisitorPort
  /** Where the edge serves the site with a certificate of `authority`, `host:port`, and the site's name. */
  readonly visitors: string
  readonly site: string
  readonly authority: string
  /** An address of this world at which nobody listens. */
  readonly nobody: string
  /** Asks a server that accepts connections and never answers. */
  askSilent(request: Omit<HttpRequest, 'connectTo' | 'url'>): Promise<HttpExchange>
  /** Asks a server that dies before it has answered. */
  askDying(): Promise<HttpExchange>
}

/** How long a world may take for something that takes it moments, on a busy machine; milliseconds of its own clock. */
const LONGEST_MS = 60_000
const BETWEEN_LOOKS_MS = 50

/** Looks until `check` finds nothing to say against what was seen, and gives that; at last rejects with what it had to say. */
export async function eventually<Seen>({ clock }: ContractWorld, look: () => Promise<Seen>, check: (seen: Seen) => void): Promise<Seen> {
  const deadline = clock.monotonic() + LONGEST_MS
  for (;;) {
    const seen = await look()
    try {
      check(seen)
      return seen
    } catch (error) {
      if (clock.monotonic() > deadline) throw error
    }
    await clock.sleep(BETWEEN_LOOKS_MS)
  }
}
