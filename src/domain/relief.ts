import type { Json } from './json.ts'
import type { Observation } from './observation.ts'
import type { StepContext } from './step-kind.ts'

/**
 * Takes visitors off the old side while the plan does not say so yet, because that side fails and the new one is proven. Not a way on: once the
 * old side answers again the step is applied anew, and its gates begin anew.
 */
export interface Relief<Spec, UndoRecord extends Json> {
  /** Pure. Whom a failing old side costs an answer while this step is in force: "95% of visitors". Undefined: nobody. */
  affects(spec: Spec): string | undefined
  /**
   * Proves the new side, sees that the old one fails, then moves the visitors in one write. Idempotent. Rejects with a ProblemError, nothing
   * written, where the new side is not proven or the old one answers; its `effect` says whether anything may have happened.
   */
  apply(context: StepContext<Spec>, undoRecord: UndoRecord): Promise<void>
  /** One look: are all visitors on the new side, and well there. */
  verify(context: StepContext<Spec>, undoRecord: UndoRecord): Promise<Observation>
}
