import { z } from 'zod'
import { planSchema } from './schema/plan.ts'
import type { Registries } from './schema/plan.ts'

/**
 * JSON Schema (draft 2020-12) of a plan, for editors, from the very schema that `readPlan` checks with. It describes what a user writes
 * (durations as text, defaults left out), and that a step or gate has exactly one kind.
 */
export function planJsonSchema(registries: Registries): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(planSchema(registries), { io: 'input', target: 'draft-2020-12', override })
  return { $schema, title: 'jmc-migrate plan', ...schema }
}

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>

/** zod forgets the examples of a schema that transforms (durations do), and writes down a limit that every whole number has. */
const override: Override = ({ zodSchema, jsonSchema }) => {
  const examples = z.globalRegistry.get(zodSchema)?.['examples']
  if (Array.isArray(examples)) jsonSchema.examples = examples
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
