import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lock } from '../../adapters/journal/lock.ts'
import { acquireLock, readLock } from '../../adapters/journal/lock.ts'
import { fixedConnection } from '../../adapters/kubernetes/connection.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { onDisk } from '../../adapters/system/disk-problem.ts'
import { diskFiles } from '../../adapters/system/plan-files.ts'
import type { EdgeTarget, Plan } from '../../domain/plan.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { LabFault } from '../../lab/contract.ts'
import type { LabEndpoints, LabOptions, RunningLab } from '../../lab/lab.ts'
import { startLab } from '../../lab/lab.ts'
import type { PlanOptions } from '../contract.ts'
import { dynamicConfigPath, labStart } from './lab-start.ts'
import { planFolder } from './plan-location.ts'
import { planOnDisk } from './plan-source.ts'
import type { ResolvedTargets } from './resolve-targets.ts'
import { stateFolder, worldFolder } from './state-folder.ts'
import { thisProcess } from './this-process.ts'

/** The lab in place of a plan's targets, for as long as the command runs. */
export interface LabOverlay {
  readonly targets: ResolvedTargets
  /** PEM of the authority that the lab's edge is signed by. */
  readonly authority: string
  leave(): Promise<void>
}

export interface EnterOptions {
  readonly plan: Plan
  /** The plan's folder: what its `lab:` block names lies below it. */
  readonly directory: string
  readonly stateFolder: string
  readonly faults: readonly string[]
}

const ENDPOINTS = 'endpoints.json'

/** Starts the plan's lab, or joins the one that another process keeps running. */
export async function enterLab(options: EnterOptions): Promise<LabOverlay> {
  const directory = worldFolder(options.stateFolder)
  const kept = await keptElsewhere(directory)
  if (kept) {
    if (options.faults.length > 0) throw new ProblemError(faultsElsewhere(options.faults))
    return overlay(options.plan, kept, async () => undefined)
  }
  const { endpoints, close } = await keep(directory, options)
  return overlay(options.plan, endpoints, close)
}

/** `jmc-migrate lab`: keeps the plan's lab running for other processes until the signal aborts. */
export async function keepLab(options: PlanOptions, announce: (lines: readonly string[]) => void, until: AbortSignal): Promise<void> {
  const { plan } = await planOnDisk(options.plan)
  const folder = stateFolder({ ...options, lab: true })
  const entering = { plan, directory: planFolder(options.plan), stateFolder: folder, faults: options.labFaults }
  const { endpoints, close } = await keep(worldFolder(folder), entering)
  try {
    announce([
      `Kubernetes  ${endpoints.kubernetes.server}`,
      `Nomad       ${endpoints.nomad.address}`,
      ...(plan.site === undefined ? [] : [`visitors    https://${endpoints.visitors}  (Host ${new URL(plan.site.url).host})`]),
      `hestia      ssh -F ${endpoints.sshConfig} hestia`,
      `use it:     jmc-migrate run ${options.plan} --lab`,
    ])
    await new Promise<void>((stop) => (until.aborted ? stop() : until.addEventListener('abort', () => stop(), { once: true })))
  } finally {
    await close()
  }
}

/** The endpoints of a lab whose process lives. */
async function keptElsewhere(directory: string): Promise<LabEndpoints | undefined> {
  if (!existsSync(directory)) return undefined
  const lock = await readLock(directory)
  const file = join(directory, ENDPOINTS)
  if (!lock || lock.alive === false || !existsSync(file)) return undefined
  return JSON.parse(readFileSync(file, 'utf8')) as LabEndpoints
}

async function keep(
  world: string,
  { plan, directory, faults }: EnterOptions,
): Promise<{ endpoints: LabEndpoints; close: () => Promise<void> }> {
  const { pid, host, user } = thisProcess({ plan: plan.path, lab: true })
  const lock: Lock = await acquireLock(world, { pid, host, user, command: `the lab of ${plan.path}` }, systemClock)
  try {
    // The files of the first world are the lab's own, not part of the plan's snapshot.
    const files = diskFiles(directory)
    const file = join(world, ENDPOINTS)
    const options: LabOptions = {
      directory: world,
      start: () => labStart(plan, files),
      dynamicConfigPath: dynamicConfigPath(plan),
      faults: faults as readonly LabFault[],
      clock: systemClock,
    }
    const lab = await onDisk("keep the lab's world", world, () => startAnnounced(options, file))
    const close = async (): Promise<void> => {
      rmSync(file, { force: true })
      await lab.close()
      await lock.release()
    }
    return { endpoints: lab.endpoints, close }
  } catch (error) {
    await lock.release().catch(() => undefined)
    throw error
  }
}

async function startAnnounced(options: LabOptions, file: string): Promise<RunningLab> {
  const lab = await startLab(options)
  try {
    writeFileSync(file, JSON.stringify(lab.endpoints), { mode: 0o600 })
    return lab
  } catch (error) {
    await lab.close()
    throw error
  }
}

function overlay(plan: Plan, endpoints: LabEndpoints, leave: () => Promise<void>): LabOverlay {
  const { kubernetes, nomad, edge, hosts } = plan.targets
  const targets: ResolvedTargets = {
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, host]) => [
        name,
        { ssh: name, sshConfig: endpoints.sshConfig, ...(host.become && { become: host.become }) },
      ]),
    ),
    ...(kubernetes && {
      kubernetes: { connect: fixedConnection({ ...endpoints.kubernetes, context: 'lab' }), namespace: kubernetes.namespace },
    }),
    ...(nomad && { nomad: { ...endpoints.nomad, ...(nomad.namespace !== undefined && { namespace: nomad.namespace }) } }),
    ...(edge && { edge: { ...besideTheApi(edge), visitors: endpoints.visitors } }),
  }
  return { targets, authority: endpoints.authority, leave }
}

/** The lab's Traefik has its metrics beside its API, wherever those of the real one are. */
const besideTheApi = ({ metrics: _metrics, ...edge }: EdgeTarget): EdgeTarget => edge

const faultsElsewhere = (faults: readonly string[]) =>
  ({
    code: 'lab-kept-elsewhere',
    summary: `--lab-fault ${faults.join(', ')}: the lab of this plan is kept by another process, which decides its faults`,
    next: ['stop that process, or start it with the fault: jmc-migrate lab PLAN --lab-fault NAME'],
    effect: 'no',
    exitCode: 64,
  }) as const
