import type { Breaks } from './breaks.ts'
import { add, put, rewrite } from './breaks.ts'
import type { BrokenFixture } from './fixtures.ts'
import { breaksOfChart, breaksOfImages, breaksOfOtherValues, breaksOfSecretValues, breaksOfTemplate } from './of-charts.ts'
import {
  breaksOfAutoscaler,
  breaksOfCalls,
  breaksOfConfigMap,
  breaksOfIngress,
  breaksOfOpenNetwork,
  breaksOfServices,
} from './of-services.ts'
import { breaksOfProduction, breaksOfSecrets, breaksOfWorkloads } from './of-workloads.ts'

const CHART = '../fixtures/phase-iv/todo-backend'
const BACKEND = 'Deployment/todo-backend'

/** What both environments have. `values`: those of the environment. */
const breaksOfBoth = (values: string, namespace: string): Breaks => ({
  ...breaksOfWorkloads(BACKEND, 'todo-backend'),
  ...breaksOfSecrets(BACKEND, 'todo-backend', 'JWT_SECRET_KEY'),
  ...breaksOfConfigMap('ConfigMap/todo-backend'),
  'config/no-secret-in-git': add(`Namespace/${namespace}`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'forgotten', namespace },
    stringData: { SMTP_PASSWORD: 'h7Gd93kLq2' },
  }),
  ...breaksOfServices('Service/todo-backend', ['Service/todo-frontend']),
  ...breaksOfCalls('ConfigMap/todo-frontend', 'data.BACKEND_URL', 'todo-backend'),
  ...breaksOfOpenNetwork(BACKEND),
  ...breaksOfChart(CHART),
  'charts/dependencies-pinned': rewrite(CHART, 'Chart.yaml', (text) => text.replace(/\n {4}version: .*/, '')),
  ...breaksOfTemplate(CHART, 'deployment.yaml', 'progressDeadlineSeconds', '120'),
  ...breaksOfOtherValues(CHART, values),
  ...breaksOfSecretValues(CHART, 'databaseUrl'),
  ...breaksOfImages('todo-backend', BACKEND),
})

export const phaseIvDev: BrokenFixture = {
  plan: 'phase-iv.dev',
  breaks: {
    ...breaksOfBoth('values/dev.yaml', 'todo-dev'),
    'workloads/latest-tag-elsewhere': put(BACKEND, 'spec.template.spec.containers.0.image', 'registry.example.org/todo-backend:latest'),
  },
  already: {},
  unbreakable: {},
}

export const phaseIvProd: BrokenFixture = {
  plan: 'phase-iv.prod',
  breaks: {
    ...breaksOfBoth('values/prod.yaml', 'todo-prod'),
    ...breaksOfProduction(BACKEND, 'todo-backend'),
    ...breaksOfAutoscaler('HorizontalPodAutoscaler/todo-backend', BACKEND),
    ...breaksOfIngress('Ingress/todo-frontend', 'todo-tls', { path: '/api', service: 'todo-frontend', port: 80 }),
  },
  already: {
    'ingress/tls-secret-exists': 'the certificate is made by somebody else, which the plan says in its first lines: a warning',
    'network/policies-present': 'issue 5 gives this fixture no NetworkPolicies: a hint',
  },
  unbreakable: {},
}
