import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, pass, pending } from '../domain/observation.ts'
import type { Plan } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { ActingStepKind } from '../domain/step-kind.ts'
import { visitSite } from '../domain/visit-site.ts'
import { duration, name } from './fields.ts'
import { settling } from './settling.ts'
import { applyUninstall, settleUninstall } from './uninstall-nomad/apply.ts'
import { observeWell } from './uninstall-nomad/lives-on.ts'
import { preflightUninstall } from './uninstall-nomad/preflight.ts'
import { previewUninstall } from './uninstall-nomad/preview.ts'
import type { HostRecord, UninstallContext, UninstallNote, UninstallRecord, UninstallSpec } from './uninstall-nomad/record.ts'
import { serviceOf, unitNow, whatIsLeft } from './uninstall-nomad/record.ts'
import { restoreFilesOf } from './uninstall-nomad/restore.ts'

const hostName = name('A name of `targets.hosts`')

const spec: z.ZodType<UninstallSpec> = z.strictObject({
  hosts: z
    .array(
      z.union([
        hostName.transform((host) => ({ host })),
        z.strictObject({
          host: hostName,
          node: name('Name or ID of its Nomad node, where neither the name nor an address of the host tells').optional(),
        }),
      ]),
    )
    .min(1)
    .describe(
      'The hosts that Nomad is taken off: all of them, or it stays on the others. Each a name of `targets.hosts`, or `{ host: NAME, node: NODE }` where neither its name nor an address of its own tells which node of Nomad it is',
    ),
  service: name('The systemd unit that Nomad runs as there; nomad unless told').optional(),
  drainTimeout: duration('After this long what still runs on a node that is drained is killed; 5m unless told').optional(),
  livesOn: z
    .strictObject({
      kubernetesNodes: z.boolean().optional().describe('The Kubernetes nodes that are Ready before are Ready after'),
      consulLeader: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("Address of Consul's API as the hosts reach it, such as http://127.0.0.1:8500: a leader exists"),
      urls: z
        .array(z.url({ protocol: /^https?$/ }))
        .optional()
        .describe('Each answers with the status that it answers before'),
    })
    .optional()
    .describe('What must be well before Nomad is removed, and still is after'),
})

export const uninstallNomad: ActingStepKind<UninstallSpec, UninstallRecord, UninstallNote> = {
  nature: 'acts',
  kind: 'uninstall-nomad',
  summary:
    'Takes Nomad off its hosts: drains its nodes, stops and disables its agents, and proves that what else lives there does so still',
  spec,
  example: {
    hosts: ['hestia'],
    livesOn: { kubernetesNodes: true, consulLeader: 'http://127.0.0.1:8500', urls: ['https://other.example.org/'] },
  },
  targets: ['nomad'],
  usesAlso: ({ livesOn }) => (livesOn?.kubernetesNodes === true ? ['kubernetes'] : []),
  // Whatever runs on Nomad ends with it.
  traffic: () => ({ forward: [{ do: 'stop', side: 'old' }], back: 'irreversible' }),
  check: ({ hosts, drainTimeout }, plan) => [
    ...unknownHosts(hosts, plan),
    // To Nomad a deadline of nothing is none at all.
    ...(drainTimeout === 0 ? [NO_DEADLINE] : []),
  ],
  preflight: preflightUninstall,
  defaultGate: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 60_000, successThreshold: 2 }),
  preview: previewUninstall,
  apply: applyUninstall,
  settle: (context, record) => settling(() => settleUninstall(context, record)),
  verify: async (context, record) =>
    combine([
      ...(await Promise.all(record.hosts.map((host) => look(`Nomad on ${host.host}`, () => observeGone(context, host))))),
      ...(await observeWell(context, record.well)),
      await visitSite(context, 'new'),
    ]),
  undo: { irreversible: 'the agents of Nomad are stopped and disabled on its hosts, and its jobs are gone' },
  confirmation: (given) => `${serviceOf(given)}@${given.hosts.map(({ host }) => host).join(',')}`,
  ends: ['nomad-job'],
  standing: (context, record) =>
    record.hosts.map((host) => ({
      about: 'nomad-agent',
      side: 'old',
      what: `Nomad stays off ${host.host}`,
      observe: () => look(`Nomad on ${host.host}`, () => observeGone(context, host)),
    })),
  restoreFiles: async (_context, record) => restoreFilesOf(record),
}

async function observeGone(context: UninstallContext, host: HostRecord): Promise<Observation> {
  const left = whatIsLeft(await unitNow(context, host))
  return left.length === 0
    ? pass(`Nomad is gone from ${host.host}: ${host.unit} is stopped and disabled, its process and its port are gone`)
    : pending(`Nomad is still on ${host.host}: ${left.join(', ')}`)
}

function unknownHosts(hosts: UninstallSpec['hosts'], { targets }: Plan): readonly Problem[] {
  const known = Object.keys(targets.hosts)
  const names = hosts.map(({ host }) => host)
  const twice = names.filter((host, index) => names.indexOf(host) !== index)
  return [
    ...names
      .filter((host) => !known.includes(host))
      .map((host) => ({
        code: 'unknown-host',
        summary: `uninstall-nomad names host \`${host}\`, which \`targets.hosts\` does not`,
        next: [known.length === 0 ? `add it: \`hosts: { ${host}: { ssh: ADDRESS } }\`` : `hosts of this plan: ${known.join(', ')}`],
      })),
    ...twice.map((host) => ({ code: 'host-named-twice', summary: `uninstall-nomad names host \`${host}\` twice`, next: ['name it once'] })),
  ]
}

const NO_DEADLINE: Problem = {
  code: 'drain-without-deadline',
  summary: '`drainTimeout` must be more than 0',
  next: ['give the nodes a time to be empty: `drainTimeout: 5m`'],
}
