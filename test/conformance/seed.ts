import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diskFiles } from '../../src/adapters/system/plan-files.ts'
import { labStart } from '../../src/cli/wire/lab-start.ts'
import type { LoadedPlan } from '../../src/cli/wire/plan-source.ts'
import { planOnDisk } from '../../src/cli/wire/plan-source.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { RenderingPort } from '../../src/domain/ports/index.ts'
import type { LabStart } from '../../src/lab/lab.ts'

/** The plan that every user begins with, and how its lab starts. */
export interface Seed extends LoadedPlan {
  readonly start: LabStart
  /** What charts give; none of the seed plans has one. */
  readonly rendering?: RenderingPort
}

const PATHS = {
  'at-once': fileURLToPath(new URL('../../plans/jayne-martin-counselling.yaml', import.meta.url)),
  'in-portions': fileURLToPath(new URL('../../plans/jayne-martin-counselling-in-portions.yaml', import.meta.url)),
}

export async function readSeed(how: keyof typeof PATHS = 'at-once'): Promise<Seed> {
  const path = PATHS[how]
  const { plan: watched, ...loaded } = await planOnDisk(path)
  // Simulated time jumps as soon as everybody sleeps; a watch that always sleeps would make it jump over real input and output under way.
  const { watch: _watch, ...plan } = watched
  return { ...loaded, plan, start: await labStart(plan, diskFiles(dirname(resolve(path)))) }
}

/** The plan as far as this step and no further. */
export function upTo(plan: Plan, step: string): Plan {
  return { ...plan, steps: plan.steps.slice(0, plan.steps.findIndex((each) => each.id === step) + 1) }
}
