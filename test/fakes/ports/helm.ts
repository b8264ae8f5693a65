import { parseAllDocuments } from 'yaml'
import type { Clock, KubernetesObject } from '../../../src/domain/ports/index.ts'
import type { HelmContents, HelmMarks, HelmPort, HelmRelease, HelmRevision } from '../../../src/domain/ports/helm.ts'
import type { HelmChart } from '../../../src/domain/ports/rendering.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import type { FakeKubernetes } from './kubernetes.ts'

interface Kept extends HelmRevision, HelmContents {
  readonly labels: Readonly<Record<string, string>>
}

const LOCKED: Problem = { code: 'release-failed', summary: 'another operation is in progress', next: [], effect: 'unknown' }

/** Helm's history of releases in memory, as helm 4.2 was seen to write it; the objects of a manifest go to the cluster at once. */
export class FakeHelm implements HelmPort {
  readonly releases = new Map<string, Kept[]>()
  /** What the chart renders to. */
  next: HelmContents & { readonly chart: string } = { manifest: '', hooks: '', chart: 'web-shop-1.0.0' }
  /** Set: how the next upgrade or rollback ends instead of well. `dies`: helm is killed in the middle of it. */
  fate: 'fails' | 'dies' | undefined
  /** Called before each effect: somebody else's chance to be faster. */
  beforeEffect: () => void | Promise<void> = () => {}
  readonly #kubernetes: FakeKubernetes
  readonly #clock: Clock

  constructor(kubernetes: FakeKubernetes, clock: Clock) {
    this.#kubernetes = kubernetes
    this.#clock = clock
  }

  async history(release: HelmRelease): Promise<readonly HelmRevision[]> {
    return this.#of(release).map(({ revision, status, description, chart, updated }) => ({
      revision,
      status,
      description,
      chart,
      updated,
    }))
  }

  async contents(release: HelmRelease, revision: number): Promise<HelmContents> {
    const { manifest, hooks } = this.#revision(release, revision)
    return { manifest, hooks }
  }

  async newestHas(release: HelmRelease, labels: HelmMarks['labels']): Promise<boolean> {
    const newest = this.#of(release).at(-1)
    return newest !== undefined && Object.entries(labels).every(([key, value]) => newest.labels[key] === value)
  }

  async preview(_chart: HelmChart) {
    return this.next
  }

  async upgrade(
    { release: name, namespace }: HelmChart,
    { description, labels, createNamespace }: HelmMarks & { readonly createNamespace: boolean },
  ) {
    await this.beforeEffect()
    const release = { name, namespace }
    if (createNamespace) this.#kubernetes.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'helm')
    const before = this.#of(release).at(-1)
    if (before?.status.startsWith('pending')) throw new ProblemError(LOCKED)
    const labelled = { ...this.next, labels: { ...before?.labels, ...labels } }
    this.#write(release, labelled, before === undefined ? 'pending-install' : 'pending-upgrade', {
      well: description,
      failed: 'Upgrade failed',
    })
  }

  async rollback(release: HelmRelease, revision: number): Promise<void> {
    await this.beforeEffect()
    const words = { well: `Rollback to ${revision}`, failed: 'Rollback failed' }
    this.#write(release, this.#revision(release, revision), 'pending-rollback', words)
  }

  async uninstall(release: HelmRelease): Promise<void> {
    await this.beforeEffect()
    const newest = this.#of(release).at(-1)
    if (newest === undefined) throw new ProblemError({ ...LOCKED, summary: 'release: not found' })
    await this.#delete(objectsOf(release, newest.manifest))
    this.releases.delete(keyOf(release))
  }

  /** Somebody else's `helm upgrade`: what helm does without our marks, labels inherited. */
  async upgradeByHand(release: HelmRelease, manifest: string): Promise<void> {
    const labels = this.#of(release).at(-1)?.labels ?? {}
    this.#write(release, { ...this.next, manifest, labels }, 'pending-upgrade', { well: 'Upgrade complete', failed: '' })
  }

  #write(
    release: HelmRelease,
    contents: HelmContents & Pick<Kept, 'chart' | 'labels'>,
    pending: string,
    words: { readonly well: string; readonly failed: string },
  ): void {
    const { fate } = this
    this.fate = undefined
    const before = this.#of(release)
    const revision = (before.at(-1)?.revision ?? 0) + 1
    const [status, description] =
      fate === undefined ? ['deployed', words.well] : fate === 'fails' ? ['failed', words.failed] : [pending, 'Preparing upgrade']
    const { manifest, hooks, chart, labels } = contents
    const made: Kept = { revision, status, description, chart, labels, manifest, hooks, updated: this.#clock.now() }
    const older = before.map((each) => (fate === undefined && each.status === 'deployed' ? { ...each, status: 'superseded' } : each))
    this.releases.set(keyOf(release), [...older, made])
    if (fate === 'fails') throw new ProblemError({ ...LOCKED, summary: words.failed })
    if (fate === 'dies') throw new ProblemError({ ...LOCKED, summary: 'helm was killed' })
    const next = objectsOf(release, manifest)
    for (const object of next) this.#kubernetes.create(object, 'helm')
    const names = new Set(next.map(nameOf))
    void this.#delete(before.flatMap((each) => objectsOf(release, each.manifest)).filter((each) => !names.has(nameOf(each))))
  }

  async #delete(objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      const live = await this.#kubernetes.get(referenceOf(object))
      if (live?.metadata.uid === undefined || live.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') continue
      await this.#kubernetes.delete(referenceOf(object), live.metadata.uid)
    }
  }

  #of(release: HelmRelease): readonly Kept[] {
    return this.releases.get(keyOf(release)) ?? []
  }

  #revision(release: HelmRelease, revision: number): Kept {
    const found = this.#of(release).find((each) => each.revision === revision)
    if (found === undefined) throw new Error(`there is no revision ${revision}`)
    return found
  }
}

const keyOf = ({ name, namespace }: HelmRelease): string => `${namespace}/${name}`
const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.namespace} ${metadata.name}`
const referenceOf = ({ apiVersion, kind, metadata }: KubernetesObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
})

/** With helm's own annotations; cluster-scoped kinds are told by name. */
function objectsOf({ name, namespace }: HelmRelease, manifest: string): readonly KubernetesObject[] {
  return parseAllDocuments(manifest).flatMap((document): readonly KubernetesObject[] => {
    const object = document.toJS() as KubernetesObject | null
    if (object === null) return []
    const annotations = {
      ...object.metadata.annotations,
      'meta.helm.sh/release-name': name,
      'meta.helm.sh/release-namespace': namespace,
    }
    const place = object.kind === 'Namespace' ? {} : { namespace: object.metadata.namespace ?? namespace }
    return [{ ...object, metadata: { ...object.metadata, ...place, annotations } }]
  })
}
