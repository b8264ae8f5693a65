import { fixedConnection } from '../../../src/adapters/kubernetes/connection.ts'
import { createKubernetes } from '../../../src/adapters/kubernetes/kubernetes.ts'
import type { ApplyOutcome, KubernetesObject } from '../../../src/domain/ports/kubernetes.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { toProblem } from '../../../src/domain/problem.ts'
import type { LabHandler } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import type { FakeClock } from '../../fakes/clock.ts'
import { createFakeClock } from '../../fakes/clock.ts'

/** The adapter on a handler, without sockets. */
export function portOn(
  handler: LabHandler,
  options: { readonly token?: string; readonly clock?: FakeClock } = {},
): ReturnType<typeof createKubernetes> {
  return createKubernetes({
    connect: fixedConnection({ server: 'https://kubernetes.test', token: options.token ?? 'lab-token' }),
    namespace: 'default',
    clock: options.clock ?? createFakeClock(),
    dispatcher: handlerDispatcher(handler),
  })
}

/** The problem that a call ends in. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (thrown) {
    return toProblem(thrown)
  }
  throw new Error('it did not fail')
}

export const LABELS = { app: 'website' }

export function deployment(
  changes: { readonly replicas?: number; readonly env?: string; readonly metadata?: object } = {},
): KubernetesObject {
  const { replicas = 1, env, metadata } = changes
  const container = {
    name: 'website',
    image: 'registry.test/website:1',
    ports: [{ name: 'http', containerPort: 80 }],
    ...(env !== undefined && { env: [{ name: 'TEXT', value: env }] }),
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'website', labels: LABELS, ...metadata },
    spec: { replicas, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: { containers: [container] } } },
  }
}

export const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'website' },
  spec: { selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
}

export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'website' }
export const SERVICE = { apiVersion: 'v1', kind: 'Service', name: 'website' }

export const VPA = {
  apiVersion: 'autoscaling.k8s.io/v1',
  kind: 'VerticalPodAutoscaler',
  metadata: { name: 'website' },
  spec: { targetRef: { kind: 'Deployment', name: 'website' } },
}

/** The object of an apply that was done. */
export function objectOf(outcome: ApplyOutcome): KubernetesObject {
  if (outcome.outcome !== 'created' && outcome.outcome !== 'configured') throw new Error(outcome.outcome)
  return outcome.object
}

export const settings = (data: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
})
export const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
