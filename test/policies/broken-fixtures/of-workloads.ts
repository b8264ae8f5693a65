import type { KubernetesObject } from '../../../src/domain/ports/index.ts'
import type { Breaks } from './breaks.ts'
import { add, all, drop, push, put } from './breaks.ts'

const POD = 'spec.template.spec'
const CONTAINER = `${POD}.containers.0`

/** Takes work from a queue: it lists no ports, and no Service selects it. */
export const WORKER: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'worker' },
  spec: {
    selector: { matchLabels: { app: 'worker' } },
    template: {
      metadata: { labels: { app: 'worker' } },
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [
          {
            name: 'worker',
            image: 'registry.example.org/worker:1.4.2',
            resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
            livenessProbe: { exec: { command: ['worker', 'alive'] } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
          },
        ],
      },
    },
  },
}

/** Breaks of a Deployment with one container that is all that it should be. `image`: its name without registry and tag. */
export const breaksOfWorkloads = (deployment: string, image: string): Breaks => ({
  'workloads/requests-set': drop(deployment, `${CONTAINER}.resources.requests.cpu`),
  'workloads/limits-set': drop(deployment, `${CONTAINER}.resources.limits.memory`),
  'workloads/quantities-valid': put(deployment, `${CONTAINER}.resources.limits.cpu`, 'half'),
  'workloads/requests-within-limits': put(deployment, `${CONTAINER}.resources.requests.memory`, '8Gi'),
  'workloads/readiness-set': drop(deployment, `${CONTAINER}.readinessProbe`),
  'workloads/liveness-set': drop(deployment, `${CONTAINER}.livenessProbe`),
  'workloads/worker-readiness-set': add(deployment, WORKER),
  'workloads/probe-ports-exist': put(deployment, `${CONTAINER}.readinessProbe.httpGet.port`, 'nobody'),
  'workloads/non-root': put(deployment, `${POD}.securityContext.runAsUser`, 0),
  'workloads/no-privilege-escalation': drop(deployment, `${CONTAINER}.securityContext.allowPrivilegeEscalation`),
  'workloads/no-host-namespaces': put(deployment, `${POD}.hostNetwork`, true),
  'workloads/no-host-ports': put(deployment, `${CONTAINER}.ports.0.hostPort`, 8080),
  'workloads/no-host-paths': push(deployment, `${POD}.volumes`, { name: 'of-the-node', hostPath: { path: '/srv' } }),
  'workloads/read-only-root': drop(deployment, `${CONTAINER}.securityContext.readOnlyRootFilesystem`),
  'workloads/moving-tag-pulled': put(deployment, `${CONTAINER}.image`, `registry.example.org/${image}:main`),
  'workloads/digest-pulled-always': all(
    put(deployment, `${CONTAINER}.image`, `registry.example.org/${image}@sha256:${'b'.repeat(64)}`),
    put(deployment, `${CONTAINER}.imagePullPolicy`, 'Always'),
  ),
  'workloads/selector-matches': put(deployment, 'spec.selector.matchLabels', { app: 'nobody' }),
  'config/no-secret-in-env': push(deployment, `${CONTAINER}.env`, { name: 'API_TOKEN', value: 'h7Gd93kLq2' }),
  'config/no-secret-in-arguments': push(deployment, `${CONTAINER}.args`, '--api-token=h7Gd93kLq2'),
  'config/references-exist': push(deployment, `${CONTAINER}.envFrom`, { configMapRef: { name: 'nobody' } }),
})

/** In production alone. */
export const breaksOfProduction = (deployment: string, image: string): Breaks => ({
  'workloads/no-latest-tag': put(deployment, `${CONTAINER}.image`, `registry.example.org/${image}:latest`),
  'workloads/pull-policy-never': all(
    put(deployment, `${CONTAINER}.image`, `registry.example.org/${image}:9.9.9`),
    put(deployment, `${CONTAINER}.imagePullPolicy`, 'Never'),
  ),
})

/** A Secret of the plan lacks a key that a container wants of it. */
export const breaksOfSecrets = (deployment: string, secret: string, key: string): Breaks => ({
  'config/keys-present': put(`Secret/${secret}`, `data.${key}`, ''),
  'config/base64-valid': put(`Secret/${secret}`, 'data.EXTRA', 'not base64!'),
  'config/reference-keys-exist': push(deployment, `${CONTAINER}.env`, {
    name: 'EXTRA',
    valueFrom: { secretKeyRef: { name: secret, key: 'NOBODY' } },
  }),
})
