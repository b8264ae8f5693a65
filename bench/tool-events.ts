import type { Event } from '../src/domain/event.ts'
import type { GatePolicy } from '../src/domain/gate-policy.ts'

/** One line of `--json`: the fields that the bench reads. */
export interface ToolEvent {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly type: Event['type']
  readonly step?: string
  readonly gate?: string | number
  readonly policy?: GatePolicy
  readonly verdict?: string
}

interface Line extends Omit<ToolEvent, 'at' | 'verdict'> {
  readonly at: string
  readonly observation?: { readonly verdict: string }
}

/** A line that is not whole, as a killed process leaves it, is left out. */
export const readEvents = (stdout: string): readonly ToolEvent[] =>
  stdout.split('\n').flatMap((line) => {
    if (!line.endsWith('}')) return []
    const { at, observation, ...rest } = JSON.parse(line) as Line
    return [{ ...rest, at: Date.parse(at), ...(observation && { verdict: observation.verdict }) }]
  })

/** What the plan says must be waited for in a gate that has passed, milliseconds: between the looks in a row that it wants, and its hold. */
export function waitOf({ step, gate }: ToolEvent, events: readonly ToolEvent[]): number {
  const policy = events.find((event) => event.policy && event.step === step && event.gate === gate)?.policy
  if (policy === undefined) return 0
  // Close looks are all that a gate has to wait between while they last: what it waits longer is its own doing.
  const between = Math.min(policy.interval, policy.dense?.interval ?? policy.interval)
  return (policy.successThreshold - 1) * between + policy.hold
}
