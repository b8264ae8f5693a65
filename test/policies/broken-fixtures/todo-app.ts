import { put, unwaived } from './breaks.ts'
import type { BrokenFixture } from './fixtures.ts'
import { breaksOfChart, breaksOfDockerfile, breaksOfImages, breaksOfSecretValues, breaksOfTemplate } from './of-charts.ts'
import { breaksOfOpenNetwork, breaksOfServices } from './of-services.ts'
import { breaksOfSecrets, breaksOfWorkloads } from './of-workloads.ts'

const CHART = '../fixtures/todo-app/chart'
const BACKEND = 'Deployment/todo-app-backend'
const API_URL = 'spec.template.spec.containers.0.env.1.value'

export const todoApp: BrokenFixture = {
  plan: 'todo-app',
  breaks: {
    ...breaksOfWorkloads(BACKEND, 'todo-backend'),
    'workloads/latest-tag-elsewhere': unwaived('workloads/latest-tag-elsewhere'),
    ...breaksOfSecrets(BACKEND, 'todo-app-secrets', 'JWT_SECRET'),
    ...breaksOfServices('Service/todo-app-backend', ['Service/todo-app-frontend']),
    'services/addressed-port-exists': put('Deployment/todo-app-frontend', API_URL, 'http://todo-app-backend:9/api/v1'),
    'services/addressed-service-exists': put('Deployment/todo-app-frontend', API_URL, 'http://nobody:8000/api/v1'),
    ...breaksOfOpenNetwork(BACKEND),
    ...breaksOfChart(CHART),
    ...breaksOfTemplate(CHART, 'backend-deployment.yaml', 'replicas', '1'),
    ...breaksOfSecretValues(CHART, 'databaseUrl'),
    ...breaksOfImages('todo-backend', BACKEND),
    ...breaksOfDockerfile('../fixtures/todo-app/images/frontend.Dockerfile'),
  },
  already: {},
  unbreakable: {
    'images/dockerfile-read': 'a Dockerfile that the plan names and nobody can read refuses the plan before any rule is asked',
  },
}
