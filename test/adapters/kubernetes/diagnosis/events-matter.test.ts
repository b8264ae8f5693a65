import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnosePods, eventsMatter } from '../../../../src/adapters/kubernetes/diagnosis/diagnose.ts'
import type { KubernetesObject } from '../../../../src/domain/ports/kubernetes.ts'
import { recorded } from '../readiness/recorded-cases.ts'

const NOW = Date.UTC(2027, 0, 1)
const cases = Object.entries(recorded.cases).filter(([, { pods }]) => pods.length > 0)

/** A recorded pod whose containers and conditions were changed, and the same events. */
const changed = fc.record({
  of: fc.constantFrom(...cases.map(([, each]) => each)),
  ready: fc.boolean(),
  condition: fc.constantFrom('True', 'False', undefined),
  init: fc.constantFrom('none', 'ended', 'waiting', 'ready'),
})

const INIT = {
  none: [],
  ended: [{ name: 'init', ready: false, state: { terminated: { exitCode: 0 } } }],
  waiting: [{ name: 'init', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
  ready: [{ name: 'init', ready: true, state: { running: {} } }],
}

function podOf({ of, ready, condition, init }: typeof changed extends fc.Arbitrary<infer Value> ? Value : never): KubernetesObject {
  const [pod] = of.pods
  if (pod === undefined) throw new Error('a case without a pod')
  const status = pod['status'] as { readonly containerStatuses?: readonly object[]; readonly conditions?: readonly { type: string }[] }
  return {
    ...pod,
    status: {
      ...status,
      containerStatuses: (status.containerStatuses ?? []).map((each) => ({ ...each, ready })),
      initContainerStatuses: INIT[init],
      conditions: [
        ...(status.conditions ?? []).filter(({ type }) => type !== 'Ready'),
        ...(condition === undefined ? [] : [{ type: 'Ready', status: condition }]),
      ],
    },
  }
}

describe('events', () => {
  it('change nothing about pods of which it was said that they do not matter', () => {
    let unneeded = 0
    fc.assert(
      fc.property(changed, (change) => {
        const pods = [podOf(change)]
        if (eventsMatter(pods)) return
        unneeded += 1
        expect(diagnosePods(pods, change.of.events, NOW)).toEqual(diagnosePods(pods, [], NOW))
      }),
    )
    expect(unneeded).toBeGreaterThan(0)
  })

  it.each(cases)('matter for the recorded %s', (_name, { pods }) => {
    expect(eventsMatter(pods)).toBe(true)
  })
})
