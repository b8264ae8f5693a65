import { z } from 'zod'
import type { GateKinds, StepKinds } from '../../domain/step-kind.ts'
import { name } from './fields.ts'
import { gate, kindFields } from './gates.ts'

const onFailure = z
  .union([
    z.enum(['rollback', 'pause']),
    z.strictObject({ rollbackTo: z.string().min(1).describe('A state that was reached before this step.') }),
  ])
  .default('rollback')
  .describe(
    '`rollback` goes back to the latest reached state in which visitors are on a side that has not failed; `pause` waits for a person; `rollbackTo` names the state.',
  )

export const STEP_FIELDS = ['id', 'gates', 'reaches', 'onFailure'] as const

/** A step: the kind's spec under the kind's name, and what all steps have beside it. */
export const step = (kinds: StepKinds, gates: GateKinds) =>
  z
    .strictObject({
      id: name('an id').describe('Name of the step, unique in the plan.'),
      ...kindFields(kinds),
      gates: z.array(gate(gates)).default([]).describe("Looked at one after the other, after the step's own check."),
      reaches: z.string().min(1).optional().describe('The state that the migration is in once the step is done.'),
      onFailure,
    })
    .meta({ oneOf: [...kinds.keys()].map((kind) => ({ required: [kind] })) })
    .describe('One thing done or awaited. Exactly one step kind.')
