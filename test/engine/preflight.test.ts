import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import type { Finding } from '../../src/domain/step-kind.ts'
import type { TargetCheck } from '../../src/engine/contract.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { freshWorld, runSmall, smallKinds } from './small-world.ts'

const passed = (what: string): Finding => ({ what, verdict: 'pass' })
const failed = (what: string): Finding => ({ what, verdict: 'fail' })

/** The small migration with two targets; `log` has what began and ended, in order. */
async function preflightOf(answers: { readonly kubernetes: Finding; readonly edge: Finding }, hanging = false) {
  const log: string[] = []
  const events: Event[] = []
  const target = (name: 'kubernetes' | 'edge'): TargetCheck => ({
    target: name,
    check: async ({ clock }) => {
      await clock.sleep(name === 'kubernetes' ? 5_000 : 10)
      log.push(`${name} known`)
      return [answers[name]]
    },
  })
  const result = await runSmall({
    world: freshWorld(),
    disk: emptyDisk(),
    events,
    change: (d) => {
      const kinds = new Map(smallKinds(freshWorld()))
      const asking = (kind: string): void => {
        const known = kinds.get(kind)
        const preflight = async (): Promise<readonly Finding[]> => {
          log.push(`${kind} asked`)
          return hanging ? new Promise(() => undefined) : [passed(`${kind} may`)]
        }
        if (known) kinds.set(kind, { ...known, preflight })
      }
      asking('turn-new')
      asking('turn-route')
      // Nobody says yes: only the preflight is looked at.
      return { ...d, kinds, checks: [target('kubernetes'), target('edge')], questions: { ...d.questions, approve: async () => 'no' } }
    },
  })
  const told = events.flatMap((event) => (event.type === 'preflight-finding' ? [event.finding.what] : []))
  return { log, told, result }
}

describe('the preflight', () => {
  it('asks all at once, and tells it in the order of the plan', async () => {
    const { log, told } = await preflightOf({ kubernetes: passed('k8s answers'), edge: passed('edge answers') })
    expect(log).toEqual(['turn-new asked', 'turn-route asked', 'edge known', 'kubernetes known'])
    expect(told.slice(0, 4)).toEqual(['k8s answers', 'edge answers', 'turn-new may', 'turn-route may'])
  })

  it('tells of no step where a target cannot be reached, and waits for none', async () => {
    const { told, result } = await preflightOf({ kubernetes: failed('k8s answers'), edge: passed('edge answers') }, true)
    expect(told).toEqual(['k8s answers', 'edge answers'])
    expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'preflight-failed' }] })
  })
})
