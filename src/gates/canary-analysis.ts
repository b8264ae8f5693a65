import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { look } from '../domain/look.ts'
import { inconclusive } from '../domain/observation.ts'
import type { GatheringGateKind } from '../domain/step-kind.ts'
import { sitePath } from '../domain/visit-site.ts'
import { canaryWarnings, describeCanary } from './canary-analysis/announce.ts'
import { judge, withoutPair } from './canary-analysis/judge.ts'
import { askBoth } from './canary-analysis/own-requests.ts'
import type { Pair } from './canary-analysis/sample.ts'
import { countVisitors } from './canary-analysis/visitors.ts'

const PERCENT_EXPECTED = 'must be a percentage from `0%` to `100%`, such as `1%` or `0.5%`'
const percentage = z
  .string({ error: PERCENT_EXPECTED })
  .regex(/^(?:100|[0-9]{1,2}(?:\.[0-9]+)?)%$/, { error: PERCENT_EXPECTED })
  .transform((text) => Number(text.slice(0, -1)) / 100)

const spec = z.strictObject({
  samples: z
    .int()
    .min(1)
    .max(100_000)
    .default(30)
    .describe('Requests that each side must have answered, at least; before that nothing passes'),
  errorRate: percentage
    .prefault('1%')
    .describe('How much more often the new side may fail than the old one in the same time, of all requests. A failure is a 5xx'),
  slower: z
    .number()
    .min(1)
    .default(2)
    .describe(
      "How many times the old side's time the new one's may be, of the 95 requests in 100 that are fastest; less than 50 ms more never counts",
    ),
  paths: z
    .array(z.string().regex(/^\/(?!\/)[^\s#]*$/, { error: 'must be a path that begins with one /' }))
    .min(1)
    .optional()
    .describe("What our own requests ask for, in turn; the site's own path unless told"),
})
export type CanaryAnalysisSpec = z.output<typeof spec>

export const canaryAnalysis: GatheringGateKind<CanaryAnalysisSpec> = {
  kind: 'canary-analysis',
  summary:
    "Compares both sides while visitors are shared: how often they fail and how long they take, by Traefik's metrics where enough visitors came, otherwise by our own requests to both at once",
  spec,
  example: { samples: 30, errorRate: '1%', slower: 2 },
  targets: ['edge'],
  needsDoors: true,
  describe: describeCanary,
  warnings: canaryWarnings,
  defaultPolicy: { ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 300_000, inconclusive: 'pause' },
  begin: (context) => {
    const { doors, plan, ports, spec: limits } = context
    if (doors === undefined) return async () => inconclusive('no step before this one has opened a door to each side')
    const paths = limits.paths ?? [sitePath(plan)]
    const pairs: Pair[] = []
    const visitors = countVisitors(ports.edge, doors)
    const ownVisits = plan.watch === undefined ? [] : ["the plan's own watch counts as a visitor"]
    return () =>
      look('the two sides', async () => {
        if (pairs.length === 0) await visitors.look(pairs)
        const asked = await askBoth(context, doors, paths[pairs.length % paths.length] ?? '/')
        if ('pair' in asked) pairs.push(asked.pair)
        await visitors.look(pairs)
        const { notes, ...seen } = visitors.seen(pairs)
        const gathered = { pairs, ...seen, notes: [...notes, ...ownVisits] }
        return 'pair' in asked ? judge(gathered, limits) : withoutPair(asked.unasked, gathered, limits)
      })
  },
}
