import { combine } from '../../domain/observation.ts'
import { look } from '../../domain/look.ts'
import { ProblemError } from '../../domain/problem.ts'
import { nameOf } from './record.ts'
import type { DeployContext, DeployedObject, DeployRecord } from './record.ts'
import { observeObject } from './verify.ts'

/** As long as a group may take, and how far apart its looks are: first short, then longer (milliseconds). */
const PATIENCE_MS = 300_000
const CLOSE_LOOKS_MS = 3_000
const INTERVAL_MS = { close: 250, later: 1_000 }

/** The group that is complete with the object at `index` and that another follows; undefined: nobody waits here. */
export function groupEndingAt({ objects }: DeployRecord, index: number): readonly DeployedObject[] | undefined {
  const [last, next] = [objects[index], objects[index + 1]]
  if (last?.group === undefined || next === undefined || next.group === last.group) return undefined
  return objects.filter((each) => each.group === last.group)
}

/** Waits until all objects of the group are ready. Rejects with `group-not-ready` as soon as one has failed for good, or after five minutes. */
export async function untilReady(context: DeployContext, group: readonly DeployedObject[]): Promise<void> {
  const { clock } = context.ports
  const began = clock.monotonic()
  for (;;) {
    const seen = combine(await Promise.all(group.map((each) => look(nameOf(each.reference), () => observeObject(context, each)))))
    if (seen.verdict === 'pass') return
    const waited = clock.monotonic() - began
    if (seen.verdict === 'fail' || waited >= PATIENCE_MS) throw notReady(context, group, seen)
    context.progress(`waiting for group ${group[0]?.group ?? ''} to be ready: ${seen.reason}`)
    await clock.sleep(waited < CLOSE_LOOKS_MS ? INTERVAL_MS.close : INTERVAL_MS.later, context.signal)
  }
}

function notReady({ step }: DeployContext, group: readonly DeployedObject[], seen: ReturnType<typeof combine>): ProblemError {
  const failed = seen.verdict === 'fail'
  const names = group.map((each) => nameOf(each.reference)).join(', ')
  return new ProblemError({
    code: 'group-not-ready',
    summary: `group ${group[0]?.group ?? ''} of step ${step} ${failed ? 'has failed' : `was not ready within ${PATIENCE_MS / 60_000} minutes`}: ${seen.reason}`,
    attempted: `wait for ${names}`,
    details: 'evidence' in seen && seen.evidence ? seen.evidence : [],
    next: ['mend what the evidence says, and run again', 'the groups after it were not begun'],
    effect: 'unknown',
  })
}
