import { z } from 'zod'
import { parseDuration } from '../../src/domain/duration.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import { pass } from '../../src/domain/observation.ts'
import type { PlanFiles } from '../../src/domain/ports/files.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type {
  ActingStepKind,
  AnyStepKind,
  GateKind,
  GateKinds,
  Irreversible,
  StepKinds,
  Undo,
  WaitingStepKind,
} from '../../src/domain/step-kind.ts'
import type { StepTraffic } from '../../src/domain/traffic.ts'
import { NO_TRAFFIC } from '../../src/domain/traffic.ts'
import { readPlan } from '../../src/plan/read-plan.ts'

const UNDO: Undo<unknown, null, null> = {
  apply: async () => {},
  settle: async () => ({ status: 'none' }),
  verify: async () => pass('undone'),
  manual: () => [],
}
const IRREVERSIBLE: Irreversible = { irreversible: 'it is gone' }

type Described<Spec> = Pick<ActingStepKind<Spec, null, null>, 'kind' | 'spec' | 'example'> &
  Partial<Pick<ActingStepKind<Spec, null, null>, 'targets' | 'files' | 'hosts' | 'check' | 'defaultGate'>> & {
    readonly traffic: StepTraffic
  }

/** A kind with an effect that does nothing. */
export function acting<Spec>(described: Described<Spec>): ActingStepKind<Spec, null, null> {
  return {
    targets: [],
    defaultGate: () => DEFAULT_GATE_POLICY,
    ...described,
    nature: 'acts',
    summary: `Does ${described.kind}.`,
    traffic: () => described.traffic,
    preflight: async () => [],
    preview: async () => ({ changes: [], undoRecord: null, basis: [] }),
    apply: async () => {},
    settle: async () => ({ status: 'none' }),
    verify: async () => pass('there'),
    undo: described.traffic.back === 'irreversible' ? IRREVERSIBLE : UNDO,
  }
}

function waiting<Spec>(
  described: Pick<WaitingStepKind<Spec>, 'kind' | 'spec' | 'example' | 'policy'> & { traffic?: StepTraffic },
): WaitingStepKind<Spec> {
  return {
    targets: [],
    ...described,
    nature: 'waits',
    summary: `Waits for ${described.kind}.`,
    traffic: () => described.traffic ?? NO_TRAFFIC,
    preflight: async () => [],
    observe: async () => pass('seen'),
  }
}

const duration = z
  .string()
  .regex(/^[0-9]+(ms|s|m)$/, 'a duration such as 5s')
  .transform((text) => parseDuration(text) ?? 0)
const empty = z.strictObject({})

/** Manifests are files that hold the one word of a host. */
const deploy = acting({
  kind: 'deploy-app',
  spec: z.strictObject({ manifests: z.string().min(1).describe('Folder.'), replicas: z.int().min(1).max(9).default(1) }),
  example: { manifests: 'app' },
  targets: ['kubernetes'],
  traffic: { forward: [{ do: 'start', side: 'new' }], back: [{ do: 'stop', side: 'new' }] },
  files: ({ manifests }) => [manifests],
  hosts: async ({ manifests }, files) =>
    Promise.all((await files.list(manifests)).map(async (path) => ({ host: await hostIn(path, files), where: `the Ingress of ${path}` }))),
})

async function hostIn(path: string, files: PlanFiles): Promise<string> {
  const text = await files.read(path)
  if (text === '') throw new ProblemError({ code: 'bad-manifest', summary: `${path} is empty`, next: ['fill it'] })
  return text
}

const verify = waiting({
  kind: 'verify-app',
  spec: empty,
  example: {},
  policy: () => DEFAULT_GATE_POLICY,
  traffic: { forward: [{ do: 'prove', side: 'new' }], back: [] },
})

const cut = acting({
  kind: 'cut-route',
  spec: z.strictObject({
    router: z.string().min(1),
    host: z.string().default('www.example.org'),
    entryPoints: z
      .array(z.enum(['web', 'websecure']))
      .min(1)
      .default(['websecure']),
  }),
  example: { router: 'app' },
  targets: ['edge'],
  traffic: {
    forward: [
      { do: 'route-add', to: 'new' },
      { do: 'route-remove', from: 'old' },
    ],
    back: [
      { do: 'prove', side: 'old' },
      { do: 'route-add', to: 'old' },
      { do: 'route-remove', from: 'new' },
    ],
  },
  hosts: async ({ host, router }) => [{ host, where: `the rule of ${router}` }],
  check: ({ router }, plan) =>
    router === plan.name ? [{ code: 'router-is-plan', summary: 'the router has the name of the plan', next: ['rename it'] }] : [],
})

