import type { JsonObject } from '../../../src/domain/json.ts'
import type {
  AccessQuestion,
  ApplyOutcome,
  Clock,
  KubernetesKind,
  KubernetesObject,
  KubernetesPort,
  ObjectReference,
  Readiness,
} from '../../../src/domain/ports/index.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { fieldsV1, get, includes, leaves, ownedLeaves, same, set } from './managed-fields.ts'

const KINDS: readonly (readonly [apiVersion: string, kind: string, plural: string, namespaced: boolean])[] = [
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'Service', 'services', true],
  ['v1', 'Secret', 'secrets', true],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', true],
  ['networking.k8s.io/v1', 'Ingress', 'ingresses', true],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
]
const IDENTITY: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'])
const SERVER: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'managedFields',
  'creationTimestamp',
  'deletionTimestamp',
])

type Stored = JsonObject & KubernetesObject
const plain = (object: KubernetesObject): Stored => JSON.parse(JSON.stringify(object)) as Stored

/** An API server's objects in memory: server-side apply with managed fields (lists are atomic), UIDs, versions, deletions that take a while. */
export class FakeKubernetes implements KubernetesPort {
  readonly objects = new Map<string, Stored>()
  readonly kinds = new Map<string, KubernetesKind>(
    KINDS.map(([apiVersion, kind, plural, namespaced]) => [`${apiVersion} ${kind}`, { apiVersion, kind, plural, namespaced }]),
  )
  readonly namespaces = new Set(['default'])
  readonly readinessOf = new Map<string, Readiness>()
  readonly denied = new Set<string>()
  deletionMs = 1_000
  /** Called with each real apply, before it: somebody else's chance to be faster. */
  beforeApply: (object: KubernetesObject) => void = () => {}
  readonly #clock: Clock
  readonly #vanishAt = new Map<string, number>()
  #counter = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async describe() {
    return { server: 'https://cluster', context: 'fake', namespace: 'default', version: 'v1.36.0', user: 'tester' }
  }

  async kind(apiVersion: string, kind: string): Promise<KubernetesKind | undefined> {
    return this.kinds.get(`${apiVersion} ${kind}`)
  }

  async get(reference: ObjectReference): Promise<KubernetesObject | undefined> {
    return this.#live(reference)
  }

  async list(
    { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
    { namespace }: { readonly namespace?: string } = {},
  ) {
    return [...this.objects.values()].filter(
      (each) =>
        each.apiVersion === apiVersion &&
        each.kind === kind &&
        (namespace === undefined || namespace === '' || each.metadata.namespace === namespace),
    )
  }

  async apply(object: KubernetesObject, { dryRun = false }: { readonly dryRun?: boolean } = {}): Promise<ApplyOutcome> {
    if (!dryRun) this.beforeApply(object)
    const missing = this.#missing(object)
    if (missing !== undefined && dryRun) return { outcome: 'not-checkable', missing, reason: `${missing} does not exist` }
    if (missing !== undefined)
      throw new ProblemError({ code: 'kubernetes-refused', summary: `${missing} does not exist`, next: [], effect: 'no' })
    const live = this.#live(reference(object))
    const conflicts = live === undefined ? [] : conflictsOf(live, object)
    if (conflicts.length > 0) return { outcome: 'conflict', conflicts }
    const result = this.#merged(live, plain(object))
    const answer = dryRun ? result : this.#store(result)
    return { outcome: live === undefined ? 'created' : 'configured', object: plain(answer) }
  }

  async mergePatch(where: ObjectReference, patch: JsonObject, resourceVersion: string): Promise<'patched' | 'outdated' | 'absent'> {
    const live = this.#live(where)
    if (live === undefined) return 'absent'
    if (live.metadata.resourceVersion !== resourceVersion) return 'outdated'
    this.edit(where, patch, 'jmc-migrate')
    this.#disown(where)
    return 'patched'
  }

  async delete(where: ObjectReference, uid: string): Promise<'deleted' | 'absent' | 'foreign'> {
    const live = this.#live(where)
    if (live === undefined) return 'absent'
    if (live.metadata.uid !== uid) return 'foreign'
    const key = keyOf(where)
    if (!this.#vanishAt.has(key)) this.#vanishAt.set(key, this.#clock.now() + this.deletionMs)
    this.objects.set(key, { ...live, metadata: { ...live.metadata, deletionTimestamp: 'now' } } as Stored)
    return 'deleted'
  }

  async access(questions: readonly AccessQuestion[]) {
    return questions.map((question) => ({ question, allowed: !this.denied.has(`${question.verb} ${question.resource}`) }))
  }

  async readiness(where: ObjectReference): Promise<Readiness> {
    if (this.#live(where) === undefined) return { status: 'not-found', reason: 'it does not exist', evidence: [] }
    return this.readinessOf.get(where.kind) ?? { status: 'current', reason: 'ready', evidence: [] }
  }

  /** Somebody else's update, with a manager of their own: a merge patch. */
  edit(where: ObjectReference, patch: JsonObject, manager = 'kubectl-edit'): void {
    const live = this.#live(where)
    if (live === undefined) throw new Error(`there is no ${keyOf(where)}`)
    const changed = leaves(patch).filter((leaf) => !same(get(live, leaf), get(patch, leaf) ?? undefined))
    const next = changed.reduce<JsonObject>((object, leaf) => set(object, leaf, get(patch, leaf) ?? undefined), live) as Stored
    const others = managers(live).map((entry) => ({
      ...entry,
      fieldsV1: fieldsV1(ownedLeaves(entry['fieldsV1']).filter((leaf) => !includes(changed, leaf))),
    }))
    this.#store(withManagers(next, [...others, { manager, operation: 'Update', fieldsV1: fieldsV1(changed) }]))
  }

  /** A patch of ours owns nothing afterwards. */
  #disown(where: ObjectReference): void {
    const live = this.#live(where)
    if (live !== undefined)
      this.#store(
        withManagers(
          live,
          managers(live).filter((entry) => entry['manager'] !== 'jmc-migrate' || isOurs(entry)),
        ),
      )
  }

  /** Somebody else's object, made with a manager of their own. */
  create(object: KubernetesObject, manager = 'kubectl'): void {
    this.#store(withManagers(defaulted(plain(object)), [{ manager, operation: 'Update', fieldsV1: fieldsV1(ownable(object)) }]))
  }

  #missing({ apiVersion, kind, metadata }: KubernetesObject): 'kind' | 'namespace' | undefined {
    if (!this.kinds.has(`${apiVersion} ${kind}`)) return 'kind'
    return metadata.namespace !== undefined && !this.namespaces.has(metadata.namespace) ? 'namespace' : undefined
  }

  #live(where: ObjectReference): Stored | undefined {
    const key = keyOf(where)
    const vanish = this.#vanishAt.get(key)
    if (vanish !== undefined && vanish <= this.#clock.now()) {
      this.objects.delete(key)
      this.#vanishAt.delete(key)
    }
    return this.objects.get(key)
  }

  #merged(live: Stored | undefined, object: Stored): Stored {
    const now = ownable(object)
    const ours = managers(live).find(isOurs)
    const others = managers(live).filter((entry) => !isOurs(entry))
    const given = ownedLeaves(ours?.['fieldsV1']).filter(
      (leaf) => !includes(now, leaf) && !others.some((entry) => includes(ownedLeaves(entry['fieldsV1']), leaf)),
    )
    const without = given.reduce<JsonObject>((at, leaf) => set(at, leaf, undefined), live ?? object)
    const merged = defaulted(now.reduce<JsonObject>((at, leaf) => set(at, leaf, get(object, leaf)), without) as Stored)
    return withManagers(merged, [
      ...others,
      ...(now.length > 0 ? [{ manager: 'jmc-migrate', operation: 'Apply', fieldsV1: fieldsV1(now) }] : []),
    ])
  }

  #store(object: Stored): Stored {
    const key = keyOf(reference(object))
    const old = this.objects.get(key)
    if (old !== undefined && same(comparable(old), comparable(object))) return old
    this.#counter++
    const uid = old?.metadata.uid ?? `uid-${this.#counter}`
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(this.#counter) } } as Stored
    this.objects.set(key, stored)
    if (object.kind === 'Namespace') this.namespaces.add(object.metadata.name)
    return stored
  }
}

