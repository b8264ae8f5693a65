import { formatDuration } from '../../domain/duration.ts'
import type { PlanStep } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { portionsBefore, sendOf } from './earlier.ts'
import type { Send, ShiftSpec } from './record.ts'
import { percentOf } from './record.ts'

/** What is allowed of a portion in its plan, but hardly meant. */
export function shiftWarnings(own: ShiftSpec, { steps }: { readonly steps: readonly PlanStep[] }): readonly Problem[] {
  const index = steps.findIndex((each) => each.spec === own)
  const last = portionsBefore(steps.slice(0, index)).at(-1)
  return [...(last ? goesDown(own.send, last) : []), ...slowHealthCheck(own)]
}

/** `failover` sends all, with the old side as spare. */
const shareOf = (send: Send): number => percentOf(send) ?? 100

function goesDown(send: Send, last: PlanStep): readonly Problem[] {
  const before = sendOf(last)
  if (shareOf(send) >= shareOf(before)) return []
  return [
    {
      code: 'portion-goes-down',
      summary: `\`send: ${send}\` takes visitors back to the old side that \`send: ${before}\` of step ${last.id} brought to Kubernetes`,
      next: ['order the portions so that each sends more visitors than the one before'],
    },
  ]
}

/** Traefik allows it; it asks a server that hangs only once its last question has timed out. */
function slowHealthCheck({ healthCheck }: ShiftSpec): readonly Problem[] {
  if (healthCheck === undefined || healthCheck.timeout <= healthCheck.interval) return []
  const [timeout, interval] = [healthCheck.timeout, healthCheck.interval].map((each) => formatDuration(each))
  return [
    {
      code: 'health-check-timeout',
      summary: `\`healthCheck.timeout\` ${timeout} is longer than its \`interval\` ${interval}: a server that hangs is found out after ${timeout}, however often it is asked`,
      next: [`set \`timeout\` to ${interval} or less, or lengthen \`interval\``],
    },
  ]
}
