import { formatDuration } from '../../domain/duration.ts'
import type { GatePolicy } from '../../domain/gate-policy.ts'
import type { Plan } from '../../domain/plan.ts'
import type { Problem } from '../../domain/problem.ts'
import { sitePath } from '../../domain/visit-site.ts'
import type { Limits } from './limits.ts'

type Announced = Limits & { readonly paths?: readonly string[] | undefined }

/** `at least 30 samples a side of /; the new side may fail 1% more often and take 2 times as long as the old one`. */
export function describeCanary({ samples, errorRate, slower, paths }: Announced, plan: Pick<Plan, 'site'>): string {
  const asked = paths ?? [sitePath(plan)]
  const allowed = `the new side may fail ${Number((errorRate * 100).toFixed(3))}% more often and take ${slower} times as long as the old one`
  return `at least ${samples} samples a side of ${asked.join(', ')}; ${allowed}`
}

/** Our own requests are a pair a look: more of them than fit into the time to settle can only be visitors. */
export function canaryWarnings({ samples }: Limits, { interval, timeout }: GatePolicy): readonly Problem[] {
  const needed = (samples - 1) * interval
  if (needed <= timeout) return []
  const [apart, within, long] = [interval, timeout, needed].map((each) => formatDuration(each))
  return [
    {
      code: 'samples-out-of-reach',
      summary: `${samples} samples ${apart} apart take ${long}, and \`timeout\` is ${within}: unless so many visitors come, counted by Traefik's metrics, it ends without a verdict`,
      next: [`ask for fewer \`samples\`, set \`timeout\` to ${long} or more, or shorten \`interval\``],
    },
  ]
}
