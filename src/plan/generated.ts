import { planJsonSchema } from './json-schema.ts'
import { planReference } from './reference.ts'
import type { Registries } from './schema/plan.ts'

/** The files that are generated from the kinds, by their paths in the repository. A test keeps them fresh; `scripts/generate-plan.mjs` writes them. */
export const generatedFiles = (registries: Registries): Readonly<Record<string, string>> => ({
  'schema/plan.v1.json': `${JSON.stringify(planJsonSchema(registries), null, 2)}\n`,
  'docs/plan-reference.md': planReference(registries),
})
