import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Event, StepPreview } from '../../src/domain/event.ts'
import { DEFAULT_GATE_POLICY } from '../../src/domain/gate-policy.ts'
import { pass } from '../../src/domain/observation.ts'
import type { PlanGate } from '../../src/domain/plan.ts'
import type { GateKind } from '../../src/domain/step-kind.ts'
import { previewDifference } from '../../src/engine/preview.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { freshWorld, picture, runSmall, smallPlan, START } from './small-world.ts'

const LOCATION = { file: 'plan.yaml', line: 1, column: 1 }

const shown: StepPreview = {
  step: 'deploy',
  kind: 'turn-new',
  changes: [{ system: 'kubernetes', object: 'Deployment x', action: 'create', after: { replicas: 1 } }],
  gates: [],
  basis: [{ name: 'Deployment x before', sha256: 'aa' }],
  warnings: [],
  ifItFails: { rollbackTo: 'nomad-only' },
}

describe('the difference between what was shown and what would be done', () => {
  it('is empty for the same', () => expect(previewDifference(shown, structuredClone(shown))).toEqual([]))

  it('names an object that would be written differently', () => {
    const fresh = { ...shown, changes: [{ ...shown.changes[0]!, after: { replicas: 2 } }] }
    expect(previewDifference(shown, fresh)).toEqual(['deploy: what "create kubernetes Deployment x" would write is different'])
  })

  it('names a change that was not shown, and one that is gone', () => {
    const fresh = { ...shown, changes: [{ ...shown.changes[0]!, action: 'update' as const }] }
    expect(previewDifference(shown, fresh)).toHaveLength(2)
  })

  it('names a fact that changed, and takes no other edit of a file for a difference', () => {
    const file = {
      ...shown,
      changes: [{ system: 'traefik', object: 'dynamic_conf.yml', action: 'update' as const, before: 'a', after: 'b' }],
    }
    expect(previewDifference(file, { ...file, changes: [{ ...file.changes[0]!, after: 'c' }] })).toEqual([])
    expect(previewDifference(file, { ...file, basis: [{ name: 'Deployment x before', sha256: 'bb' }] })).toEqual([
      'deploy: Deployment x before changed',
    ])
  })

  it('names what else was approved: how a step is checked, where its failure leads, what must be typed', () => {
    const fresh: StepPreview = { ...shown, ifItFails: { pause: 'no way back' }, irreversible: 'gone', confirm: 'web' }
    expect(previewDifference(shown, fresh)).toEqual(
      ['ifItFails', 'irreversible', 'confirm'].map((field) => `deploy: \`${field}\` was shown differently`),
    )
  })

  it('is held to a saved preview as a whole: what a hand took out of it is missed', async () => {
    const events: Event[] = []
    const disk = emptyDisk()
    await runSmall({
      world: freshWorld(),
      disk,
      events,
      change: (d) => ({ ...d, questions: { ...d.questions, approve: async () => 'no' } }),
    })
    const saved = events.flatMap((event) => (event.type === 'step-previewed' ? [event.preview] : []))
    const edited = saved.map((preview) => {
      const { irreversible: _taken, ...rest } = preview
      return preview.step === 'purge' ? rest : preview
    })
    const world = freshWorld()
    const result = await runSmall({ world, disk: emptyDisk(), approved: edited })
    expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'preview-outdated' }] })
    expect(world.writes).toBe(0)
    expect(await runSmall({ world, disk: emptyDisk(), approved: saved })).toMatchObject({ outcome: 'done' })
  })

  it('is held to a saved preview in the way that the caller knows: one without its secrets fits all the same', async () => {
    const held: StepPreview[] = []
    const other = { ...shown, step: 'deploy', changes: [] }
    const by = (differs: readonly string[]) =>
      runSmall({
        world: freshWorld(),
        disk: emptyDisk(),
        goal: { do: 'run', to: 'both-running' },
        approved: [other],
        change: (d) => ({ ...d, heldToSaved: async (saved) => (held.push(saved), differs) }),
      })
    expect(await by(['deploy: a secret differs'])).toMatchObject({
      outcome: 'failed',
      problems: [{ code: 'preview-outdated', details: ['deploy: a secret differs'] }],
    })
    expect(await by([])).toMatchObject({ outcome: 'done' })
    expect(held).toEqual([other, other])
  })

  it('holds back the effect: the world moved between showing and doing', async () => {
    const world = freshWorld()
    const result = await runSmall({
      world,
      disk: emptyDisk(),
      change: (d) => ({
        ...d,
        questions: {
          ...d.questions,
          approve: async () => {
            world.on.set('new', true)
            return 'yes'
          },
        },
      }),
    })
    expect(result.outcome === 'failed' && result.problems[0]?.code).toBe('preview-outdated')
    expect(world.writes).toBe(0)
  })

  it('of a saved preview ends the run before anything is touched', async () => {
    const world = freshWorld()
    const result = await runSmall({ world, disk: emptyDisk(), approved: [shown] })
    expect(result.outcome === 'failed' && result.problems[0]).toMatchObject({ code: 'preview-outdated' })
    expect(picture(world)).toBe(START)
  })
})

