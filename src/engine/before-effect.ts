import type { GatePolicy } from '../domain/gate-policy.ts'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import type { Observation, Side } from '../domain/observation.ts'
import { combine, pass } from '../domain/observation.ts'
import type { PlanStep } from '../domain/plan.ts'
import { progressOf } from '../domain/run-state.ts'
import type { TrafficAtom } from '../domain/traffic.ts'
import { visitSite } from '../domain/visit-site.ts'
import type { Session } from './session.ts'
import { contextOf, oldSideChecks } from './step-context.ts'

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
  // A share that is put back takes visitors from the new side; a write of it that was cut short may be there already.
  const isPutBack = session.state().relief?.step === step.id
  const context = await contextOf(session, step)
  const standing = context.standing.filter(({ about: subject }) => !(isPutBack && subject === 'traefik-route'))
  // Visitors who are to share both sides depend on the old one, too.
  const sharesBoth = forward.some((atom) => atom.do === 'route-add') && !forward.some((atom) => atom.do === 'route-remove')
  const looks = [
    ...(forward.some((atom) => atom.do === 'stop') ? [() => visitSite(context, side)] : []),
    ...standing.filter((check) => check.side === side).map((check) => () => check.observe()),
    ...(sharesBoth ? await oldSideChecks(session, step) : []).map((check) => () => check.observe()),
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

/** How old a look may be when its gate begins, milliseconds. */
const FRESH_MS = 500

/**
 * The same, its first look begun at once, beside the preview that is made right before the effect as well. It counts where the preview took no longer than
 * half a second; the next looks, or a first one that has grown old, are made as the gate asks for them.
 */
export async function lookBeforeAtOnce(session: Session, step: PlanStep): Promise<LookBefore | undefined> {
  const look = await lookBefore(session, step)
  if (look === undefined) return undefined
  const { clock } = session.ports
  const begunAt = clock.monotonic()
  let begun: Promise<Observation> | undefined = look.observe()
  // Where the preview refuses the effect, nobody waits for it.
  begun.catch(() => undefined)
  return {
    policy: look.policy,
    observe: () => {
      const first = begun
      begun = undefined
      return first !== undefined && clock.monotonic() - begunAt <= FRESH_MS ? first : look.observe()
    },
  }
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
