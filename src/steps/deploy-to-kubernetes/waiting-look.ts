import type { Observation } from '../../domain/observation.ts'
import { combine } from '../../domain/observation.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isObject } from './field-paths.ts'
import type { Observed } from './observe-object.ts'
import { observeObject } from './observe-object.ts'
import type { DeployContext } from './record.ts'

/** How long what was seen of the others may be said again, milliseconds: what has failed for good is found that much later at most. */
const WHOLE_EVERY_MS = 1_000
/** Of these kinds the object itself says that it is ready: while it has not changed, it is not. */
const TELLING: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod'])

interface Seen {
  readonly at: number
  readonly looks: readonly Observation[]
  /** Index of the object that is watched in place of all. */
  readonly watched: number
  /** Its version, read before the look at it; undefined: not read yet. */
  readonly version?: string
}

/**
 * Looks for a wait until all of the objects are ready, as close together as one likes. Ready is said only of a look at all of them; while one workload is
 * seen to be as it was, the others need not be asked more than once a second.
 */
export function waitingLook(context: DeployContext, objects: readonly Observed[]): () => Promise<Observation> {
  const { clock, kubernetes } = context.ports
  let seen: Seen | undefined
  const whole = async (): Promise<Observation> => {
    const at = clock.monotonic()
    const looks = await Promise.all(objects.map((each) => observeObject(context, each)))
    const watched = objects.findIndex(({ reference }, index) => looks[index]?.verdict === 'pending' && TELLING.has(reference.kind))
    const all = combine(looks)
    seen = all.verdict === 'pending' && watched !== -1 ? { at, looks, watched } : undefined
    return all
  }
  /** Undefined: it may be ready, or has failed, or cannot be seen. */
  const stillWaiting = async (before: Seen): Promise<Observation | undefined> => {
    const object = objects[before.watched]
    if (object === undefined || clock.monotonic() - before.at >= WHOLE_EVERY_MS) return undefined
    const live = await read(object)
    const version = live?.metadata.resourceVersion
    if (live === undefined || version === undefined) return undefined
    if (version === before.version) return combine(before.looks)
    if (countsAll(live)) return undefined
    const now = await observeObject(context, object)
    if (now.verdict !== 'pending') return undefined
    const looks = before.looks.with(before.watched, now)
    seen = { ...before, looks, version }
    return combine(looks)
  }
  const read = async ({ reference }: Observed): Promise<KubernetesObject | undefined> => {
    try {
      return await kubernetes.get(reference)
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      return undefined
    }
  }
  return async () => (seen && (await stillWaiting(seen))) ?? whole()
}

/**
 * Whether its controller counts all replicas that it shall have as available: it may be ready, and all are looked at right away. Kinds that do not count so
 * are looked at alone first.
 */
function countsAll({ spec, status }: KubernetesObject): boolean {
  if (!isObject(spec) || !isObject(status)) return false
  const { replicas: wanted = 1 } = spec
  const { availableReplicas, updatedReplicas = wanted } = status
  return availableReplicas === wanted && updatedReplicas === wanted
}
