import { describeAllocation, unfinished } from '../../domain/allocations.ts'
import { formatDuration } from '../../domain/duration.ts'
import type { NomadNode } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Note } from '../../domain/step-kind.ts'
import type { HostRecord, UninstallContext, UninstallNote } from './record.ts'
import { nodesOf } from './record.ts'

const DEFAULT_TIMEOUT_MS = 5 * 60_000
/** After the deadline Nomad kills what is left; this long for it to be seen. */
const AFTER_DEADLINE_MS = 60_000
const POLL_MS = 500

/** Takes the nodes of these hosts out of service and waits until nothing is left on any of them; every node that is empty already is left as it is. */
export async function drainNodes(context: UninstallContext, hosts: readonly HostRecord[], note: Note<UninstallNote>): Promise<void> {
  const ids = new Set(hosts.flatMap(({ node }) => (node === null ? [] : [node.id])))
  const deadlineMs = context.spec.drainTimeout ?? DEFAULT_TIMEOUT_MS
  for (const { id, name } of (await mine(context, ids)).filter((each) => each.eligible)) {
    await note({ did: 'draining', node: name })
    await nodesOf(context).drain(id, { deadlineMs, meta: { 'jmc-migrate/run': context.runId, 'jmc-migrate/step': context.step } })
  }
  const { clock } = context.ports
  const end = clock.monotonic() + deadlineMs + AFTER_DEADLINE_MS
  for (;;) {
    const left = await whatKeepsThem(context, ids)
    if (left.length === 0) return
    if (clock.monotonic() >= end) throw new ProblemError(notEmpty(deadlineMs + AFTER_DEADLINE_MS, left))
    context.progress(`waiting for the nodes to be empty: ${left[0] ?? ''}`)
    await clock.sleep(POLL_MS, context.signal)
  }
}

const mine = async (context: UninstallContext, ids: ReadonlySet<string>): Promise<readonly NomadNode[]> =>
  (await nodesOf(context).nodes()).filter((each) => ids.has(each.id))

/** Nomad calls a drain complete while allocations still end (recorded from 1.11): both are asked. */
async function whatKeepsThem(context: UninstallContext, ids: ReadonlySet<string>): Promise<readonly string[]> {
  const [nodes, allocations] = await Promise.all([mine(context, ids), nodesOf(context).allocations()])
  return [
    ...nodes
      .filter((each) => each.draining || each.eligible)
      .map(({ name, draining }) => `node ${name} is ${draining ? 'draining' : 'eligible'}`),
    ...unfinished(allocations.filter((each) => ids.has(each.nodeId))).map(describeAllocation),
  ]
}

const notEmpty = (waited: number, left: readonly string[]) => ({
  code: 'nomad-drain-timeout',
  summary: `waited ${formatDuration(waited)} for Nomad's nodes to be empty, in vain; no agent was stopped`,
  attempted: 'drain the nodes',
  details: left,
  next: ['nomad node status   # see what keeps them', 'run again when it has settled: it goes on from here'],
  effect: 'unknown' as const,
})
