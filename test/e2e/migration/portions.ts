import type { Migration } from '../world/migration.ts'
import { PORTIONS, stepsOf } from '../world/migration.ts'
import type { ScenarioOptions } from './stage.ts'

/** The plan that hands visitors over in portions. */
export const IN_PORTIONS: ScenarioOptions = { plan: PORTIONS, perSecond: 50 }

/** A state more: one that a run can be told to stop at. */
export const SPARE = 'with-spare'

/** Gives the plan that state, waits that are short where a scenario is about something else, and a check of the new side's health twice a second. */
export const quickPortions = (migration: Migration): Promise<void> =>
  setSteps(migration, {
    canary: { gates: [] },
    half: { gates: [] },
    'with-spare': {
      'shift-traefik-route': { send: 'failover', healthCheck: { path: '/', interval: '500ms', timeout: '500ms' } },
      reaches: SPARE,
    },
  })

/** Sets fields of the plan's steps, by the id of each; what is not named stays. States that steps reach for the first time are added. */
export async function setSteps(migration: Migration, fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<void> {
  const steps = await stepsOf(migration)
  const changed = steps.map((step) => ({ ...step, ...fields[step.id] }))
  const reached = changed.flatMap(({ reaches }) => (typeof reaches === 'string' ? [reaches] : []))
  for (const id of Object.keys(fields)) if (!steps.some((step) => step.id === id)) throw new Error(`the plan has no step ${id}`)
  await migration.editYaml(migration.plan, [
    [['states'], ['nomad-only', ...reached]],
    ...Object.entries(fields).flatMap(([id, of]) =>
      Object.entries(of).map(([name, value]) => [['steps', steps.findIndex((step) => step.id === id), name], value] as const),
    ),
  ])
}