const comparable = (object: Stored): JsonObject =>
  set(set(object, ['metadata', 'uid'], undefined), ['metadata', 'resourceVersion'], undefined)
const reference = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
})
const keyOf = ({ kind, namespace = '', name }: ObjectReference): string => `${kind} ${namespace}/${name}`
const managers = (object: Stored | undefined): readonly JsonObject[] => object?.metadata.managedFields ?? []
const isOurs = (entry: JsonObject): boolean => entry['manager'] === 'jmc-migrate' && entry['operation'] === 'Apply'

function withManagers(object: Stored, entries: readonly JsonObject[]): Stored {
  const kept = entries.filter((entry) => ownedLeaves(entry['fieldsV1']).length > 0)
  return { ...object, metadata: { ...object.metadata, managedFields: kept } } as Stored
}

function ownable(object: KubernetesObject) {
  return leaves(plain(object)).filter((leaf) => !IDENTITY.has(leaf.join('.')) && !(leaf[0] === 'metadata' && SERVER.has(leaf[1] ?? '')))
}

function conflictsOf(live: Stored, object: KubernetesObject) {
  const wanted = plain(object)
  return managers(live)
    .filter((entry) => !isOurs(entry))
    .flatMap((entry) =>
      ownedLeaves(entry['fieldsV1'])
        .filter((leaf) => get(wanted, leaf) !== undefined && !same(get(wanted, leaf), get(live, leaf)))
        .map((leaf) => ({ manager: String(entry['manager'] as string), field: `.${leaf.join('.')}`, message: 'conflict' })),
    )
}

/** What the server fills in: unowned fields. */
function defaulted(object: Stored): Stored {
  if (object.kind === 'Deployment' && get(object, ['spec', 'replicas']) === undefined) return set(object, ['spec', 'replicas'], 1) as Stored
  if (object.kind === 'Service' && get(object, ['spec', 'clusterIP']) === undefined)
    return set(object, ['spec', 'clusterIP'], '10.96.0.7') as Stored
  return object
}
