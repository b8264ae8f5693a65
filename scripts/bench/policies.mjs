import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

const OBJECTS = 1_000
const ROUNDS = 5

/** Every built-in rule over many objects that need each other: packs read, rules compiled and asked, in a process that did none of it before. */
export async function askPolicies({ modules }) {
  const { builtInPacks, evaluatePolicies } = await import(pathToFileURL(join(modules, 'policies.cjs')).href)
  const startedAt = performance.now()
  const packs = await builtInPacks()
  const read = performance.now() - startedAt
  const times = []
  let report
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = subjects()
    const before = performance.now()
    report = await evaluatePolicies(packs, asked, [])
    times.push(performance.now() - before)
  }
  // No registry is asked, which the report says; nothing else may be without an answer.
  const unanswered = [...report.problems, ...report.warnings].filter(({ code }) => code !== 'images-not-asked')
  if (unanswered.length > 0) throw new Error(unanswered[0].summary)
  const rules = packs.reduce((all, pack) => all + pack.rules.length, 0)
  const questions = Object.values(report.asked).reduce((all, amount) => all + amount, 0)
  return {
    rows: [{ what: `policies over ${OBJECTS.toLocaleString('en-GB')} objects, cold`, measured: read + times[0], limit: 1_000, unit: 'ms' }],
    notes: [
      `${rules} rules asked ${questions.toLocaleString('en-GB')} times; ${read.toFixed(0)} ms of it to read the packs; again in the same process: ${Math.min(...times).toFixed(0)} ms`,
    ],
  }
}

function subjects() {
  const objects = Array.from({ length: OBJECTS / 5 }, (_, index) => application(`app-${index}`)).flat()
  return {
    plan: { name: 'many', environment: 'production', namespace: 'many', singleWriter: false, movesSite: false, host: '', expects: {} },
    objects: objects.map((object) => ({ object, step: 'deploy', source: { file: 'many.yaml', line: 1, column: 1 } })),
    charts: [],
    now: Date.now(),
  }
}

/** What one application brings: a Deployment, its Service, settings, an autoscaler, a network policy. */
function application(name) {
  const metadata = { name, namespace: 'many', labels: { app: name } }
  const previous = `app-${Math.max(0, Number(name.slice(4)) - 1)}`
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: pod(name) } },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { NEXT_URL: `http://${previous}.many.svc.cluster.local:80`, LOG_LEVEL: 'info' },
    },
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec: autoscaler(name) },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec: network(name, previous) },
  ]
}

const probe = { httpGet: { path: '/health', port: 'http' }, periodSeconds: 10 }
const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '200m', memory: '256Mi' } }

const pod = (name) => ({
  securityContext: { runAsNonRoot: true, runAsUser: 1000 },
  containers: [
    {
      name: 'app',
      image: `registry.example.org/${name}:1.0.0`,
      imagePullPolicy: 'IfNotPresent',
      ports: [{ name: 'http', containerPort: 8080 }],
      envFrom: [{ configMapRef: { name } }],
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      livenessProbe: probe,
      readinessProbe: probe,
      resources,
    },
  ],
})

const autoscaler = (name) => ({
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
  minReplicas: 2,
  maxReplicas: 5,
  metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
})

const network = (name, previous) => ({
  podSelector: { matchLabels: { app: name } },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }],
  egress: [{ to: [{ podSelector: { matchLabels: { app: previous } } }], ports: [{ port: 8080 }] }],
})
