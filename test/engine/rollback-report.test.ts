import { expect, it } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { pass } from '../../src/domain/observation.ts'
import type { ActingStepKind } from '../../src/domain/step-kind.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import type { SmallRun } from './small-world.ts'
import { freshWorld, runSmall, smallKinds } from './small-world.ts'

it('what stays on purpose is in the report, also where another process finishes the rollback', async () => {
  const made = async () => {
    const set = { world: freshWorld(), disk: emptyDisk() }
    await runSmall({ ...set, goal: { do: 'run', to: 'k8s-only' } })
    return set
  }
  const roll = (set: Awaited<ReturnType<typeof made>>, killAt?: SmallRun['killAt']) => {
    const kinds = new Map(smallKinds(set.world))
    const route = kinds.get('turn-route') as ActingStepKind<object, Json, Json>
    if ('irreversible' in route.undo) throw new Error('the route can be undone')
    const undo = { ...route.undo, verify: async () => ({ ...pass('undone'), left: ['Namespace x stays'] }) }
    kinds.set('turn-route', { ...route, undo })
    const change: SmallRun['change'] = (given) => ({ ...given, kinds })
    return runSmall({ ...set, goal: { do: 'rollback', to: 'nomad-only' }, change, ...(killAt && { killAt }) })
  }
  const whole = await made()
  expect(await roll(whole)).toMatchObject({ outcome: 'rolled-back', report: { left: ['Namespace x stays'] } })
  const undone = whole.disk.entries.find(({ record }) => record.type === 'step-undone')?.sequence ?? 0
  const cut = await made()
  await roll(cut, { sequence: undone, durable: true }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
  expect(await roll(cut)).toMatchObject({ outcome: 'rolled-back', report: { left: ['Namespace x stays'] } })
})
