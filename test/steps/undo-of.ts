import type { Json } from '../../src/domain/json.ts'
import type { ActingStepKind, Undo } from '../../src/domain/step-kind.ts'

/** The undo of a kind that has one. */
export function undoOf<Spec, UndoRecord extends Json, NoteValue extends Json>(
  kind: ActingStepKind<Spec, UndoRecord, NoteValue>,
): Undo<Spec, UndoRecord, NoteValue> {
  if ('irreversible' in kind.undo) throw new Error(`${kind.kind} has no undo`)
  return kind.undo
}
