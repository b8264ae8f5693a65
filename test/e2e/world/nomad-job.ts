import { readFile } from 'node:fs/promises'
import { NOMAD } from './addresses.ts'
import { OLD_BODY } from './bodies.ts'
import { tool } from './tools/build-tools.ts'
import type { World } from './world.ts'

/** What a task of the world needs to say; everything else is the fixture's. */
export interface JobChanges {
  /** What the application answers, and more of its environment (tools/site/main.go). */
  readonly environment?: Readonly<Record<string, string>>
  readonly count?: number
  /** How long it must be healthy before Nomad believes it; 10 s unless told, as in Nomad. */
  readonly minHealthySeconds?: number
}

interface Job {
  readonly ID: string
  readonly Namespace: string
  readonly TaskGroups: readonly [Readonly<Record<string, unknown>>]
}

/**
 * The fixture's job as this world can run it: the application as a process on the host's own network instead of a container behind Consul
 * Connect, announced in Nomad's list of services, from which the catalog answers. Names, tags and namespace are the fixture's.
 */
export async function jobForWorld(
  world: World,
  fixture: string,
  { environment = {}, count = 1, minHealthySeconds }: JobChanges = {},
): Promise<Job> {
  const job = JSON.parse(await readFile(fixture, 'utf8')) as Job
  const [group] = job.TaskGroups
  const [service] = group['Services'] as readonly [{ readonly Name: string; readonly Tags: readonly string[] }]
  return {
    ...job,
    TaskGroups: [
      {
        ...group,
        Count: count,
        ...(minHealthySeconds === undefined ? {} : { Update: { MaxParallel: 1, MinHealthyTime: minHealthySeconds * 1e9 } }),
        ShutdownDelay: world.settings.shutdownDelaySeconds * 1e9,
        Networks: [{ DynamicPorts: [{ Label: 'http' }] }],
        Services: [
          {
            Name: service.Name,
            PortLabel: 'http',
            Provider: 'nomad',
            Tags: service.Tags.filter((tag) => !tag.startsWith('traefik.consulcatalog.')),
            Checks: [{ Name: 'website', Type: 'http', Path: '/', Interval: 1e9, Timeout: 1e9 }],
          },
        ],
        Tasks: [
          {
            Name: 'website',
            Driver: 'raw_exec',
            Config: { command: tool(world.tools, 'site') },
            Env: { HOST: '127.0.0.1', PORT: '${NOMAD_PORT_http}', TEXT: OLD_BODY, ...environment },
            KillTimeout: 5e9,
            Resources: { CPU: 50, MemoryMB: 64 },
          },
        ],
      },
    ],
  }
}

/** Registers the job in its namespace, which is made where it is absent. */
export async function registerJob(world: World, job: Job): Promise<void> {
  const headers = { 'x-nomad-token': world.nomad.token }
  const put = async (path: string, body: object): Promise<void> => {
    const { status, body: said } = await world.client.ask(`${NOMAD}${path}`, { method: 'POST', headers, body })
    if (status !== 200) throw new Error(`Nomad answered ${status} to ${path}: ${said}`)
  }
  await put(`/v1/namespace/${job.Namespace}`, { Name: job.Namespace })
  await put('/v1/jobs', { Job: job })
}
