import type { JsonObject } from '../json.ts'

/** An object as the API server has it, whole. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
    readonly managedFields?: readonly JsonObject[]
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  /** Left out for cluster-scoped kinds; the port fills in the target's namespace for namespaced ones. */
  readonly namespace?: string
}

/** What discovery says of a kind: is it served, and is it namespaced. */
export interface KubernetesKind {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
}

export type ApplyOutcome =
  /** 201: it did not exist, we made it. */
  | { readonly outcome: 'created'; readonly object: KubernetesObject }
  /** 200: it existed. */
  | { readonly outcome: 'configured'; readonly object: KubernetesObject }
  /** 409: other managers own fields that we would change. Nothing was changed. */
  | { readonly outcome: 'conflict'; readonly conflicts: readonly FieldConflict[] }
  /** The server cannot check it yet (dry run only): the namespace or the kind does not exist. */
  | { readonly outcome: 'not-checkable'; readonly missing: 'namespace' | 'kind'; readonly reason: string }

export interface FieldConflict {
  readonly manager: string
  readonly field: string
  readonly message: string
}

export interface AccessQuestion {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'
  /** API group ('' for core) and plural resource. */
  readonly group: string
  readonly resource: string
  readonly namespace?: string
}

/** kstatus (cli-utils) plus its known traps: a 0-replica Deployment, a failed Pod and a running Job are not `current` here. */
export interface Readiness {
  readonly status: 'current' | 'in-progress' | 'failed' | 'terminating' | 'not-found'
  readonly reason: string
  /** What a person needs to find the cause: pod, container, waiting reason, last event. */
  readonly evidence: readonly string[]
}

/** Kubernetes as the plan's target names it. Every method rejects with a ProblemError when the API cannot be reached or refuses. */
export interface KubernetesPort {
  /** Proves that the API answers and that the credentials are valid; when they end, if that can be known. */
  describe(): Promise<{
    readonly server: string
    readonly context: string
    readonly namespace: string
    readonly version: string
    readonly user: string
    readonly credentialsExpireAt?: number
  }>
  /** Undefined: the API server serves no such kind (a CRD that is not installed). */
  kind(apiVersion: string, kind: string): Promise<KubernetesKind | undefined>
  get(reference: ObjectReference): Promise<KubernetesObject | undefined>
  /** In the target's namespace unless told; `namespace: ''` lists all namespaces. */
  list(
    kind: { readonly apiVersion: string; readonly kind: string },
    options?: { readonly namespace?: string; readonly labelSelector?: string },
  ): Promise<readonly KubernetesObject[]>
  /** Server-side apply as manager `jmc-migrate`, fieldValidation=Strict, never forced. `dryRun` asks with dryRun=All and changes nothing. */
  apply(object: KubernetesObject, options?: { readonly dryRun?: boolean }): Promise<ApplyOutcome>
  /**
   * JSON merge patch (RFC 7386) with a resourceVersion precondition; `outdated` when somebody was faster, `absent` when it is gone.
   */
  mergePatch(reference: ObjectReference, patch: JsonObject, resourceVersion: string): Promise<'patched' | 'outdated' | 'absent'>
  /** Deletes (foreground) only the object of this UID; `foreign` when the name now belongs to another UID. */
  delete(reference: ObjectReference, uid: string): Promise<'deleted' | 'absent' | 'foreign'>
  /** SelfSubjectAccessReviews; the answers in the order of the questions. */
  access(
    questions: readonly AccessQuestion[],
  ): Promise<readonly { readonly question: AccessQuestion; readonly allowed: boolean; readonly reason?: string }[]>
  /** Ready or not, and why: looks at the object, and for workloads at its ReplicaSets, pods and events; for a Service at its EndpointSlices. */
  readiness(reference: ObjectReference): Promise<Readiness>
}
