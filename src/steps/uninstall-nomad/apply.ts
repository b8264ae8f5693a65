import type { HostUnit } from '../../domain/ports/units.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note, Settlement } from '../../domain/step-kind.ts'
import { drainNodes } from './drain.ts'
import type { HostRecord, UninstallContext, UninstallNote, UninstallRecord } from './record.ts'
import { hostOf, isGone, nodesOf, runs, startsAtBoot, unitNow, whatIsLeft } from './record.ts'
import { refuseWhileAnythingRuns } from './running.ts'

/** How long a process may outlive its unit, and its port the process, milliseconds. */
const PATIENCE_MS = 15_000
const POLL_MS = 250

/**
 * All nodes are emptied before any agent is stopped: where servers are clients too, stopping the second of three would leave nobody to drain
 * the third. Then the agents, clients first and the leader last.
 */
export async function applyUninstall(
  context: UninstallContext,
  record: UninstallRecord,
  note: Note<UninstallNote>,
  notes: readonly UninstallNote[],
): Promise<void> {
  const units = await unitsNow(context, record)
  const running = record.hosts.filter((_, index) => runsAt(units, index))
  if (running.length > 0) await makeEmpty(context, record, running, note, notes)
  for (const host of record.hosts) await takeOff(context, host, note)
}

const unitsNow = (context: UninstallContext, { hosts }: UninstallRecord): Promise<readonly HostUnit[]> =>
  Promise.all(hosts.map((host) => unitNow(context, host)))

const runsAt = (units: readonly HostUnit[], index: number): boolean => {
  const unit = units[index]
  return unit !== undefined && runs(unit)
}

async function makeEmpty(
  context: UninstallContext,
  record: UninstallRecord,
  running: readonly HostRecord[],
  note: Note<UninstallNote>,
  notes: readonly UninstallNote[],
): Promise<void> {
  try {
    await refuseWhileAnythingRuns(context)
    await drainNodes(context, running, note)
    // Somebody may have registered a job while the nodes were drained.
    await refuseWhileAnythingRuns(context)
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || !isExpectedSilence(thrown, record, running, notes)) throw thrown
    context.progress("Nomad's servers are stopped and cannot be asked any more; its nodes were empty before the first of them was")
    return
  }
  await note({ did: 'drained' })
}

/** Nobody answers because this run has stopped servers, which it does only after all nodes were empty. Any other silence is none of ours. */
function isExpectedSilence(
  { problem }: ProblemError,
  { hosts }: UninstallRecord,
  running: readonly HostRecord[],
  notes: readonly UninstallNote[],
): boolean {
  const silent = problem.code === 'nomad-unreachable' || problem.code === 'nomad-no-leader'
  const drained = notes.some((each) => each.did === 'drained')
  const stopped = hosts.filter(
    ({ host, server }) =>
      server && !running.some((each) => each.host === host) && notes.some((each) => each.did === 'stopping' && each.host === host),
  )
  const servers = hosts.filter(({ server }) => server)
  // While most of the servers run somebody answers, and a silence is our own network's.
  return silent && drained && stopped.length > 0 && 2 * stopped.length >= servers.length
}

async function takeOff(context: UninstallContext, host: HostRecord, note: Note<UninstallNote>): Promise<void> {
  const { units } = hostOf(context, host.host)
  const before = await unitNow(context, host)
  if (runs(before)) {
    await note({ did: 'stopping', host: host.host })
    context.progress(`stopping ${host.unit} on ${host.host}`)
    await units.stop(host.unit)
    await untilEnded(context, host)
    await note({ did: 'stopped', host: host.host })
  }
  if (startsAtBoot(before.enabled)) {
    await units.disable(host.unit)
    await note({ did: 'disabled', host: host.host })
  }
}

/** systemd's word, the process table and the port, as they are on the host. */
async function untilEnded(context: UninstallContext, host: HostRecord): Promise<void> {
  const { clock } = context.ports
  const end = clock.monotonic() + PATIENCE_MS
  for (;;) {
    const unit = await unitNow(context, host)
    const left = whatIsLeft({ ...unit, enabled: '' })
    if (left.length === 0) return
    if (clock.monotonic() >= end) throw new ProblemError(stillThere(host, left))
    await clock.sleep(POLL_MS, context.signal)
  }
}

const stillThere = ({ host, unit }: HostRecord, left: readonly string[]) => ({
  code: 'nomad-agent-still-there',
  summary: `systemd says that it stopped ${unit} on ${host}, but ${left.join(', ')}`,
  attempted: `stop ${unit} on ${host}`,
  details: left,
  next: [`on ${host}: systemctl status ${unit}; ss -ltnp`, 'run again when it is gone: it goes on from here'],
  effect: 'unknown' as const,
})

/** The hosts are asked, for Nomad itself may be silent because of us; only while every agent runs as before, Nomad says whether its nodes were drained. */
export async function settleUninstall(context: UninstallContext, record: UninstallRecord): Promise<Settlement> {
  const units = await unitsNow(context, record)
  if (units.every(isGone)) return { status: 'done' }
  const changed = record.hosts.flatMap((host, index) => {
    const unit = units[index]
    if (unit === undefined) return []
    const stopped = host.active && !runs(unit)
    return stopped || unit.enabled !== host.enabled ? [`${host.unit} on ${host.host} is ${unit.active} and ${unit.enabled}`] : []
  })
  if (changed.length > 0) return { status: 'partial', reason: changed.join(', ') }
  const now = new Map((await nodesOf(context).nodes()).map((each) => [each.id, each]))
  const drained = record.hosts.flatMap(({ node }) => {
    const seen = node === null ? undefined : now.get(node.id)
    return node?.eligible === true && seen?.eligible === false ? [`node ${node.name} takes no more work; its agent still runs`] : []
  })
  return drained.length > 0 ? { status: 'partial', reason: drained.join(', ') } : { status: 'none' }
}
