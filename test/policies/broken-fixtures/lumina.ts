import type { Breaks } from './breaks.ts'
import { add, all, drop, push, put, unwaived } from './breaks.ts'
import type { BrokenFixture } from './fixtures.ts'
import { breaksOfChart, breaksOfImages, breaksOfSecretValues, breaksOfTemplate } from './of-charts.ts'
import { breaksOfCalls, breaksOfConfigMap, breaksOfOpenNetwork, breaksOfServices } from './of-services.ts'
import { breaksOfProduction, breaksOfSecrets, breaksOfWorkloads } from './of-workloads.ts'

const CHART = '../fixtures/lumina/chart'
const BACKEND = 'Deployment/backend'
const CHATBOT = 'Deployment/chatbot'

/** The backend keeps its data in a SQLite file. */
const breaksOfSingleWriter: Breaks = {
  'workloads/single-writer-one-replica': put(BACKEND, 'spec.replicas', 2),
  'workloads/single-writer-recreated': put(BACKEND, 'spec.strategy', { type: 'RollingUpdate' }),
  'workloads/single-writer-not-scaled': all(
    drop(BACKEND, 'spec.replicas'), // which an autoscaler owns
    add(BACKEND, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'backend' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'backend' },
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
    }),
  ),
  'workloads/single-writer-alone-on-claim': all(
    put(CHATBOT, 'spec.strategy', { type: 'Recreate' }), // it is a writer like the backend then
    push(CHATBOT, 'spec.template.spec.volumes', { name: 'data', persistentVolumeClaim: { claimName: 'backend-sqlite-pvc' } }),
    push(CHATBOT, 'spec.template.spec.containers.0.volumeMounts', { name: 'data', mountPath: '/app/data' }),
  ),
}

export const lumina: BrokenFixture = {
  plan: 'lumina',
  breaks: {
    ...breaksOfWorkloads(BACKEND, 'lumina-backend'),
    ...breaksOfProduction(BACKEND, 'lumina-backend'),
    'workloads/no-latest-tag': unwaived('workloads/no-latest-tag'),
    ...breaksOfSingleWriter,
    ...breaksOfSecrets(BACKEND, 'backend-secrets', 'SMTP_USER'),
    ...breaksOfConfigMap('ConfigMap/backend-config'),
    ...breaksOfServices('Service/backend-service', ['Service/frontend-service']),
    ...breaksOfCalls('ConfigMap/chatbot-config', 'data.BACKEND_URL', 'backend-service.lumina.svc.cluster.local'),
    ...breaksOfOpenNetwork(BACKEND),
    ...breaksOfChart(CHART),
    ...breaksOfTemplate(CHART, 'frontend/deployment.yaml', 'replicas', '1'),
    ...breaksOfSecretValues(CHART, 'jwtSecretKey'),
    ...breaksOfImages('lumina-backend', BACKEND),
  },
  already: {
    'network/policies-present': 'issue 5 gives this fixture no NetworkPolicies: a hint',
  },
  unbreakable: {},
}
