import type { EdgeTraffic, ServiceTraffic } from '../../domain/ports/edge-traffic.ts'
import type { OwnAnswer } from './counters.ts'
import { increase, NOTHING, plus, requestsIn, withoutOwn } from './counters.ts'
import type { BothSides, OwnRequest, Pair, Sample } from './sample.ts'
import { visitorsSample } from './sample.ts'

/** What Traefik has counted since we began to look. */
export interface Counting {
  readonly services: BothSides<readonly string[]>
  readonly last: EdgeTraffic
  readonly counted: BothSides<ServiceTraffic>
  /** Our own requests before this one were made before we began to look. */
  readonly from: number
  readonly restarted: readonly string[]
}

/** Why visitors cannot be told, as a sentence. */
export interface Uncounted {
  readonly uncounted: string
}

export const beginCounting = (services: Counting['services'], traffic: EdgeTraffic, pairs: readonly Pair[]): Counting => ({
  services,
  last: traffic,
  counted: { old: NOTHING, new: NOTHING },
  from: pairs.length,
  restarted: [],
})

export function countOn(counting: Counting, traffic: EdgeTraffic): Counting {
  const { services, last, counted } = counting
  const [old, fresh] = [increase(last, traffic, services.old), increase(last, traffic, services.new)]
  return {
    ...counting,
    last: traffic,
    counted: { old: plus(counted.old, old.traffic), new: plus(counted.new, fresh.traffic) },
    restarted: [...new Set([...counting.restarted, ...old.restarted, ...fresh.restarted])],
  }
}

/** Answers of ours after which a side of which nothing is counted is one that Traefik does not count. */
const SURELY_COUNTED = 3

/** What visitors have had, without our own requests. */
export function visitorsIn({ services, counted, from }: Counting, pairs: readonly Pair[]): BothSides<Sample> | Uncounted {
  const own = pairs.slice(from)
  const answers = { old: answersOf(own.map((pair) => pair.old)), new: answersOf(own.map((pair) => pair.new)) }
  const silent = (['old', 'new'] as const).find((side) => answers[side].length >= SURELY_COUNTED && requestsIn(counted[side]) === 0)
  if (silent !== undefined) return { uncounted: `Traefik's metrics count no request to ${services[silent].join(', ')}, not even our own` }
  return {
    old: visitorsSample(withoutOwn(counted.old, answers.old)),
    new: visitorsSample(withoutOwn(counted.new, answers.new)),
  }
}

const answersOf = (requests: readonly OwnRequest[]): readonly OwnAnswer[] =>
  requests.flatMap(({ status, seconds = Infinity }) => (status === undefined ? [] : [{ status, seconds }]))

export const restartNote = ({ restarted }: Counting): readonly string[] =>
  restarted.length === 0 ? [] : [`the counters of ${restarted.join(', ')} began again at 0 meanwhile, as after a restart of Traefik`]
