import type { Application, DryRun, StatusView, UserInterface } from '../../src/cli/contract.ts'
import type { Event, RollbackReport, RunResult, StepPreview } from '../../src/domain/event.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import type { GateProgress } from '../../src/domain/records.ts'

export const PLAN = 'plans/jayne-martin-counselling.yaml'

export const PROGRESS: GateProgress = {
  phase: 'settling',
  successesInARow: 0,
  observations: 0,
  passed: 0,
  failed: 0,
  inconclusive: 0,
  observedHoldMs: 0,
  unobservedMs: 0,
}

export const DEPLOY: StepPreview = {
  step: 'deploy',
  kind: 'deploy-to-kubernetes',
  reaches: 'both-running',
  changes: [
    { system: 'kubernetes', object: 'Deployment default/web', action: 'create', after: { kind: 'Deployment', spec: { replicas: 1 } } },
    {
      system: 'kubernetes',
      object: 'Service default/web',
      action: 'update',
      before: { spec: { ports: [{ port: 80, targetPort: 8080 }] } },
      after: { spec: { ports: [{ port: 80, targetPort: 80 }] } },
      remarks: ['adopts an object that Terraform manages'],
    },
  ],
  gates: [],
  basis: [],
  warnings: [],
  ifItFails: { rollbackTo: 'nomad-only' },
}

export const PURGE: StepPreview = {
  step: 'uninstall',
  kind: 'purge-nomad-job',
  reaches: 'nomad-removed',
  changes: [{ system: 'nomad', object: 'job web', action: 'delete', before: { ID: 'web' } }],
  gates: [{ kind: 'http', policy: { ...DEFAULT_GATE_POLICY, successThreshold: 5 } }],
  basis: [],
  warnings: [],
  ifItFails: { pause: 'the job is gone from Nomad' },
  irreversible: 'the job is gone from Nomad',
}

export const REPORT: RollbackReport = {
  cause: 'automatic',
  reason: 'the body lacks "Jayne Martin"',
  failedStep: 'soak',
  evidence: ['router k8s-jmc@file won'],
  from: 'k8s-only',
  to: 'both-running',
  verified: ['router jmc@consulcatalog wins'],
  undone: ['router k8s-jmc taken out'],
  left: ['Namespace web'],
  visitors: { observations: 140, wrong: 2, wrongForMs: 1_200 },
  ms: 4_200,
}

export const DRY_RUN: DryRun = {
  schema: 1,
  plan: 'jayne-martin-counselling',
  planDigest: 'abc',
  files: { plan: 'abc' },
  from: 'nomad-only',
  to: 'nomad-removed',
  lab: false,
  findings: [{ target: 'kubernetes', finding: { what: 'may patch deployments', verdict: 'pass' } }],
  steps: [DEPLOY, PURGE],
}

export const STATUS: StatusView = {
  journal: 'plans/.jmc-migrate/web',
  live: [
    { what: 'the site', observation: { verdict: 'pass', reason: 'answered 200 in 9 ms' } },
    { what: 'the old side', observation: { verdict: 'inconclusive', reason: 'Nomad did not answer' } },
  ],
  lastRollback: REPORT,
  report: {
    plan: 'jayne-martin-counselling',
    runId: 'r1',
    startedAt: Date.UTC(2026, 10, 21, 9, 20),
    states: [
      { name: 'nomad-only', reachedAt: 1, current: false },
      { name: 'both-running', reachedAt: 2, current: true },
      { name: 'k8s-only', current: false },
    ],
    steps: [
      { id: 'deploy', kind: 'deploy-to-kubernetes', reaches: 'both-running', phase: 'done' },
      {
        id: 'soak',
        kind: 'soak',
        phase: 'gating',
        gate: {
          name: 'own',
          holdMs: 300_000,
          progress: {
            ...PROGRESS,
            phase: 'holding',
            observations: 131,
            passed: 130,
            failed: 1,
            observedHoldMs: 130_000,
            unobservedMs: 61_000,
          },
        },
      },
    ],
    mode: 'forward',
    why: 'the soak holds',
    evidence: ['the process was gone for 61s'],
    manual: [],
    heldBy: { pid: 4711, host: 'laptop', user: 'ben', since: Date.UTC(2026, 10, 21, 9, 29) },
    rollback: { possible: true, to: 'nomad-only' },
    next: ['jmc-migrate rollback plans/site.yaml --to both-running'],
    lastRecordAt: Date.UTC(2026, 10, 21, 9, 29, 57),
  },
}

export const STARTED: Event = {
  type: 'run-started',
  runId: 'r1',
  plan: 'jayne-martin-counselling',
  resumed: false,
  state: 'nomad-only',
  goal: 'nomad-removed',
  lab: true,
  journal: 'plans/.jmc-migrate/web',
}

/** An application that does what a test scripts; what is not scripted was not expected. */
export function fakeApplication(script: Partial<Application>): () => Promise<Application> {
  const unexpected = (what: string) => async (): Promise<never> => {
    throw new Error(`the test did not expect ${what}`)
  }
  return async () => ({
    run: unexpected('run'),
    rollback: unexpected('rollback'),
    dryRun: unexpected('dryRun'),
    dryRollback: unexpected('dryRollback'),
    status: unexpected('status'),
    validate: unexpected('validate'),
    schema: () => ({}),
    lab: unexpected('lab'),
    redact: (text) => text,
    ...script,
  })
}

/** A run that emits, asks for approval, and ends. */
export const runThat =
  (result: RunResult, events: readonly Event[] = [STARTED]) =>
  async (_options: unknown, ui: UserInterface): Promise<RunResult> => {
    for (const event of events) ui.emit(event)
    const answer = await ui.questions.approve([DEPLOY])
    return answer === 'yes' ? result : { outcome: 'declined', state: 'nomad-only' }
  }