const soak = waiting({
  kind: 'soak',
  spec: z.strictObject({ hold: duration, failureThreshold: z.int().min(0).default(0), interval: duration.prefault('1s') }),
  example: { hold: '5m' },
  policy: (spec) => ({ ...DEFAULT_GATE_POLICY, ...spec }),
})

const stop = acting({
  kind: 'stop-job',
  spec: z.strictObject({ job: z.string().min(1) }),
  example: { job: 'app' },
  targets: ['nomad'],
  traffic: {
    forward: [{ do: 'stop', side: 'old' }],
    back: [
      { do: 'start', side: 'old' },
      { do: 'prove', side: 'old' },
    ],
  },
})

const purge = acting({
  kind: 'purge-job',
  spec: z.strictObject({ job: z.string().min(1) }),
  example: { job: 'app' },
  targets: ['nomad'],
  traffic: { forward: [], back: 'irreversible' },
})

const http: GateKind<{ path?: string | undefined }> = {
  kind: 'http',
  summary: 'Asks the site.',
  spec: z.strictObject({ path: z.string().optional() }),
  example: {},
  targets: [],
  defaultPolicy: { ...DEFAULT_GATE_POLICY, successThreshold: 3 },
  observe: async () => pass('seen'),
}

export const kindsOf = (...all: readonly AnyStepKind[]): StepKinds => new Map(all.map((each) => [each.kind, each]))
export const kinds = kindsOf(deploy, verify, cut, soak, stop, purge)
export const gates: GateKinds = new Map([['http', http]])
export const registries = { kinds, gates }

/** Files by path, in memory. */
export const filesOf = (content: Readonly<Record<string, string>>): PlanFiles => ({
  list: async (path) =>
    Object.keys(content)
      .filter((each) => each === path || each.startsWith(`${path}/`))
      .toSorted(),
  read: async (path) => content[path] ?? '',
})
export const FILES = { 'app/ingress.yaml': 'www.example.org', 'ca.pem': 'a certificate' }

/** A plan without a mistake. */
export const GOOD_PLAN = `apiVersion: jmc-migrate/v1
name: example
site:
  url: https://www.example.org/
  expect: { status: 200, body: Hello }
targets:
  kubernetes: { namespace: default }
  nomad: { address: '\${env:NOMAD_ADDR}', token: '\${env:NOMAD_TOKEN}' }
  hosts:
    hestia: { ssh: hestia, become: sudo }
  edge:
    host: hestia
    dynamicConfig: /etc/traefik/dynamic.yml
    api: http://127.0.0.1:8080
states: [nomad-only, both-running, k8s-only, nomad-removed]
steps:
  - id: deploy
    deploy-app: { manifests: app }
    reaches: both-running
  - id: verify
    verify-app: {}
  - id: cut
    cut-route: { router: app }
    gates:
      - http: {}
        interval: 2s
        timeout: 30s
    reaches: k8s-only
  - id: soak
    soak: { hold: 5m, failureThreshold: 2 }
  - id: stop
    stop-job: { job: app }
  - id: purge
    purge-job: { job: app }
    reaches: nomad-removed
`

/** The good plan with one piece of text changed; it is an error of the test if the piece is not there exactly once. */
export function changed(from: string, to: string, text = GOOD_PLAN): string {
  if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is there ${text.split(from).length - 1} times`)
  return text.replace(from, () => to)
}

/** The steps of the good plan, in another order or fewer of them. */
export function withSteps(...ids: readonly string[]): string {
  const [head = '', ...steps] = GOOD_PLAN.split(/^ {2}(?=- id: )/m)
  return head + ids.map((id) => `  ${steps.find((step) => step.startsWith(`- id: ${id}\n`)) ?? ''}`).join('')
}

/** The problems of a plan; none when it is good. */
export async function problemsOf(
  text: string,
  files: Readonly<Record<string, string>> = FILES,
  other = registries,
): Promise<readonly Problem[]> {
  try {
    await readPlan({ path: 'plan.yaml', text }, other, filesOf(files))
    return []
  } catch (error) {
    if (error instanceof ProblemError) return error.problems
    throw error
  }
}

/** Codes with their places, for a table: `unknown-field 3:5`. */
export const codesOf = async (text: string, files: Readonly<Record<string, string>> = FILES): Promise<readonly string[]> =>
  (await problemsOf(text, files)).map(({ code, location }) => `${code} ${location?.line ?? '?'}:${location?.column ?? '?'}`)
