import type { EdgePort } from '../../domain/ports/edge.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { SideDoor, SideDoors } from '../../domain/side-doors.ts'
import type { Counting, Uncounted } from './counting.ts'
import { beginCounting, countOn, restartNote, visitorsIn } from './counting.ts'
import type { Gathered } from './judge.ts'
import type { Pair } from './sample.ts'

const OFF: Uncounted = { uncounted: "Traefik's metrics are off, or say nothing of services" }

/** Looks at Traefik's counters from look to look. */
export interface VisitorCounter {
  /** Before our own request and after it. What could not be read is said, and made good at the next look. */
  look(pairs: readonly Pair[]): Promise<void>
  seen(pairs: readonly Pair[]): Pick<Gathered, 'visitors' | 'notes' | 'unseen'>
}

export function countVisitors(edge: EdgePort, doors: SideDoors): VisitorCounter {
  let foreign: readonly string[] | undefined
  let counting: Counting | undefined
  let unseen: string | undefined
  const read = async (pairs: readonly Pair[]): Promise<void> => {
    foreign ??= await foreignRouters(edge, doors.new)
    if (foreign.length > 0) return
    const traffic = await edge.traffic()
    if (traffic === undefined) {
      if (counting !== undefined) unseen = "the visitors could not be counted at this look: Traefik's metrics were on, and are off now"
      return
    }
    counting = counting === undefined ? beginCounting(servicesOf(doors), traffic, pairs) : countOn(counting, traffic)
  }
  return {
    look: async (pairs) => {
      unseen = undefined
      try {
        await read(pairs)
      } catch (thrown) {
        if (!(thrown instanceof ProblemError)) throw thrown
        unseen = `the visitors could not be counted at this look: ${thrown.problem.summary}`
      }
    },
    seen: (pairs) => ({
      visitors: counting === undefined ? uncounted(doors, foreign ?? []) : visitorsIn(counting, pairs),
      notes: counting === undefined ? [] : restartNote(counting),
      ...(unseen !== undefined && { unseen }),
    }),
  }
}

const servicesOf = (doors: SideDoors): Counting['services'] => ({ old: doors.old.services, new: doors.new.services })

/**
 * Routers that lead straight to a service of the new side and are no doors of ours: others' visitors, whom Traefik counts by the same name. Until the
 * new side is alone our own router never leads there straight. On the old side such routers lead to the very job that is moving.
 */
async function foreignRouters(edge: EdgePort, { services, headers }: SideDoor): Promise<readonly string[]> {
  const routers = await edge.routers()
  const secrets = Object.values(headers)
  return services
    .flatMap((service) => edge.routersOf(routers, service))
    .filter(({ rule }) => !secrets.some((secret) => rule.includes(secret)))
    .map(({ name }) => name)
}

const uncounted = (doors: SideDoors, foreign: readonly string[]): Uncounted =>
  foreign.length === 0
    ? OFF
    : {
        uncounted: `visitors of the new side cannot be told from those of ${foreign.join(', ')}: Traefik counts both as ${doors.new.services.join(', ')}`,
      }
