import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, inconclusive } from '../domain/observation.ts'
import type { StepContext, WaitingStepKind } from '../domain/step-kind.ts'
import { NO_TRAFFIC } from '../domain/traffic.ts'
import { visitSite } from '../domain/visit-site.ts'
import { duration } from './fields.ts'

const spec = z.strictObject({
  hold: duration('How long everything must go on holding, counted only while observed'),
  failureThreshold: z.int().min(0).optional().describe('How many failed observations are tolerated in all; 0 unless told'),
  interval: duration('Time between observations; 5s unless told, less for a hold under a minute').optional(),
})
export type SoakSpec = z.output<typeof spec>

const MINUTE = 60_000

/** While both sides answer visitors (their doors are open), a wrong answer is the old side's where only its own door fails too. */
function isOldSides({ standing, doors }: StepContext<SoakSpec>, seen: readonly Observation[]): boolean {
  if (doors === undefined) return false
  const wrong = seen.flatMap((each, index) => (each.verdict === 'pass' ? [] : [each.side ?? standing[index]?.side]))
  return wrong.length > 0 && wrong.every((side) => side === 'old')
}

export const soak: WaitingStepKind<SoakSpec> = {
  nature: 'waits',
  kind: 'soak',
  summary: 'Watches for a while: the site as a visitor, and all that finished steps say must go on holding',
  spec,
  example: { hold: '5m', failureThreshold: 2 },
  targets: [],
  watchesStanding: true,
  traffic: () => NO_TRAFFIC,
  preflight: async () => [],
  policy: ({ hold, failureThreshold = 0, interval }) => ({
    ...DEFAULT_GATE_POLICY,
    // Blindness is no reason to move visitors, and none to go on.
    inconclusive: 'pause',
    hold,
    failureThreshold,
    interval: interval ?? (hold >= MINUTE ? 5_000 : Math.max(100, Math.round(hold / 12))),
  }),
  observe: async (context) => {
    const asked = context.plan.site === undefined ? undefined : visitSite(context, 'new')
    const [visitor, ...seen] = await Promise.all([asked, ...context.standing.map((check) => check.observe())])
    const all = visitor === undefined || isOldSides(context, seen) ? seen : [visitor, ...seen]
    return all.length === 0
      ? inconclusive('there is nothing to look at: no site, and no step before this one keeps anything up')
      : combine(all)
  },
}
