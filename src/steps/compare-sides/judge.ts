import type { Observation, Side } from '../../domain/observation.ts'
import { fail, inconclusive, pass, pending } from '../../domain/observation.ts'
import type { SiteExpectation } from '../../domain/plan.ts'
import { differences } from '../../domain/site.ts'
import type { Sorted } from './fine.ts'
import { sayFine } from './fine.ts'
import type { AnsweredPair, Pair } from './pair.ts'
import { lineOf } from './pair.ts'
import type { CompareSpec } from './spec.ts'

/** An answer that says nothing about the application: too many requests, or a proxy without a server (facts: Traefik 16). */
const NOT_THE_APPLICATION = [429, 502, 503, 504]

/** A path of which there is nothing to compare, and whose fault that is; undefined: both. */
export interface Unanswered {
  readonly line: string
  readonly side: Side | undefined
}

/** Why the answers for a path are not worth comparing; undefined when they are. */
export function unanswered(pair: Pair): Unanswered | undefined {
  const [old, fresh] = [whyNoAnswer(pair, 'old'), whyNoAnswer(pair, 'new')]
  if (old !== undefined || fresh !== undefined) {
    const side = old === undefined ? 'new' : fresh === undefined ? 'old' : undefined
    return { line: `${pair.path}: ${[old, fresh].filter((each) => each !== undefined).join('; ')}`, side }
  }
  if (!isAnswered(pair) || pair.old.status < 500 || pair.new.status < 500) return undefined
  return { line: `${pair.path}: status ${pair.old.status} (old) and ${pair.new.status} (new): two errors prove nothing`, side: undefined }
}

function whyNoAnswer(pair: Pair, side: Side): string | undefined {
  const exchange = pair[side]
  if (!exchange.ok) return `the ${side} side gave no answer: ${exchange.failure} (${exchange.detail})`
  return NOT_THE_APPLICATION.includes(exchange.status) ? `the ${side} side answered ${exchange.status}` : undefined
}

export const isAnswered = (pair: Pair): pair is AnsweredPair => pair.old.ok && pair.new.ok

/** What is wrong with the site's own path on either side: two sides that are wrong alike are not fine. */
export function siteWrong(pair: Pair, expected: SiteExpectation): readonly Unanswered[] {
  return (['old', 'new'] as const).flatMap((side) => {
    const wrong = differences(pair[side], expected)
    return wrong.length === 0 ? [] : [{ line: `${pair.path}: the ${side} side: ${wrong.join('; ')}`, side }]
  })
}

export interface Outcome {
  readonly sorted: Sorted
  /** What is wrong with the site's own path: until it is right, nothing else says much. */
  readonly site: readonly Unanswered[]
  readonly unanswered: readonly Unanswered[]
  readonly notes: readonly string[]
  readonly paths: number
}

/** What was seen outranks what was not; all of it is evidence. */
export function judge(outcome: Outcome, spec: CompareSpec): Observation {
  const { sorted, notes, paths } = outcome
  const differing = sorted.open.filter((each) => each.certain).map(lineOf)
  const uncompared = sorted.open.filter((each) => !each.certain).map(lineOf)
  const missing = outcome.unanswered.map((each) => each.line)
  const site = outcome.site.map((each) => each.line)
  const declared = sorted.declared.map(({ finding, because }) => `declared fine: ${lineOf(finding)} (${because})`)
  const unused = sorted.unused.map((each) => `\`fine\` matched nothing: ${sayFine(each)}`)
  const evidence = [...site, ...differing, ...missing, ...uncompared, ...declared, ...unused, ...notes]
  if (site.length > 0) return pending(site.join('; '), { evidence, ...sideOf(outcome.site) })
  if (differing.length > 0) {
    const how = differing.length === 1 ? 'differ in one thing' : `differ in ${differing.length} things; the first`
    return fail(`the sides ${how}: ${differing[0]}`, { evidence, side: 'new' })
  }
  if (missing.length > 0) return pending(missing.join('; '), { evidence, ...sideOf(outcome.unanswered) })
  if (uncompared.length > 0) {
    return inconclusive(
      `not all could be compared: ${uncompared.join('; ')}; leave it out of \`paths\`, or declare it under \`fine\``,
      evidence,
    )
  }
  const alike = `${paths === 1 ? 'one path answers' : `${paths} paths answer`} alike on both sides (${compared(spec)})`
  const meant = sorted.used.map((each) => `declared fine: ${sayFine(each)} (${each.because})`)
  return pass([alike, ...meant, ...unused, ...notes].join('; '), evidence.length > 0 ? evidence : undefined)
}

function sideOf(all: readonly Unanswered[]): { side?: Side } {
  const side = all[0]?.side
  return side !== undefined && all.every((each) => each.side === side) ? { side } : {}
}

const BODY = { exact: 'whole body', text: 'text' }

function compared(spec: CompareSpec): string {
  return [
    'status',
    'redirect',
    ...spec.headers,
    ...(spec.cookies ? ['cookies'] : []),
    ...(spec.body === 'none' ? [] : [BODY[spec.body]]),
    ...(spec.clientAddress ? ["the visitor's address"] : []),
  ].join(', ')
}
