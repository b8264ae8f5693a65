import { siteOf } from '../../domain/plan.ts'
import type { Observation, Side } from '../../domain/observation.ts'
import { combine } from '../../domain/observation.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Relief } from '../../domain/relief.ts'
import { visitSite } from '../../domain/visit-site.ts'
import { observeBehindDoor, observeDoor } from '../open-traefik-route/observe.ts'
import type { RouteSet } from '../open-traefik-route/record.ts'
import { changeBetween, holds } from '../open-traefik-route/route-set.ts'
import { editFile } from '../switch-traefik-route/apply.ts'
import { originalFile } from '../switch-traefik-route/record.ts'
import { observeSet } from './observe.ts'
import { notAsLeft } from './preview.ts'
import type { ShiftContext, ShiftRecord, ShiftSpec } from './record.ts'
import { percentOf } from './record.ts'
import { withoutOldSide } from './without-old-side.ts'

/** Takes the old side's share of visitors to Kubernetes while that side fails. */
export const reliefOfOldSide: Relief<ShiftSpec, ShiftRecord> = {
  affects: ({ send }) => {
    const share = percentOf(send)
    return share === undefined ? undefined : `${100 - share}% of visitors`
  },
  apply,
  verify,
}

async function apply(context: ShiftContext, record: ShiftRecord): Promise<void> {
  const { edge } = context.ports
  const relieved = relievedSet(record)
  const known = [record.before, record.after]
  if (holds(edge, await edge.read(), relieved, known)) return
  await proveWhoFails(context, record)
  await editFile(context, (config) => {
    if (holds(edge, config, relieved, known)) return undefined
    if (!holds(edge, config, record.after, [record.before])) throw notAsLeft(context, config, record)
    return edge.edit(config, changeBetween(record.after, relieved, originalFile(record.opened.record)))
  })
}

async function verify(context: ShiftContext, record: ShiftRecord): Promise<Observation> {
  const routed = await observeSet(context, record.opened.record, relievedSet(record))
  if (routed.verdict !== 'pass') return routed
  return combine([routed, ...(await Promise.all([visitSite(context, 'new'), observeDoor(context, record.opened.record, 'new')]))])
}

function relievedSet({ after, opened, send }: ShiftRecord): RouteSet {
  const relieved = withoutOldSide(after, opened.record)
  if (relieved === undefined) throw new Error(`with ${send} nobody is shared by weight`)
  return relieved
}

/**
 * Each side is asked so many times at once, in so many rounds, so far apart (milliseconds). The old one fails where something was wrong in each
 * round: one of its servers may be well, and a moment's hiccup is in one round only.
 */
const ANSWERS = 3
const ROUNDS = 3
const APART_MS = 250

/** Resolves where the new side is proven and the old one was seen to fail; rejects otherwise. */
async function proveWhoFails(context: ShiftContext, record: ShiftRecord): Promise<void> {
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) {
    if (rounds.length > 0) await context.ports.clock.sleep(APART_MS, context.signal)
    rounds.push(await askBoth(context, record))
  }
  const fresh = combine(rounds.flatMap((each) => each.new))
  if (fresh.verdict !== 'pass') throw newNotProven(context, fresh)
  const olds = rounds.map((each) => combine(each.old))
  const answers = olds.find((each) => each.verdict === 'pass')
  if (answers !== undefined) throw oldAnswers(context, answers, olds)
  // What could not be seen does not fail: it is no reason to take visitors off it.
  const unseen = olds.find((each) => each.verdict === 'inconclusive')
  if (unseen !== undefined) throw oldNotSeen(context, unseen)
}

type Round = { readonly [Each in Side]: readonly Observation[] }

async function askBoth(context: ShiftContext, record: ShiftRecord): Promise<Round> {
  const ask = (side: Side): Promise<readonly Observation[]> =>
    Promise.all(Array.from({ length: ANSWERS }, () => observeBehindDoor(context, record.opened.record, side)))
  const [old, fresh] = await Promise.all([ask('old'), ask('new')])
  return { old, new: fresh }
}

const LEFT_AS_IT_WAS = 'so the route was left as it was'

const newNotProven = (context: ShiftContext, seen: Observation): ProblemError =>
  new ProblemError({
    code: 'new-side-not-proven',
    summary: `Kubernetes was not seen to answer ${siteOf(context.plan).url} as it should either, ${LEFT_AS_IT_WAS}`,
    attempted: 'prove the new side before all visitors are taken to it',
    details: [seen.reason],
    next: ['bring one of the two sides back, then run again'],
    effect: 'no',
  })

const oldAnswers = (context: ShiftContext, answers: Observation, olds: readonly Observation[]): ProblemError =>
  new ProblemError({
    code: 'old-side-answers',
    summary: `the old side answered ${siteOf(context.plan).url} as it should when it was asked again, ${LEFT_AS_IT_WAS}`,
    attempted: 'see the old side fail before visitors are taken off it',
    details: [answers.reason, ...olds.filter((each) => each.verdict !== 'pass').map((each) => each.reason)],
    next: ['run again: the step is looked at anew'],
    effect: 'no',
  })

const oldNotSeen = (context: ShiftContext, seen: Observation): ProblemError =>
  new ProblemError({
    code: 'old-side-not-seen',
    summary: `the old side of ${siteOf(context.plan).url} could not be seen, ${LEFT_AS_IT_WAS}`,
    attempted: 'see the old side fail before visitors are taken off it',
    details: [seen.reason],
    next: ['see why it cannot be asked, then run again'],
    effect: 'no',
  })
