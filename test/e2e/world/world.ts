import { rm } from 'node:fs/promises'
import * as at from './addresses.ts'
import type { AuditLog } from './audit.ts'
import { auditLogOf } from './audit.ts'
import type { Booting } from './boot.ts'
import { boot } from './boot.ts'
import type { Client } from './client.ts'
import { clientOf } from './client.ts'
import type { Enter } from './enter.ts'
import { commandsIn } from './enter.ts'
import type { WorldFolder } from './folder.ts'
import { createFolder } from './folder.ts'
import { HOST, writeHostFiles } from './hestia.ts'
import type { User } from './kubernetes.ts'
import { auditLog, CONTEXT, kubeconfig, tokenOf, writeKubernetesFiles } from './kubernetes.ts'
import { writeNodeFiles } from './node.ts'
import { writeNomadFiles } from './nomad.ts'
import { startRegistry } from './registry.ts'
import type { Servers } from './servers.ts'
import { serversOf } from './servers.ts'
import type { WorldSettings } from './settings.ts'
import { FAST } from './settings.ts'
import { supervise } from './supervisor.ts'
import { writeSystemd } from './systemd.ts'
import { onHost, writeTraefikFiles } from './traefik.ts'
import type { Tools } from './tools/build-tools.ts'
import { buildTools, tool } from './tools/build-tools.ts'
import { find } from './tools/programs.ts'

/** A world of real servers. Its addresses are those of its own network: reached by `enter` and by the clients, from nowhere else. */
export interface World {
  readonly folder: string
  readonly settings: WorldSettings
  readonly tools: Tools
  /** The first process of the world: when it ends, so does everything in it. */
  readonly pid: number
  readonly kubernetes: {
    readonly address: string
    readonly context: string
    /** Of the user `operator`: the command line's, recorded in the audit log. `authority` is a PEM. */
    readonly kubeconfig: string
    readonly authority: string
    kubeconfigOf(user: User): string
    tokenOf(user: User): string
    readonly audit: AuditLog
  }
  readonly nomad: { readonly address: string; readonly token: string }
  readonly ssh: { readonly config: string; readonly host: string }
  readonly edge: {
    readonly api: string
    /** `host:port` where visitors connect with TLS, and without. */
    readonly visitors: string
    readonly plain: string
    /** The authority of the site's certificate: a PEM, and its file. */
    readonly authority: string
    readonly authorityFile: string
    /** The dynamic file: its path on the host, and the same file as a test finds it. */
    readonly dynamicConfig: string
    readonly file: string
  }
  readonly ingress: { readonly address: string; readonly api: string }
  readonly servers: Servers
  /** Asks any server of the world; `visitor` sends every request to where visitors connect, whatever its name. */
  readonly client: Client
  readonly visitor: Client
  /** Unix socket of the gateway: for dispatchers of one's own (`worldAgent`). */
  readonly gateway: string
  /** What commands inside see: PATH, KUBECONFIG, NOMAD_ADDR, NOMAD_TOKEN and folders for caches. */
  readonly environment: Readonly<Record<string, string>>
  /** Starts a command in the world's network. Its pid is the command's own, and it ends with the test at the latest. */
  readonly enter: Enter
  /** Milliseconds after the beginning at which each part was up. */
  readonly timings: Readonly<Record<string, number>>
  /** Ends everything and removes everything. */
  stop(): Promise<void>
}

/** Starts a world; the caller stops it. Where it cannot come up the reason is thrown and nothing is left. */
export async function startWorld(options: Partial<WorldSettings> = {}, given?: Tools): Promise<World> {
  const settings = { ...FAST, ...options }
  const tools = given ?? (await buildTools())
  const began = Date.now()
  const timings: Record<string, number> = {}
  const note = (what: string): void => void (timings[what] = Date.now() - began)

  const machine = await machinePrograms()
  const folder = await createFolder()
  const { kubernetesAuthority, edgeAuthority } = await writeFiles(folder, settings, tools).catch(async (error: unknown) => {
    // Nobody else removes it yet.
    await rm(folder.path, { recursive: true, force: true })
    throw error
  })
  note('files')

  const supervisor = await supervise(folder.path)
  note('namespaces')
  const gateway = folder.in('run', 'gateway.sock')
  const client = clientOf(gateway, { ca: kubernetesAuthority })
  const visitor = clientOf(gateway, { ca: edgeAuthority }, at.EDGE_VISITORS)
  const servers = serversOf(folder, supervisor)
  const commands = commandsIn(folder, supervisor.pid, tools)
  const stop = async (): Promise<void> => {
    process.off('disconnect', orphaned)
    await commands.end()
    await Promise.all([client.close(), visitor.close(), supervisor.end()])
  }
  // A worker of vitest goes on with its test when vitest itself was killed; its world does not.
  const orphaned = (): void => void stop()
  process.once('disconnect', orphaned)
  try {
    const booting: Booting = { folder, servers, tools, machine, gateway, client, note }
    await Promise.all([boot(booting), settings.registry ? startRegistry(booting) : undefined])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    folder: folder.path,
    settings,
    tools,
    pid: supervisor.pid,
    kubernetes: {
      address: at.API_SERVER,
      context: CONTEXT,
      kubeconfig: kubeconfig(folder, 'operator'),
      authority: kubernetesAuthority,
      kubeconfigOf: (user) => kubeconfig(folder, user),
      tokenOf: (user) => tokenOf(folder, user),
      audit: auditLogOf(auditLog(folder)),
    },
    nomad: { address: at.NOMAD, token: folder.nomadToken },
    ssh: { config: folder.in('ssh', 'config'), host: HOST },
    edge: {
      api: at.EDGE_API,
      visitors: at.EDGE_VISITORS,
      plain: at.EDGE_PLAIN,
      authority: edgeAuthority,
      authorityFile: folder.in('tls', 'ca.crt'),
      dynamicConfig: at.DYNAMIC_CONFIG,
      file: onHost(folder, at.DYNAMIC_CONFIG),
    },
    ingress: { address: `${at.INGRESS}:${at.INGRESS_PORT}`, api: at.INGRESS_API },
    servers,
    client,
    visitor,
    gateway,
    environment: commands.environment,
    enter: commands.enter,
    timings,
    stop,
  }
}

/** All that servers read when they start. Gives the authorities' PEMs. */
async function writeFiles(
  folder: WorldFolder,
  settings: WorldSettings,
  tools: Tools,
): Promise<{ readonly kubernetesAuthority: string; readonly edgeAuthority: string }> {
  const kubernetesAuthority = await writeKubernetesFiles(folder)
  await writeNodeFiles(folder, await program('runc'))
  await writeNomadFiles(folder)
  const edgeAuthority = await writeTraefikFiles(folder, settings)
  await writeHostFiles(folder)
  await writeSystemd(folder, tool(tools, 'nomad'))
  return { kubernetesAuthority, edgeAuthority }
}

async function program(name: string): Promise<string> {
  const path = await find(name)
  if (path === undefined) throw new Error(`there is no ${name} on this machine`)
  return path
}

const machinePrograms = async (): Promise<Booting['machine']> => ({
  etcd: await program('etcd'),
  containerd: await program('containerd'),
  ctr: await program('ctr'),
  sshd: await program('sshd'),
})
