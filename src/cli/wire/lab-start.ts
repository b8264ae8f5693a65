import { basename } from 'node:path'
import { z } from 'zod'
import type { Json, JsonObject } from '../../domain/json.ts'
import type { Plan } from '../../domain/plan.ts'
import type { PlanFiles } from '../../domain/ports/files.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { LabStart } from '../../lab/lab.ts'

/** What a plan's `lab:` block may say: how the embedded world starts. */
const block = z.strictObject({
  nomad: z.strictObject({ job: z.string() }).optional(),
  edge: z.strictObject({ dynamicConfig: z.string(), metrics: z.boolean().optional() }).optional(),
  application: z.strictObject({ body: z.string() }).optional(),
  kubernetes: z
    .strictObject({
      customResources: z.array(z.string()).optional(),
      /** Unless told, the target's own namespace is there already. */
      namespaces: z.array(z.string()).optional(),
      metricsServer: z.boolean().optional(),
    })
    .optional(),
})

/** The first world of a plan: its `lab:` block, and what the plan itself says of addresses and namespaces. */
export async function labStart(plan: Plan, files: PlanFiles): Promise<LabStart> {
  const parsed = block.safeParse(plan.lab ?? {})
  if (!parsed.success)
    throw new ProblemError(
      badBlock(
        plan,
        parsed.error.issues.map((issue) => `lab.${issue.path.join('.')}: ${issue.message}`),
      ),
    )
  const { nomad, edge, application, kubernetes } = parsed.data
  const target = plan.targets.edge
  const body = application?.body ?? plan.site?.expect.body ?? 'hello'
  return {
    // A plan without a site has no visitors: the lab's edge is there and nobody asks it.
    siteHost: plan.site === undefined ? 'localhost' : new URL(plan.site.url).host,
    jobs: nomad ? [await jobOf(plan, files, nomad.job)] : [],
    dynamicConfig: edge ? await files.read(edge.dynamicConfig) : '',
    dynamicConfigPath: dynamicConfigPath(plan),
    addresses: {
      api: target ? hostAndPort(target.api) : '127.0.0.1:8080',
      visitors: target?.visitors ?? '127.0.0.1:443',
      ingress: [...ingressAddresses(plan), 'host.docker.internal:30443'],
    },
    ...(edge?.metrics !== undefined && { metrics: edge.metrics }),
    application: { body },
    customResources: kubernetes?.customResources ?? [],
    ...(kubernetes?.metricsServer !== undefined && { metricsServer: kubernetes.metricsServer }),
    namespaces: kubernetes?.namespaces ?? (plan.targets.kubernetes ? [plan.targets.kubernetes.namespace] : []),
  }
}

async function jobOf(plan: Plan, files: PlanFiles, path: string): Promise<JsonObject> {
  const text = await files.read(path)
  try {
    const job: Json = JSON.parse(text)
    if (typeof job === 'object' && job !== null && !Array.isArray(job)) return job as JsonObject
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new ProblemError(badBlock(plan, [`lab.nomad.job: ${path} is not a job in JSON`]))
}

export const dynamicConfigPath = (plan: Plan): string => plan.targets.edge?.dynamicConfig ?? '/etc/traefik/dynamic_conf.yml'

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`
}

/** Every address that the plan's steps give for the cluster, wherever they say it. */
function ingressAddresses(plan: Plan): readonly string[] {
  return plan.steps.flatMap((step) => {
    const address = typeof step.spec === 'object' && step.spec !== null && 'address' in step.spec ? step.spec.address : undefined
    return typeof address === 'string' ? [address] : []
  })
}

const badBlock = (plan: Plan, details: readonly string[]): Problem => ({
  code: 'lab-block-invalid',
  summary: `the lab: block of ${basename(plan.path)} is not understood`,
  details,
  next: ['plans/jayne-martin-counselling.yaml shows all of its fields'],
  effect: 'no',
  exitCode: 65,
})
