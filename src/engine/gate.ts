import { formatDuration } from '../domain/duration.ts'
import type { GatePolicy } from '../domain/gate-policy.ts'
import { intervalAt } from '../domain/gate-policy.ts'
import type { Observation, Side } from '../domain/observation.ts'
import { inconclusive } from '../domain/observation.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { toProblem } from '../domain/problem.ts'
import type { GateProgress } from '../domain/records.ts'
import type { Settling } from './gate-progress.ts'
import { advance, FRESH_GATE, restAfter } from './gate-progress.ts'

export interface GateRun {
  readonly policy: GatePolicy
  /** Where an earlier process got to; a hold goes on, settling begins anew. */
  readonly from?: GateProgress
  /** How long ago the effect was that the gate is about, milliseconds; left out where there was none. */
  readonly effectAgo?: number
  readonly clock: Clock
  observe(): Promise<Observation>
  readonly onObserved: (observation: Observation, progress: GateProgress) => void
  /** Called when progress is worth keeping: on entering the hold and every ten seconds of it. */
  keep(progress: GateProgress): Promise<void>
  /** Ends the gate between observations: the person asked to stop. */
  readonly stop: AbortSignal
  /** Cuts off a look: what it says is not an observation. */
  readonly now: AbortSignal
}

export type GateResult =
  | { readonly result: 'passed'; readonly progress: GateProgress; readonly reason: string }
  | {
      readonly result: 'failed'
      readonly progress: GateProgress
      readonly verdict: 'fail' | 'timeout' | 'inconclusive'
      readonly reason: string
      readonly evidence: readonly string[]
      readonly side?: Side
    }
  | { readonly result: 'interrupted'; readonly progress: GateProgress }

const KEEP_EVERY_MS = 10_000
/** How many of the last reasons are kept as evidence. */
const EVIDENCE = 5

/** Observes under a policy until it settles. Never rejects: an observation that throws is one that could not see. */
export async function runGate(gate: GateRun): Promise<GateResult> {
  const { clock, policy } = gate
  let progress: GateProgress = gate.from?.phase === 'holding' ? gate.from : FRESH_GATE
  let settling: Settling = { settlingForMs: 0, wrongInARow: 0, blindForMs: 0, lookedFrom: clock.now() }
  const watch = { since: clock.monotonic(), blindSince: undefined as number | undefined }
  let keptAt = clock.now()
  let fastest = Infinity
  const wrong: string[] = []
  while (!gate.stop.aborted) {
    const lookedFrom = clock.now()
    const began = clock.monotonic()
    const observation = await look(gate)
    const now = clock.now()
    if (gate.now.aborted) break
    settling = follow(settling, observation, lookedFrom, watch, clock.monotonic())
    if (observation.verdict !== 'pass' && !gathers(observation)) remember(wrong, observation, now)
    const step = advance(policy, progress, settling, observation, now)
    gate.onObserved(observation, step.progress)
    const entered = progress.phase !== step.progress.phase && step.progress.phase === 'holding'
    progress = step.progress
    if (step.is === 'passed') return { result: 'passed', progress, reason: observation.reason }
    if (step.is === 'failed') return failure(step.verdict, progress, observation, wrong, policy)
    if (entered || (progress.phase === 'holding' && now - keptAt >= KEEP_EVERY_MS)) {
      keptAt = now
      await gate.keep(progress)
    }
    const ended = clock.monotonic()
    const last = ended - began
    fastest = Math.min(fastest, last)
    const interval = intervalAt(policy, gate.effectAgo === undefined ? undefined : gate.effectAgo + ended - watch.since)
    // Only a good look brings a hold nearer to its end.
    const rest = observation.verdict === 'pass' ? restAfter(policy, progress, interval, { last, fastest }) : Math.max(0, interval - last)
    await clock.sleep(rest, gate.stop).catch(() => undefined)
  }
  return { result: 'interrupted', progress }
}

async function look(gate: GateRun): Promise<Observation> {
  try {
    return await gate.observe()
  } catch (error) {
    const problem = toProblem(error)
    return inconclusive(`could not look: ${problem.summary}`, problem.details)
  }
}

interface Watch {
  readonly since: number
  blindSince: number | undefined
}

/** Settling and blindness are measured by a clock that never jumps. */
function follow(before: Settling, observation: Observation, lookedFrom: number, watch: Watch, elapsed: number): Settling {
  watch.blindSince = observation.verdict === 'inconclusive' ? (watch.blindSince ?? elapsed) : undefined
  return {
    settlingForMs: elapsed - watch.since,
    lookedFrom,
    wrongInARow: observation.verdict === 'pending' && observation.visitorSawIt === true ? before.wrongInARow + 1 : 0,
    blindForMs: watch.blindSince === undefined ? 0 : elapsed - watch.blindSince,
  }
}

/** How far it has gathered is no evidence: what it has gathered comes with the last look. */
const gathers = (observation: Observation): boolean => observation.verdict === 'inconclusive' && observation.tooLittle !== undefined

function remember(wrong: string[], observation: Observation, now: number): void {
  wrong.push(`${new Date(now).toISOString().slice(11, 23)}Z ${observation.verdict}: ${observation.reason}`)
  if (wrong.length > EVIDENCE) wrong.shift()
}

function failure(
  verdict: 'fail' | 'timeout' | 'inconclusive',
  progress: GateProgress,
  last: Observation,
  wrong: readonly string[],
  policy: GatePolicy,
): GateResult {
  const side = last.verdict === 'pass' ? undefined : last.side
  return {
    result: 'failed',
    verdict,
    progress,
    reason: whyItEnded(verdict, last, formatDuration(policy.timeout)),
    evidence: [...wrong, ...(last.evidence ?? [])],
    ...(side && { side }),
  }
}

function whyItEnded(verdict: 'fail' | 'timeout' | 'inconclusive', last: Observation, within: string): string {
  if (verdict === 'fail') return last.reason
  const tooLittle = last.verdict === 'inconclusive' ? last.tooLittle : undefined
  return tooLittle === undefined ? `not settled within ${within}: ${last.reason}` : `${tooLittle} within ${within}`
}
