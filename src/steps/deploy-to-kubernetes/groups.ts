import { formatDuration } from '../../domain/duration.ts'
import type { Observation } from '../../domain/observation.ts'
import { ProblemError } from '../../domain/problem.ts'
import { observeObject } from './observe-object.ts'
import { nameOf } from './record.ts'
import type { DeployContext, DeployedObject, DeployRecord } from './record.ts'
import { waitingLook } from './waiting-look.ts'

/** As long as a group may take where nobody says, and how far apart its looks are: first short, then longer (milliseconds). */
const PATIENCE_MS = 300_000
const CLOSE_LOOKS_MS = 3_000
const INTERVAL_MS = { close: 100, later: 1_000 }

/** The group that is complete with the object at `index` and that another follows; undefined: nobody waits here. */
export function groupEndingAt({ objects }: DeployRecord, index: number): readonly DeployedObject[] | undefined {
  const [last, next] = [objects[index], objects[index + 1]]
  if (last?.group === undefined || next === undefined || next.group === last.group) return undefined
  return objects.filter((each) => each.group === last.group)
}

/**
 * Waits until all objects of the group are ready. Rejects with `group-not-ready` as soon as one has failed for good, or when the step's patience is
 * at its end, and with the reason of `stop` where that is asked for: the groups after it are not begun. `earlier` are the objects applied before it:
 * what keeps a pod from starting may be a volume claim that does not bind.
 */
export async function untilReady(
  context: DeployContext,
  group: readonly DeployedObject[],
  earlier: readonly DeployedObject[] = [],
): Promise<void> {
  const { clock } = context.ports
  const { patience = PATIENCE_MS, stop } = context
  const woken = stop === undefined ? context.signal : AbortSignal.any([context.signal, stop])
  const began = clock.monotonic()
  const looking = waitingLook(context, group)
  let said: string | undefined
  for (;;) {
    const seen = await looking()
    woken.throwIfAborted()
    if (seen.verdict === 'pass') return
    const waited = clock.monotonic() - began
    if (seen.verdict === 'fail' || waited >= patience) throw notReady(context, group, seen, patience, await unboundClaims(context, earlier))
    if (seen.reason !== said) context.progress(`waiting for group ${group[0]?.group ?? ''} to be ready: ${seen.reason}`)
    said = seen.reason
    await clock.sleep(waited < CLOSE_LOOKS_MS ? INTERVAL_MS.close : INTERVAL_MS.later, woken)
  }
}

/** Claims among them that are not bound, with what the cluster says of each. */
async function unboundClaims(context: DeployContext, earlier: readonly DeployedObject[]): Promise<readonly string[]> {
  const claims = earlier.filter(({ reference }) => reference.kind === 'PersistentVolumeClaim')
  const seen = await Promise.all(claims.map((each) => observeObject(context, each)))
  return seen.flatMap((each) => (each.verdict === 'pass' ? [] : [each.reason, ...(each.evidence ?? [])]))
}

function notReady(
  { step }: DeployContext,
  group: readonly DeployedObject[],
  seen: Observation,
  patience: number,
  besides: readonly string[],
): ProblemError {
  const failed = seen.verdict === 'fail'
  const names = group.map((each) => nameOf(each.reference)).join(', ')
  return new ProblemError({
    code: 'group-not-ready',
    summary: `group ${group[0]?.group ?? ''} of step ${step} ${failed ? 'has failed' : `was not ready within ${formatDuration(patience)}`}: ${seen.reason}`,
    attempted: `wait for ${names}`,
    details: [...(seen.evidence ?? []), ...besides],
    next: ['mend what the evidence says, and run again', 'the groups after it were not begun'],
    effect: 'unknown',
  })
}
