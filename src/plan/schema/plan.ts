import { z } from 'zod'
import type { GateKinds, StepKinds } from '../../domain/step-kind.ts'
import { name } from './fields.ts'
import { policies } from './policies.ts'
import { site } from './site.ts'
import { step } from './steps.ts'
import { targets } from './targets.ts'
import { watch } from './watch.ts'

/** The kinds that a plan may name. */
export interface Registries {
  readonly kinds: StepKinds
  readonly gates: GateKinds
}

export const API_VERSION = 'jmc-migrate/v1'
export const DEFAULT_STATES = ['nomad-only', 'both-running', 'k8s-only', 'nomad-removed'] as const

/** The shape of a whole plan. No root `id`: it would turn the JSON Schema into references. */
const build = ({ kinds, gates }: Registries) =>
  z
    .strictObject({
      apiVersion: z.literal(API_VERSION).describe('Version of the plan format.'),
      name: name('a name').describe(
        "Name of the migration, for people. Its journal is kept beside the plan under the name of the plan's file (`.jmc-migrate/FILE`), links followed.",
      ),
      site: site.optional().describe('What a visitor must see: said once, the default of every gate. A plan without it moves no visitors.'),
      environment: name('an environment')
        .optional()
        .describe('Where its objects will live; rules may ask for it. Default: `production`, which is judged most strictly.'),
      targets,
      states: z
        .tuple([name('a state'), name('a state')], name('a state'))
        .default([...DEFAULT_STATES])
        .describe('The states of the migration, in order. The first is where everything starts.'),
      steps: z.array(step(kinds, gates)).min(1).describe('What is done, in order.'),
      watch: watch().optional(),
      singleWriter: z
        .boolean()
        .default(false)
        .describe('Old and new must never both run: a database with one writer, a volume that only one may mount.'),
      policies: policies.optional(),
      lab: z.unknown().optional().describe("How the embedded lab's world starts; understood by `--lab` alone."),
    })
    .describe('A plan of jmc-migrate: how one site moves from Nomad to Kubernetes.')

export type PlanSchema = ReturnType<typeof build>
export type ParsedPlan = z.output<PlanSchema>

const built = new WeakMap<StepKinds, WeakMap<GateKinds, PlanSchema>>()

/** Built once per pair of registries: building costs far more than checking a plan. */
export function planSchema(registries: Registries): PlanSchema {
  const byGates = built.get(registries.kinds) ?? new WeakMap<GateKinds, PlanSchema>()
  built.set(registries.kinds, byGates)
  const schema = byGates.get(registries.gates) ?? build(registries)
  byGates.set(registries.gates, schema)
  return schema
}
