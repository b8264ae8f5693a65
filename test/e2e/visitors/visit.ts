import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.ts'
import type { Edge } from './edge.ts'
import { agentFor } from './edge.ts'
import type { Recorded } from './sample.ts'
import type { Load } from './schedule.ts'
import { checked, dueNow, isOver, nextVisit, untilDue } from './schedule.ts'
import { keepSocket } from './web-socket.ts'

/** Between looks at what is due: after a standstill it goes out in portions, and no visitor stays long who was told to leave. */
const SHORTEST_WAIT_MS = 4
const LONGEST_WAIT_MS = 50
/** Requests without an answer; past this a visitor would wait at the door, which counts as failed. */
const MOST_UNDER_WAY = 2_000

/**
 * Visits the edge at a steady pace until `leaving` is aborted, the time is over or all requests are sent; then waits for the answers that are
 * due. Requests go out when their time has come, also while earlier ones are not answered. `record` hears each answer once.
 */
export async function visit(edge: Edge, given: Load, leaving: AbortSignal, record: (each: Recorded) => void): Promise<void> {
  const load = checked(given)
  const agents = { kept: agentFor(edge), fresh: agentFor(edge) }
  const socketAgent = agentFor(edge)
  const closing = new AbortController()
  const socket = keepSocket(`wss://${edge.site}/ws`, socketAgent, closing.signal, record)
  const underWay = new Set<Promise<void>>()
  const began = performance.now()
  const elapsed = (): number => performance.now() - began
  let sent = 0
  while (!leaving.aborted && !isOver(load, elapsed(), sent)) {
    for (let due = dueNow(load, elapsed(), sent); due > 0; due--, sent++) {
      const next = nextVisit(sent)
      if (underWay.size >= MOST_UNDER_WAY) {
        record({ type: 'sample', at: Date.now(), ms: 0, ...next, status: 0, verdict: 'failed', why: 'too many wait for an answer' })
        continue
      }
      const visited: Promise<void> = ask(agents, edge.site, next, sent).then((sample) => {
        underWay.delete(visited)
        record(sample)
      })
      underWay.add(visited)
    }
    await pause(Math.min(Math.max(untilDue(load, elapsed(), sent), SHORTEST_WAIT_MS), LONGEST_WAIT_MS))
  }
  closing.abort()
  await Promise.all([socket, ...underWay])
  await Promise.all([agents.kept.destroy(), agents.fresh.destroy(), socketAgent.destroy()])
}
