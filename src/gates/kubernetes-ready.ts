import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, fail, pass, pending } from '../domain/observation.ts'
import type { LookingGateKind, StepContext } from '../domain/step-kind.ts'
import { observeStanding } from './standing.ts'

const reference = z.strictObject({
  apiVersion: z.string().min(1).describe('Such as apps/v1'),
  kind: z.string().min(1).describe('Such as Deployment'),
  name: z.string().min(1).describe('metadata.name'),
  namespace: z.string().min(1).optional().describe("The target's namespace unless told"),
})
const spec = z.strictObject({
  objects: z.array(reference).min(1).optional().describe('Which objects must be ready; all that finished steps deployed unless told'),
})
export type KubernetesReadySpec = z.output<typeof spec>
type Reference = z.output<typeof reference>

export const kubernetesReady: LookingGateKind<KubernetesReadySpec> = {
  kind: 'kubernetes-ready',
  summary: 'Objects in Kubernetes are ready: what finished steps deployed, or those named',
  spec,
  example: { objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'jayne-martin-counselling' }] },
  targets: ['kubernetes'],
  describe: ({ objects }) =>
    objects === undefined ? 'all that finished steps deployed' : objects.map((each) => `${each.kind} ${each.name}`).join(', '),
  defaultPolicy: { ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 300_000 },
  observe: async (context) => {
    const { objects } = context.spec
    if (objects === undefined) return observeStanding(context, 'kubernetes-ready')
    return combine(await Promise.all(objects.map((each) => look(`${each.kind} ${each.name}`, () => observe(context, each)))))
  },
}

async function observe(
  { ports }: StepContext<KubernetesReadySpec>,
  { apiVersion, kind, name, namespace }: Reference,
): Promise<Observation> {
  const { status, reason, evidence } = await ports.kubernetes.readiness({
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
  })
  const what = `${kind} ${name}: ${reason}`
  if (status === 'current') return pass(what)
  return status === 'failed' ? fail(what, { evidence, side: 'new' }) : pending(what, { evidence, side: 'new' })
}
