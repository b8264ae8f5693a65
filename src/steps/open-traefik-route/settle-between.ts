import type { Settlement, StepContext } from '../../domain/step-kind.ts'
import { settling } from '../settling.ts'
import { unfinishedWrite } from '../switch-traefik-route/apply.ts'
import type { RouteSet } from './record.ts'
import { holds } from './route-set.ts'

/** What a write that leads from one set of ours to another has come to: the file holds the one, the other, or what somebody made of it. */
export const settleBetween = (context: StepContext<unknown>, before: RouteSet, after: RouteSet, foreign: string): Promise<Settlement> =>
  settling(async () => {
    const { edge } = context.ports
    const config = await edge.read()
    const cutShort = unfinishedWrite(config)
    if (cutShort) return cutShort
    if (holds(edge, config, after, [before])) return { status: 'done' }
    return holds(edge, config, before, [after]) ? { status: 'none' } : { status: 'foreign', reason: foreign }
  })
