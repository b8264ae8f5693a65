import { expect, it } from 'vitest'
import type { Json } from '../../src/domain/json.ts'
import { pass } from '../../src/domain/observation.ts'
import type { ActingStepKind, AnyStepKind, StepKinds } from '../../src/domain/step-kind.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { freshWorld, runSmall, smallKinds, smallPlan } from './small-world.ts'

/** The small kinds, with standing checks about the old side: one of `cut`, and one that `stop` needs until it is done. */
function watching(world: ReturnType<typeof freshWorld>, asked: string[]): StepKinds {
  const kinds = new Map<string, AnyStepKind>(smallKinds(world))
  const about = (what: string) => [{ about: 'old-side' as const, side: 'old' as const, what, observe: async () => pass(what) }]
  kinds.set('turn-route', {
    ...(kinds.get('turn-route') as ActingStepKind<object, Json, Json>),
    standing: () => about('the old side answers'),
  })
  kinds.set('turn-old', {
    ...(kinds.get('turn-old') as ActingStepKind<object, Json, Json>),
    standingUntil: () => about('the old job runs'),
  })
  const kept = kinds.get('turn-kept') as ActingStepKind<unknown, Json, Json>
  const note = (step: string, standing: readonly { what: string }[]): void =>
    void asked.push(`${step}: ${standing.map((each) => each.what).join(', ')}`)
  const soak = kinds.get('soak')
  if (soak?.nature === 'waits') {
    kinds.set('soak', {
      ...soak,
      observe: async (context) => {
        note('soak', context.standing)
        return pass('well')
      },
    })
  }
  kinds.set('turn-kept', {
    ...kept,
    verify: async (context, undoRecord, notes) => {
      note('purge', context.standing)
      return kept.verify(context, undoRecord, notes)
    },
  })
  return kinds
}

it('the old side is watched until it is stopped on purpose, and not after', async () => {
  const world = freshWorld()
  const asked: string[] = []
  await runSmall({ world, disk: emptyDisk(), change: (d) => ({ ...d, kinds: watching(world, asked) }) })
  expect([...new Set(asked)]).toEqual(['soak: the old side answers, the old job runs', 'purge: '])
})

it('what an earlier step says of a thing ends with a step that says it anew; what a later one needs until it is done does not', async () => {
  const world = freshWorld()
  const asked: string[] = []
  const kinds = new Map(watching(world, asked))
  const about = (what: string) => [{ about: 'old-side' as const, side: 'old' as const, what, observe: async () => pass(what) }]
  kinds.set('turn-new', { ...(kinds.get('turn-new') as ActingStepKind<object, Json, Json>), standing: () => about('said first') })
  kinds.set('turn-route', { ...(kinds.get('turn-route') as ActingStepKind<object, Json, Json>), ends: ['old-side'] })
  await runSmall({ world, disk: emptyDisk(), change: (d) => ({ ...d, kinds }) })
  expect([...new Set(asked)]).toEqual(['soak: the old side answers, the old job runs', 'purge: '])
})

it('what a later step needs until it is done is not asked where its targets are not opened: the run ends before it', async () => {
  const asked: string[] = []
  const world = freshWorld()
  const kinds = new Map(watching(world, asked))
  kinds.set('turn-old', { ...(kinds.get('turn-old') as ActingStepKind<object, Json, Json>), targets: ['nomad'] })
  const run = async (targets: ReadonlySet<'nomad'>): Promise<readonly string[]> => {
    asked.splice(0)
    // The soak is the last step before the old side is stopped.
    const plan = smallPlan((steps) => steps.map((step) => (step.id === 'soak' ? { ...step, reaches: 'soaked' } : step)))
    await runSmall({
      world: freshWorld(),
      disk: emptyDisk(),
      plan: { ...plan, states: ['nomad-only', 'both-running', 'k8s-only', 'soaked', 'nomad-removed'] },
      goal: { do: 'run', to: 'soaked' },
      change: (d) => ({ ...d, kinds, targets }),
    })
    return [...new Set(asked)]
  }
  expect(await run(new Set())).toEqual(['soak: the old side answers'])
  expect(await run(new Set(['nomad']))).toEqual(['soak: the old side answers, the old job runs'])
})
