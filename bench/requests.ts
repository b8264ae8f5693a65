import type { AuditEvent } from '../test/e2e/world/audit.ts'
import type { Fact } from './witness/facts.ts'
import { passagesOf } from './witness/facts.ts'

/** One request to an API, or one visit of the site. */
export interface Asked {
  readonly at: number
  readonly server: 'kubernetes' | 'nomad' | 'traefik' | 'site'
  /** Server and path. */
  readonly thing: string
  /** A review (may I do this?) is neither a look nor a write. */
  readonly is: 'look' | 'write' | 'review'
}

/** The seconds after a write of one's own in which looks may be dense. */
const DENSE_MS = 3_000
/** Over how long a rate is taken: two looks that meet are no rate. */
const WINDOW_MS = 5_000

const READS = new Set(['get', 'list', 'watch', 'GET', 'CONNECT', 'HEAD'])

/** Everything that was asked, in order. */
export function allAsked(facts: readonly Fact[], audit: readonly AuditEvent[]): readonly Asked[] {
  const throughDoors = passagesOf(facts).map(({ at, door, method, path }): Asked => {
    const server = door === 'visit' ? 'site' : door
    return {
      at,
      server,
      thing: door === 'visit' ? 'site' : `${server} ${path}`,
      is: READS.has(method) ? 'look' : 'write',
    }
  })
  const recorded = audit.map(({ requestReceivedTimestamp, verb, requestURI, objectRef }): Asked => {
    const [path = requestURI] = requestURI.split('?')
    const is = (objectRef?.resource ?? '').endsWith('reviews')
      ? 'review'
      : READS.has(verb) || requestURI.includes('dryRun=All')
        ? 'look'
        : 'write'
    return {
      at: Date.parse(requestReceivedTimestamp),
      server: 'kubernetes',
      thing: `kubernetes ${path}`,
      is,
    }
  })
  return [...throughDoors, ...recorded].sort((a, b) => a.at - b.at)
}

export interface Busiest {
  readonly thing: string
  /** Looks a second: those that followed within five seconds of a look, where they were most. */
  readonly perSecond: number
  readonly at: number
}

/** Things by how often they were looked at outside the dense seconds after a write, to Kubernetes, to Nomad or of the edge's file; the busiest first. */
export function busiestThings(asked: readonly Asked[], fileWritten: readonly number[]): readonly Busiest[] {
  const writes = [...asked.filter(({ is }) => is === 'write').map(({ at }) => at), ...fileWritten]
  const quiet = asked.filter((each) => each.is === 'look' && !writes.some((at) => at <= each.at && each.at <= at + DENSE_MS))
  const things = [...new Set(quiet.map(({ thing }) => thing))]
  return things
    .map((thing) =>
      densest(
        thing,
        quiet.filter((each) => each.thing === thing),
      ),
    )
    .sort((a, b) => b.perSecond - a.perSecond)
}

function densest(thing: string, looks: readonly Asked[]): Busiest {
  let best: Busiest = { thing, perSecond: 0, at: 0 }
  for (const { at } of looks) {
    const perSecond = (looks.filter((each) => at <= each.at && each.at <= at + WINDOW_MS).length - 1) / (WINDOW_MS / 1000)
    if (perSecond > best.perSecond) best = { thing, perSecond, at }
  }
  return best
}
