import { expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import type { Json } from '../../src/domain/json.ts'
import type { ActingStepKind } from '../../src/domain/step-kind.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { freshWorld, runSmall, smallKinds } from './small-world.ts'

it('an undo is looked at as its kind says of undoing, where it says so', async () => {
  const world = freshWorld()
  const kinds = new Map(smallKinds(world))
  const turning = kinds.get('turn-route') as ActingStepKind<object, Json, Json>
  const policy = turning.defaultGate({})
  kinds.set('turn-route', {
    ...turning,
    defaultGate: () => ({ ...policy, hold: 5_000 }),
    undoGate: () => ({ ...policy, successThreshold: 3 }),
  })
  const disk = emptyDisk()
  const events: Event[] = []
  const go = (goal: { readonly do: 'run' | 'rollback'; readonly to: string }) =>
    runSmall({ world, disk, events, goal, change: (d) => ({ ...d, kinds }) })
  await go({ do: 'run', to: 'k8s-only' })
  await go({ do: 'rollback', to: 'both-running' })
  const policies = events.flatMap((each) =>
    each.type === 'gate-started' && each.step === 'cut' && each.gate === 'own' ? [each.policy] : [],
  )
  expect(policies.map(({ hold, successThreshold }) => [hold, successThreshold])).toEqual([
    [5_000, policy.successThreshold],
    [0, 3],
  ])
})
