import type { GatePolicy } from '../domain/gate-policy.ts'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { Observation, Side } from '../domain/observation.ts'
import { combine, pass } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import { progressOf } from '../domain/run-state.ts'
import type { TrafficAtom } from '../domain/traffic.ts'
import { visitSite } from '../domain/visit-site.ts'
import type { Session } from './session.ts'
import { contextOf } from './step-context.ts'

/** One good look is enough, and a hiccup is looked at again. Blindness is no reason to move visitors, and none to go on. */
const POLICY: GatePolicy = { ...DEFAULT_GATE_POLICY, interval: 500, timeout: 5_000, inconclusive: 'pause' }

export interface LookBefore {
  readonly policy: GatePolicy
  observe(): Promise<Observation>
}

/**
 * What must be seen once more right before the effect of `step`, because visitors will depend on it: a question may have been open for an hour
 * since it was last seen, and somebody else may have moved visitors. Undefined: the effect takes nothing away from them.
 */
export async function lookBefore(session: Session, step: PlanStep): Promise<LookBefore | undefined> {
  const { forward } = session.traffic(step)
  const side = forward.map(dependsOn).find((each) => each !== undefined)
  if (side === undefined) return undefined
  const context = await contextOf(session, step)
  const looks = [
    ...(forward.some((atom) => atom.do === 'stop') ? [() => visitSite(context, side)] : []),
    ...context.standing.filter((check) => check.side === side).map((check) => () => check.observe()),
    ...(await proofsOf(session, step, side)),
  ]
  // What is wrong with a side that visitors leave is no reason to stay on it.
  const left = forward.flatMap((atom) => (atom.do === 'route-remove' ? [atom.from] : []))
  const judged = (seen: Observation): Observation => {
    const whose = about(side, seen)
    if (whose.verdict === 'pass' || whose.side === undefined || !left.includes(whose.side)) return whose
    return pass(`visitors leave the ${whose.side} side, of which it was seen: ${whose.reason}`)
  }
  return looks.length === 0
    ? undefined
    : { policy: POLICY, observe: async () => combine((await Promise.all(looks.map((look) => look()))).map(judged)) }
}

/** The side that visitors depend on after this atom. */
function dependsOn(atom: TrafficAtom): Side | undefined {
  if (atom.do === 'route-add') return atom.to === 'maintenance' ? undefined : atom.to
  if (atom.do === 'stop') return atom.side === 'old' ? 'new' : 'old'
  return undefined
}

/** What finished steps proved the side by, to be asked again. */
async function proofsOf(session: Session, before: PlanStep, side: Side): Promise<readonly (() => Promise<Observation>)[]> {
  const { steps } = session.plan
  const finished = steps.slice(0, steps.indexOf(before)).filter((each) => progressOf(session.state(), each.id).phase === 'done')
  const proofs: (() => Promise<Observation>)[] = []
  for (const each of finished) {
    const kind = session.kind(each)
    const proves = session.traffic(each).forward.some((atom) => atom.do === 'prove' && atom.side === side)
    if (kind.nature !== 'waits' || !proves) continue
    const context = await contextOf(session, each)
    proofs.push(() => kind.observe(context))
  }
  return proofs
}

const about = (side: Side, seen: Observation): Observation => (seen.verdict === 'pass' || seen.side ? seen : { ...seen, side })
