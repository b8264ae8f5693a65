import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JsonObject } from '../domain/json.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { createAuthority, restoreAuthority } from './certificates.ts'
import { CONSUL_PORT, labConsul } from './consul.ts'
import type { LabContext, LabFault } from './contract.ts'
import { initialEdgeWorld, startLabEdge } from './edge/index.ts'
import type { RunningLabEdge } from './edge/index.ts'
import { nomadUnit, startLabHost } from './host/index.ts'
import { listen } from './http.ts'
import { createLabKubernetes, initialKubernetesWorld, LAB_TOKEN } from './kubernetes/kubernetes.ts'
import { createLabNomad, HTTP_PORT, initialNomadWorld, NOMAD_UNIT } from './nomad/index.ts'
import type { LabWorld } from './world-file.ts'
import { hasWorld, loadWorld, saveWorld } from './world-file.ts'

/** How the world starts; asked for only where there is none yet. */
export interface LabStart {
  readonly siteHost: string
  readonly jobs: readonly JsonObject[]
  /** Content of the edge's dynamic file, and its path on the edge's host. */
  readonly dynamicConfig: string
  readonly dynamicConfigPath: string
  /** What listens where, `host:port` as the edge's host sees it. */
  readonly addresses: { readonly api: string; readonly visitors: string; readonly ingress: readonly string[] }
  /** Whether the edge's Traefik counts requests, as it does for Prometheus. */
  readonly metrics?: boolean
  readonly application: { readonly body: string }
  readonly customResources: readonly string[]
  readonly namespaces: readonly string[]
  readonly metricsServer?: boolean
}

export interface LabOptions {
  /** Where the world lies: `world.json`, and `hestia/` with the files of the edge's host. */
  readonly directory: string
  readonly start: () => Promise<LabStart>
  readonly dynamicConfigPath: string
  /** Switched on from now on, beside those of the world. */
  readonly faults: readonly LabFault[]
  readonly clock: Clock
}

/** Where everything listens. Plain data: a lab in another process tells it in a file. */
export interface LabEndpoints {
  readonly kubernetes: { readonly server: string; readonly token: string; readonly ca: string }
  readonly nomad: { readonly address: string; readonly token: string }
  /** Path of an ssh_config in which every alias is the edge's host. */
  readonly sshConfig: string
  /** `host:port` of the edge's HTTPS entry point. */
  readonly visitors: string
  /** PEM of the authority that signed the edge's certificate. */
  readonly authority: string
}

export interface RunningLab {
  readonly endpoints: LabEndpoints
  close(): Promise<void>
}

export const LAB_NOMAD_TOKEN = 'lab-nomad-token'

/** A moment after visitors moved, for the fault `nomad-gone-in-soak`, milliseconds; and how often the lab looks for it. */
const GONE_AFTER_MS = 1_500
const WATCH_MS = 100

/** Starts the four systems on loopback over the world in `directory`, made first where there is none. */
export async function startLab(options: LabOptions): Promise<RunningLab> {
  const { directory, clock } = options
  const world = hasWorld(directory) ? loadWorld(directory) : await firstWorld(options)
  world.faults = [...new Set([...world.faults, ...options.faults])]
  const faults = new Set(world.faults)
  const context: LabContext = { clock, faults, changed: () => saveWorld(directory, world) }
  context.changed()
  const kubernetes = createLabKubernetes(world.kubernetes, context)
  const units = (world.units ??= { [NOMAD_UNIT]: nomadUnit(HTTP_PORT) })
  const nomad = createLabNomad(world.nomad, context, () => units[NOMAD_UNIT]?.active === false)
  const authority = restoreAuthority(world.authority)
  const root = join(directory, 'hestia')
  const dynamicFile = join(root, options.dynamicConfigPath)
  const edge = await startLabEdge({ world: world.edge, context, nomad, kubernetes, dynamicFile, authority })
  const server = await authority.issue(['127.0.0.1', 'localhost'])
  const kubernetesApi = await listen(kubernetes.handler, { tls: { cert: server.certPem, key: server.keyPem } })
  const nomadApi = await listen(nomad.handler)
  const consul = await listen(labConsul)
  const host = await startLabHost({
    directory: root,
    forward: (name, port) => (port === CONSUL_PORT ? consul : edge.forward(name, port)),
    units: { hostName: world.nomad.node, units, changed: context.changed },
  })
  const watch = watchForMove(world, context, faults, edge)
  return {
    endpoints: {
      kubernetes: { server: kubernetesApi.url, token: LAB_TOKEN, ca: world.authority.certPem },
      nomad: { address: nomadApi.url, token: LAB_NOMAD_TOKEN },
      sshConfig: host.sshConfig,
      visitors: `127.0.0.1:${edge.websecure.port}`,
      authority: world.authority.certPem,
    },
    close: async () => {
      clearInterval(watch)
      await Promise.all([host.close(), edge.close(), kubernetesApi.close(), nomadApi.close(), consul.close()])
    },
  }
}

async function firstWorld({ directory, start, clock }: LabOptions): Promise<LabWorld> {
  const { siteHost, jobs, dynamicConfig, dynamicConfigPath, addresses, metrics, application, ...cluster } = await start()
  const { certPem, keyPem } = await createAuthority('jmc-migrate lab')
  const file = join(directory, 'hestia', dynamicConfigPath)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, dynamicConfig)
  return {
    schema: 1,
    authority: { certPem, keyPem },
    kubernetes: initialKubernetesWorld({ application, ...cluster }),
    nomad: initialNomadWorld({ jobs, application, token: LAB_NOMAD_TOKEN, since: clock.now() - 3_600_000 }),
    edge: initialEdgeWorld({ siteHost, addresses, ...(metrics !== undefined && { metrics }) }),
    faults: [],
  }
}

/** `nomad-gone-in-soak` begins a moment after the edge was first seen to send visitors to Kubernetes, also across restarts of the lab. */
function watchForMove(world: LabWorld, context: LabContext, faults: Set<LabFault>, edge: RunningLabEdge): NodeJS.Timeout {
  const look = async (): Promise<void> => {
    if (!faults.has('nomad-gone-in-soak') || faults.has('nomad-gone')) return
    const now = context.clock.now()
    if (world.movedAt === undefined && (await visitorsMoved(world, edge))) {
      world.movedAt = now
      context.changed()
    }
    if (world.movedAt !== undefined && now - world.movedAt >= GONE_AFTER_MS) faults.add('nomad-gone')
  }
  return setInterval(() => void look(), WATCH_MS).unref()
}

async function visitorsMoved(world: LabWorld, { edge }: RunningLabEdge): Promise<boolean> {
  const visit = {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(),
    headers: { host: world.edge.siteHost },
    body: '',
    signal: AbortSignal.timeout(1_000),
  }
  const answer = await edge.visit('websecure', visit)
  return answer !== 'drop' && answer.headers?.['x-served-by'] === 'kubernetes'
}
