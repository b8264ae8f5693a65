import { z } from 'zod'
import type { GateKinds } from '../../domain/step-kind.ts'
import { duration } from './fields.ts'

const policy = {
  interval: duration().optional().describe('Time between two observations.'),
  timeout: duration().optional().describe('How long it may take to settle.'),
  successThreshold: z.int().min(1).optional().describe('Passes in a row that settle the gate.'),
  hold: duration().optional().describe('Once settled: how long it must stay so. Time counts only while it was observed.'),
  failureThreshold: z.int().min(0).optional().describe('Failed observations that are tolerated, in all, during `hold`.'),
  inconclusive: z
    .enum(['pause', 'fail', 'ignore'])
    .optional()
    .describe('What to do when the world could not be seen until the timeout: wait for a person, fail, or look on.'),
}

export const POLICY_FIELDS = Object.keys(policy) as readonly (keyof typeof policy)[]

/** A gate: the kind's spec under the kind's name, and the policy beside it. */
export const gate = (kinds: GateKinds) =>
  z
    .strictObject({ ...kindFields(kinds), ...policy })
    .meta({ oneOf: [...kinds.keys()].map((kind) => ({ required: [kind] })) })
    .describe('Observations repeated until they settle. Exactly one gate kind; what the policy leaves out is the default of the kind.')

/** One optional field per kind. That exactly one is there is checked where the keys have places (`one-kind.ts`). */
export const kindFields = (
  kinds: ReadonlyMap<string, { readonly summary: string; readonly spec: z.ZodType; readonly example: unknown }>,
): Record<string, z.ZodType> =>
  Object.fromEntries(
    [...kinds].map(([kind, { summary, spec, example }]) => [kind, spec.optional().meta({ description: summary, examples: [example] })]),
  )
