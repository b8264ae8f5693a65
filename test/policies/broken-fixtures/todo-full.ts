import type { Breaks } from './breaks.ts'
import { add, all, drop, duplicate, expecting, push, put, remove, rewrite } from './breaks.ts'
import type { BrokenFixture } from './fixtures.ts'
import { breaksOfChart, breaksOfImages, breaksOfSecretValues } from './of-charts.ts'
import { breaksOfAutoscaler, breaksOfCalls, breaksOfConfigMap, breaksOfIngress, breaksOfServices } from './of-services.ts'
import { breaksOfProduction, breaksOfSecrets, breaksOfWorkloads, WORKER } from './of-workloads.ts'

const CHART = '../fixtures/todo-full/secrets'
const BACKEND = 'Deployment/todo-backend'

const breaksOfNetwork: Breaks = {
  'network/needed-flows-allowed': drop('NetworkPolicy/todo-backend', 'spec.egress.2'), // DNS
  'network/nothing-more-allowed': push('NetworkPolicy/todo-backend', 'spec.ingress', {}),
  'network/pods-isolated': all(
    drop('NetworkPolicy/todo-frontend', 'spec.egress'),
    put('NetworkPolicy/todo-frontend', 'spec.policyTypes', ['Ingress']),
  ),
  'network/policy-selects-pods': all(
    duplicate('NetworkPolicy/todo-frontend', 'left-behind'),
    put('NetworkPolicy/left-behind', 'spec.podSelector', { matchLabels: { app: 'nobody' } }),
  ),
  'network/policies-present': all(remove('NetworkPolicy/todo-frontend'), remove('NetworkPolicy/todo-backend')),
  'network/outside-exists': expecting('outside.2', { from: 'Deployment/nobody', to: 'api.example.org', port: 443 }),
}

export const todoFull: BrokenFixture = {
  plan: 'todo-full',
  breaks: {
    ...breaksOfWorkloads(BACKEND, 'todo-backend'),
    'workloads/worker-readiness-set': all(
      add(BACKEND, WORKER),
      add(BACKEND, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'worker' },
        spec: { podSelector: { matchLabels: { app: 'worker' } }, policyTypes: ['Ingress', 'Egress'] },
      }),
    ),
    ...breaksOfProduction(BACKEND, 'todo-backend'),
    ...breaksOfSecrets(BACKEND, 'todo-backend-secrets', 'COHERE_API_KEY'),
    ...breaksOfConfigMap('ConfigMap/todo-backend-config'),
    'config/no-secret-in-git': add(BACKEND, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'forgotten' },
      stringData: { SMTP_PASSWORD: 'h7Gd93kLq2' },
    }),
    ...breaksOfServices('Service/todo-backend', []),
    ...breaksOfCalls('ConfigMap/todo-frontend-config', 'data.BACKEND_URL', 'todo-backend'),
    ...breaksOfAutoscaler('HorizontalPodAutoscaler/todo-backend', BACKEND),
    ...breaksOfIngress('Ingress/todo', 'todo-tls', { path: '/', service: 'todo-backend', port: 8000 }),
    'ingress/pages-and-api-reachable': drop('Ingress/todo', 'spec.rules.0.http.paths.0'),
    ...breaksOfNetwork,
    ...breaksOfChart(CHART),
    // The chart has one value that a template could repeat: the Secret's name.
    'charts/no-hard-coded-values': rewrite(CHART, 'templates/secret.yaml', (text) =>
      text.replace('metadata:\n', 'metadata:\n  annotations:\n    mounted-as: todo-backend-secrets\n'),
    ),
    ...breaksOfSecretValues(CHART, 'databaseUrl'),
    ...breaksOfImages('todo-backend', BACKEND),
  },
  already: {
    'ingress/tls-secret-exists': 'the certificate is made by somebody else, which the plan says in its first lines: a warning',
  },
  unbreakable: {},
}
