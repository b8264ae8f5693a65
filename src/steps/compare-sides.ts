import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { judgeClosed, whyDoorsNotProven } from '../domain/door-proof.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { inconclusive } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { SideDoors } from '../domain/side-doors.ts'
import type { WaitingStepKind } from '../domain/step-kind.ts'
import { NO_TRAFFIC } from '../domain/traffic.ts'
import { sitePath } from '../domain/visit-site.ts'
import { askOldAgain, askSides } from './compare-sides/ask-sides.ts'
import { addressFinding } from './compare-sides/client-address.ts'
import { compare } from './compare-sides/compare.ts'
import { describeCompare } from './compare-sides/describe.ts'
import { sortFindings, uselessFine } from './compare-sides/fine.ts'
import { isAnswered, judge, siteWrong, unanswered } from './compare-sides/judge.ts'
import type { AnsweredPair, Finding, Pair } from './compare-sides/pair.ts'
import { askedPaths, comparedPaths } from './compare-sides/paths.ts'
import type { CompareContext, CompareSpec } from './compare-sides/spec.ts'
import { spec } from './compare-sides/spec.ts'
import { compareWarnings } from './compare-sides/warnings.ts'

export type { CompareSpec } from './compare-sides/spec.ts'

export const compareSides: WaitingStepKind<CompareSpec> = {
  nature: 'waits',
  kind: 'compare-sides',
  summary: 'Asks both sides the same through the real edge, before a visitor moves, and compares the answers',
  spec,
  example: {
    paths: ['/', '/about', '/robots.txt'],
    headers: ['content-type', 'cache-control'],
    ignore: ['Rendered in \\d+ ms'],
    fine: [{ path: '/robots.txt', what: 'header:cache-control', because: 'the new server lets it be kept for a day' }],
  },
  targets: ['edge'],
  traffic: () => NO_TRAFFIC,
  doors: () => 'needs',
  check: uselessFine,
  warnings: compareWarnings,
  describe: describeCompare,
  preflight: async () => [],
  // What is not compared is no reason to move visitors, and none to go on.
  policy: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 30_000, successThreshold: 1, inconclusive: 'pause' }),
  observe: (context) => look('both sides of the edge', () => observe(context)),
}

async function observe(context: CompareContext): Promise<Observation> {
  const { doors, plan, spec: own } = context
  if (doors === undefined) return inconclusive('no door of the edge leads to either side: a step before this one must open them')
  const asked = askedPaths(own, plan)
  const closed = await whyDoorsNotProven(context, doors, [sitePath(plan)])
  if (closed.length > 0) return judgeClosed(closed)
  const pairs = await askSides(context, doors, asked)
  // Once more, and for all paths: a reload in between may have taken a door away.
  const closedSince = await whyDoorsNotProven(context, doors, asked)
  if (closedSince.length > 0) return judgeClosed(closedSince)
  return compareAll(context, doors, pairs)
}

async function compareAll(context: CompareContext, doors: SideDoors, pairs: readonly Pair[]): Promise<Observation> {
  const { spec: own, plan } = context
  const missing = pairs.flatMap((each) => unanswered(each) ?? [])
  const site = pairs
    .filter((each) => each.path === sitePath(plan) && unanswered(each) === undefined)
    .flatMap((each) => siteWrong(each, siteOf(plan).expect))
  const answered = pairs.filter(isAnswered).filter((each) => unanswered(each) === undefined)
  const compared = answered.filter((each) => comparedPaths(own, plan).includes(each.path)).map((each) => compare(each, own))
  const findings = [...compared.flatMap((each) => each.findings), ...addressFindings(context, answered)]
  const sorted = sortFindings(withoutErrorPages(findings, own), own.fine)
  const open = await markNoise(context, doors, answered, sorted.open)
  const notes = compared.flatMap((each) => each.notes)
  return judge({ sorted: { ...sorted, open }, site, unanswered: missing, notes, paths: compared.length }, own)
}

const addressFindings = ({ spec: { clientAddress } }: CompareContext, answered: readonly AnsweredPair[]): readonly Finding[] =>
  clientAddress === undefined
    ? []
    : answered.filter((each) => each.path === clientAddress.path).flatMap((each) => addressFinding(each, clientAddress) ?? [])

/** Where the status differs the bodies do, too: one line says it, unless the plan declares the status fine. */
function withoutErrorPages(findings: readonly Finding[], { fine }: CompareSpec): readonly Finding[] {
  const failing = new Set(
    sortFindings(findings, fine)
      .open.filter((each) => each.what === 'status')
      .map((each) => each.path),
  )
  return findings.filter((each) => each.what !== 'body' || !failing.has(each.path))
}

/** Says of what differs whether it also differs from one answer of the old side to the next: that is no fault of the new one. */
async function markNoise(
  context: CompareContext,
  doors: SideDoors,
  answered: readonly AnsweredPair[],
  open: readonly Finding[],
): Promise<readonly Finding[]> {
  const differing = answered.filter((pair) => open.some((each) => each.path === pair.path && each.certain))
  const again = (await askOldAgain(context, doors, differing)).filter(isAnswered)
  const noise = again.flatMap((each) => compare(each, context.spec).findings)
  const isNoise = ({ path, what }: Finding): boolean => noise.some((each) => each.certain && each.path === path && each.what === what)
  return open.map((each) =>
    each.certain && isNoise(each)
      ? {
          ...each,
          text: `${each.text}; the old side also differs from one answer to the next: cut that out with \`ignore\`, or declare it \`fine\``,
        }
      : each,
  )
}
