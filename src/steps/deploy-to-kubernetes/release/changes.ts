import type { Change } from '../../../domain/change.ts'
import { equal, semanticFields } from '../field-paths.ts'
import { nameOf } from '../record.ts'
import type { PlacedObject } from './contents.ts'
import { among } from './contents.ts'

/** What an upgrade makes of the objects of a release, from one manifest to the next; kept ones that leave it stay. */
export function objectChanges(before: readonly PlacedObject[], after: readonly PlacedObject[]): readonly Change[] {
  const made = after.flatMap((each): readonly Change[] => {
    const old = among(before, each.reference)
    const change = { system: 'kubernetes', object: nameOf(each.reference), after: semanticFields(each.object) }
    if (old === undefined) return [{ ...change, action: 'create' }]
    const was = semanticFields(old.object)
    return equal(was, change.after) ? [] : [{ ...change, action: 'update', before: was }]
  })
  const gone = before
    .filter((each) => !each.kept && among(after, each.reference) === undefined)
    .map((each): Change => ({
      system: 'kubernetes',
      object: nameOf(each.reference),
      action: 'delete',
      before: semanticFields(each.object),
      remarks: ['it is no longer in the chart: helm deletes it, and a rollback makes it anew'],
    }))
  return [...made, ...gone]
}
