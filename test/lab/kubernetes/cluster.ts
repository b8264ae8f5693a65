import { createLabKubernetes } from '../../../src/lab/kubernetes/kubernetes.ts'
import type { KubernetesWorld, KubernetesWorldOptions } from '../../../src/lab/kubernetes/kubernetes.ts'
import { initialKubernetesWorld } from '../../../src/lab/kubernetes/kubernetes.ts'
import type { LabFault, LabHandler, LabKubernetes, LabRequest, LabResponse } from '../../../src/lab/contract.ts'
import type { Json } from '../../../src/domain/json.ts'
import type { FakeClock } from '../../fakes/clock.ts'
import { createFakeClock } from '../../fakes/clock.ts'

export interface TestCluster {
  readonly world: KubernetesWorld
  readonly clock: FakeClock
  readonly kubernetes: LabKubernetes
  readonly handler: LabHandler
  /** How often the world was reported changed. */
  readonly changes: () => number
}

/** A lab cluster whose time a test moves. */
export function createTestCluster(options: Partial<KubernetesWorldOptions> = {}, faults: readonly LabFault[] = []): TestCluster {
  const world = initialKubernetesWorld({ application: { body: '<h1>Jayne Martin</h1>' }, ...options })
  return overWorld(world, createFakeClock(), faults)
}

export function overWorld(world: KubernetesWorld, clock: FakeClock, faults: readonly LabFault[] = []): TestCluster {
  let changes = 0
  const kubernetes = createLabKubernetes(world, { clock, faults: new Set(faults), changed: () => changes++ })
  return { world, clock, kubernetes, handler: kubernetes.handler, changes: () => changes }
}

export function labRequest(
  method: string,
  target: string,
  options: { readonly token?: string; readonly type?: string; readonly body?: Json | undefined; readonly host?: string } = {},
): LabRequest {
  const url = new URL(target, 'https://kubernetes.test')
  const { token = 'lab-token', type = 'application/json', body, host } = options
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...(host !== undefined && { host }),
    },
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    signal: new AbortController().signal,
  }
}

export function bodyOf(response: LabResponse | 'drop'): Json {
  if (response === 'drop') throw new Error('no answer')
  const isJson = response.headers?.['content-type']?.startsWith('application/json') === true
  const parsed: Json = isJson ? JSON.parse(response.body) : response.body
  return parsed
}
