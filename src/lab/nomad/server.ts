import type { LabContext, LabNomad } from '../contract.ts'
import { advance, nextDue } from './allocations.ts'
import { answerApi } from './api.ts'
import { answerOf, catalogOf } from './catalog.ts'
import type { NomadWorld } from './world.ts'

/**
 * A Nomad server and client over a world: its API, its allocations as Consul's catalog shows them, and what they answer.
 * With the fault `nomad-gone` API and allocations drop every connection, while the catalog goes on naming them; while the agent `isStopped`
 * likewise.
 */
export function createLabNomad(world: NomadWorld, context: LabContext, isStopped = (): boolean => false): LabNomad {
  let change = new AbortController()

  function changed(): void {
    context.changed()
    const previous = change
    change = new AbortController()
    previous.abort()
  }
  /** What time has brought is written down before anybody is told. */
  function catchUp(): void {
    if (!gone() && advance(world, context.clock.now())) changed()
  }
  const gone = (): boolean => context.faults.has('nomad-gone') || isStopped()
  const around = {
    clock: context.clock,
    gone,
    nextChange: () => change.signal,
    nextDue: () => nextDue(world),
    catchUp,
  }

  return {
    async handler(request) {
      if (gone()) return 'drop'
      catchUp()
      const index = world.index
      const writes = world.writes
      const answer = await answerApi(world, request, around)
      if (request.method !== 'GET' && (world.index !== index || world.writes !== writes)) changed()
      return answer
    },
    catalog() {
      catchUp()
      return catalogOf(world)
    },
    answer(instanceId) {
      catchUp()
      return gone() ? 'drop' : answerOf(world, instanceId)
    },
  }
}
