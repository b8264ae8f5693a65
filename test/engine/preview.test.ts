import { describe, expect, it } from 'vitest'
import type { Event, StepPreview } from '../../src/domain/event.ts'
import { previewDifference } from '../../src/engine/preview.ts'
import { emptyDisk } from '../fakes/journal.ts'
import { freshWorld, picture, runSmall, START } from './small-world.ts'

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