it('what a wait and each gate will look at is shown in a line, where their kind has one', async () => {
  const events: Event[] = []
  const gate = (kind: string): PlanGate => ({ kind, spec: { samples: 5 }, policy: DEFAULT_GATE_POLICY, location: LOCATION })
  const plan = smallPlan((steps) => steps.map((step) => (step.id === 'cut' ? { ...step, gates: [gate('counts'), gate('silent')] } : step)))
  const kind = (name: string): GateKind<{ samples: number }> => ({
    kind: name,
    summary: 'Looks.',
    spec: z.strictObject({ samples: z.int() }),
    example: { samples: 1 },
    targets: [],
    defaultPolicy: DEFAULT_GATE_POLICY,
    observe: async () => pass('well'),
  })
  const counts: GateKind<{ samples: number }> = {
    ...kind('counts'),
    describe: ({ samples }, { site }) => `${samples} samples of ${site?.url}`,
  }
  await runSmall({
    world: freshWorld(),
    disk: emptyDisk(),
    plan,
    events,
    change: (d) => {
      const kinds = new Map(d.kinds)
      const soak = kinds.get('soak')
      if (soak) kinds.set('soak', { ...soak, describe: () => 'asks for /, /about' })
      return { ...d, kinds, gates: new Map([counts, kind('silent')].map((each) => [each.kind, each])) }
    },
  })
  const previews = events.flatMap((event) => (event.type === 'step-previewed' ? [event.preview] : []))
  expect(previews.find(({ step }) => step === 'cut')?.gates).toEqual([
    { kind: 'counts', says: '5 samples of https://example.test/', policy: DEFAULT_GATE_POLICY },
    { kind: 'silent', policy: DEFAULT_GATE_POLICY },
  ])
  expect(previews.find(({ step }) => step === 'soak')?.waits).toMatchObject({ what: 'looks for a while', says: 'asks for /, /about' })
})

it('what needs nothing of the steps before it is previewed beside them, and told in the order of the plan', async () => {
  const events: Event[] = []
  let begun = (): void => undefined
  const routeBegun = new Promise<void>((resolve) => (begun = resolve))
  let predictedForRoute: readonly unknown[] | undefined
  await runSmall({
    world: freshWorld(),
    disk: emptyDisk(),
    events,
    change: (d) => {
      const kinds = new Map(d.kinds)
      const first = kinds.get('turn-new')
      const route = kinds.get('turn-route')
      if (first?.nature !== 'acts' || route?.nature !== 'acts') throw new Error('the small world has other kinds')
      kinds.set('turn-new', { ...first, preview: async (...asked) => routeBegun.then(() => first.preview(...asked)) })
      kinds.set('turn-route', {
        ...route,
        previewsAlone: true,
        preview: async (context, predicted) => {
          predictedForRoute ??= predicted
          begun()
          return route.preview(context, predicted)
        },
      })
      return { ...d, kinds }
    },
  })
  expect(predictedForRoute).toEqual([])
  const previewed = events.flatMap((event) => (event.type === 'step-previewed' ? [event.preview.step] : []))
  expect(previewed).toEqual(smallPlan((steps) => steps).steps.map(({ id }) => id))
})
