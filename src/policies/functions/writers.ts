import type { Json } from '../../domain/json.ts'
import { targetOf } from './autoscalers.ts'
import { kindAndName, kindOf, nameOf, namespaceOf } from './identity.ts'
import { neighbours } from './neighbours.ts'
import { allContainers, podSpec } from './pods.ts'
import type { Value } from './value.ts'
import { fieldOf, listOf, numberOf, textOf } from './value.ts'

/** A workload of which two pods at once would destroy data. */
export interface Writer {
  readonly object: string
  readonly path: string
  readonly kind: string
  /** How we know: `claim backend-sqlite-pvc is ReadWriteOnce`, or what the plan says. */
  readonly because: string
  /** 1 where the manifest says nothing; many for a DaemonSet. */
  readonly replicas: number
  /** The old pod is gone before the new one starts. */
  readonly recreates: boolean
  /** Autoscalers that would add pods. */
  readonly autoscalers: readonly string[]
  /** Others that write to the same claim, for a time only too: jobs and single pods. */
  readonly others: readonly string[]
}

const WRITES = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'])
const WRITES_FOR_A_TIME = new Set(['Job', 'CronJob', 'Pod'])

/**
 * Workloads that write to a ReadWriteOnce claim of the plan; where the plan says `singleWriter`, all that write to any claim, and where none does, all. A StatefulSet's
 * own `volumeClaimTemplates` give each pod a claim of its own and do not count. What runs for a time, and a Pod alone, is none that must be alone, but another beside one.
 */
export function singleWriters(objects: readonly Json[], declared: boolean): readonly Writer[] {
  const own = neighbours(objects)
  const written = (kinds: ReadonlySet<string>): readonly Claims[] =>
    objects.filter((object) => kinds.has(kindOf(object))).map((object) => ({ object, claims: claimsWritten(object) }))
  const writing = written(WRITES)
  const beside = [...writing, ...written(WRITES_FOR_A_TIME)]
  const exclusive = (object: Json, claim: string): boolean => isExclusive(own(object).get(`PersistentVolumeClaim/${claim}`))
  const anyClaims = writing.some(({ claims }) => claims.length > 0)
  return writing.flatMap(({ object, claims }) => {
    const claim = claims.find((each) => exclusive(object, each)) ?? (declared ? claims[0] : undefined)
    if (claim === undefined && (!declared || anyClaims)) return []
    const others = beside
      .filter(
        (other) =>
          other.object !== object &&
          claim !== undefined &&
          namespaceOf(other.object, '') === namespaceOf(object, '') &&
          other.claims.includes(claim),
      )
      .map((other) => nameOf(other.object))
    return [{ ...writerOf(object, objects), because: reason(claim, claim !== undefined && exclusive(object, claim)), others }]
  })
}

interface Claims {
  readonly object: Json
  readonly claims: readonly string[]
}

function reason(claim: string | undefined, exclusive: boolean): string {
  if (claim === undefined) return 'the plan says `singleWriter`'
  return exclusive ? `claim ${claim} is ReadWriteOnce` : `the plan says \`singleWriter\`, and it writes to claim ${claim}`
}

function writerOf(object: Json, objects: readonly Json[]): Omit<Writer, 'because' | 'others'> {
  const kind = kindOf(object)
  const scalers = objects.filter(
    (each) =>
      kindOf(each) === 'HorizontalPodAutoscaler' &&
      targetOf(each) === kindAndName(object) &&
      namespaceOf(each, '') === namespaceOf(object, ''),
  )
  return {
    object: nameOf(object),
    path: 'spec',
    kind,
    replicas: kind === 'DaemonSet' ? Number.MAX_SAFE_INTEGER : (numberOf(fieldOf(object, 'spec.replicas')) ?? 1),
    recreates: kind !== 'Deployment' || fieldOf(object, 'spec.strategy.type') === 'Recreate',
    autoscalers: scalers.map(nameOf),
  }
}

/** Claims that a pod mounts so that it can write. */
function claimsWritten(object: Json): readonly string[] {
  return listOf(podSpec(object).volumes).flatMap((volume) => {
    const claim = textOf(fieldOf(volume, 'persistentVolumeClaim.claimName'))
    if (claim === '' || fieldOf(volume, 'persistentVolumeClaim.readOnly') === true) return []
    const mounts = allContainers(object).flatMap((container) => listOf(container.volumeMounts))
    return mounts.some((mount) => fieldOf(mount, 'name') === fieldOf(volume, 'name') && fieldOf(mount, 'readOnly') !== true) ? [claim] : []
  })
}

function isExclusive(claim: Value): boolean {
  const modes = listOf(fieldOf(claim, 'spec.accessModes'))
  return modes.length > 0 && modes.every((mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')
}
