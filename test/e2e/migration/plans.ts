import { fileURLToPath } from 'node:url'
import type { Migration } from '../world/migration.ts'
import { PLAN } from '../world/migration.ts'
import { jobForWorld, registerJob } from '../world/nomad-job.ts'
import type { World } from '../world/world.ts'
import { until } from './clean.ts'
import type { ScenarioOptions } from './stage.ts'

export const INGRESS = 'fixtures/jayne-martin-counselling/kubernetes/ingress.yaml'
const JOB_FILE = fileURLToPath(new URL('../../../fixtures/jayne-martin-counselling/nomad/job.json', import.meta.url))

/** What answers every question of a run to the end. */
export const CONFIRMED = ['--yes', '--confirm', 'jayne-martin-counselling'] as const

/** A job that Nomad takes for healthy after a second instead of ten, where its return is waited for. */
export const QUICK_TO_RETURN: ScenarioOptions = { job: { minHealthySeconds: 1 } }

/** For scenarios that are about what is done, not about how fast visitors are answered meanwhile: enough that no gap of a tenth of a second is missed. */
export const FEWER: ScenarioOptions = { perSecond: 20 }

/** The edge's file as somebody leaves it who was interrupted. */
export const broken = (file: Buffer): string => `${String(file)}\n  broken: [\n`

/** Gives the plan a state of its own after the job was stopped: one that a run can be told to stop at. */
export const withStoppedState = (migration: Migration): Promise<void> =>
  migration.editYaml(PLAN, [
    [['states'], ['nomad-only', 'both-running', 'k8s-only', 'stopped', 'nomad-removed']],
    [['steps', 4, 'reaches'], 'stopped'],
  ])

/** Where a scenario is about something else: the plan's gate after the switch looks often. */
export const quickGates = (migration: Migration): Promise<void> =>
  migration.editYaml(PLAN, [[['steps', 2, 'gates', 0, 'interval'], '200ms']])

/** Gives the old side's router a priority, as a tag of its job; resolves when the edge knows it. */
export const withPriority = (world: World, priority: number): Promise<void> =>
  withTags(world, [`traefik.http.routers.jmc.priority=${priority}`], { jmc: priority })

/** Gives the job more tags; resolves when the edge has the routers that are named, each with its priority. */
export async function withTags(world: World, tags: readonly string[], known: Readonly<Record<string, number>>): Promise<void> {
  const job = await jobForWorld(world, JOB_FILE)
  const [group] = job.TaskGroups
  const services = group['Services'] as readonly { readonly Tags: readonly string[] }[]
  const Services = services.map((service) => ({ ...service, Tags: [...service.Tags, ...tags] }))
  await registerJob(world, { ...job, TaskGroups: [{ ...group, Services }] })
  await until('the edge knows the routers', async () => {
    const answers = Object.entries(known).map(async ([router, priority]) => {
      const { body } = await world.client.ask(`${world.edge.api}/api/http/routers/${router}@consulcatalog`)
      return (JSON.parse(body) as { readonly priority?: number }).priority === priority
    })
    return (await Promise.all(answers)).every(Boolean)
  })
}
