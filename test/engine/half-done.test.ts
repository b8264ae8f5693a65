import { describe, expect, it } from 'vitest'
import type { Event, StepPreview } from '../../src/domain/event.ts'
import { fold } from '../../src/domain/fold.ts'
import type { Json } from '../../src/domain/json.ts'
import { fail, pass } from '../../src/domain/observation.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import { progressOf } from '../../src/domain/run-state.ts'
import type { ActingStepKind, StepKinds } from '../../src/domain/step-kind.ts'
import type { EngineDependencies } from '../../src/engine/contract.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { previewAll } from '../../src/engine/preview.ts'
import { openSession } from '../../src/engine/session.ts'
import { emptyDisk, Killed, memoryJournal } from '../fakes/journal.ts'
import type { SmallRun, SmallWorld } from './small-world.ts'
import { freshWorld, picture, runSmall, smallKinds, smallPlan } from './small-world.ts'

type Change = (given: EngineDependencies) => EngineDependencies
type SmallKind = ActingStepKind<object, Json, Json>

const back = { do: 'rollback', to: 'nomad-only' } as const

/** The kinds of the small world, one of them changed. */
function kindsWith(world: SmallWorld, name: string, change: (kind: SmallKind) => Partial<SmallKind>): StepKinds {
  const kinds = new Map(smallKinds(world))
  const kind = kinds.get(name) as SmallKind
  return kinds.set(name, { ...kind, ...change(kind) })
}

/** Kills the process once the first record after `from` that `when` names is on disk. */
async function killedAt(run: SmallRun, when: (record: JournalRecord) => boolean): Promise<void> {
  const twin: SmallRun = { ...run, world: structuredClone(run.world), disk: structuredClone(run.disk) }
  await runSmall(twin)
  const from = run.disk.entries.length
  const index = twin.disk.entries.findIndex(({ record }, at) => at >= from && when(record))
  expect(index).toBeGreaterThan(-1)
  await runSmall({ ...run, killAt: { sequence: index + 1, durable: true } }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
}

describe('a step of which only a part was done', () => {
  /** Two objects that existed before: ready as they were, and ready when only one of them was updated. */
  function updating(): { readonly content: { a: string; b: string }; refuses: boolean; kinds: (world: SmallWorld) => StepKinds } {
    const content = { a: 'old', b: 'old' }
    const self = {
      content,
      refuses: true,
      kinds: (world: SmallWorld): StepKinds =>
        kindsWith(world, 'turn-new', () => ({
          apply: async () => {
            content.a = 'new'
            if (self.refuses) throw new ProblemError({ code: 'webhook', summary: 'a webhook timed out', next: [], effect: 'unknown' })
            content.b = 'new'
            world.on.set('new', true)
          },
          settle: async () => {
            const done = Object.values(content).filter((each) => each === 'new').length
            if (done === 0) return { status: 'none' }
            return done === 2 ? { status: 'done' } : { status: 'partial', reason: '1 of 2 objects are applied' }
          },
          verify: async () => pass('the 2 objects are ready'),
        })),
    }
    return self
  }
  const pausing = smallPlan((steps) => steps.map((each) => (each.id === 'deploy' ? { ...each, onFailure: 'pause' as const } : each)))
  const goal = { do: 'run', to: 'both-running' } as const

  it('is finished before its gates, also where the process that settled it was stopped before it paused', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const objects = updating()
    const asked = new AbortController()
    const run = (change: Change = (given) => given) =>
      runSmall({ world, disk, plan: pausing, goal, change: (given) => change({ ...given, kinds: objects.kinds(world) }) })
    const stopped = await run((given) => ({
      ...given,
      interrupt: { ...given.interrupt, requested: asked.signal },
      emit: (event: Event) => (event.type === 'settled' ? asked.abort() : undefined),
    }))
    expect(stopped).toMatchObject({ outcome: 'interrupted' })
    expect(await run()).toMatchObject({ outcome: 'paused', step: 'deploy' })
    objects.refuses = false
    expect(await run()).toMatchObject({ outcome: 'done', state: 'both-running' })
    expect(objects.content).toEqual({ a: 'new', b: 'new' })
  })

  it('is finished also where an undo of it was refused before it changed anything', async () => {
    const world = freshWorld()
    const disk = emptyDisk()
    const objects = updating()
    const refuse = () => ({
      undo: {
        apply: async () => {
          throw new ProblemError({ code: 'refused', summary: 'no right to delete', next: [], effect: 'no' as const })
        },
        settle: async () => ({ status: 'none' }) as const,
        verify: async () => pass('nothing is left'),
        manual: () => [],
      },
    })
    const kinds = kindsWith(world, 'turn-new', (kind) => ({ ...objects.kinds(world).get(kind.kind), ...refuse() }) as Partial<SmallKind>)
    const run = (wanted: SmallRun['goal']) =>
      runSmall({ world, disk, plan: pausing, ...(wanted && { goal: wanted }), change: (given) => ({ ...given, kinds }) })
    expect(await run(goal)).toMatchObject({ outcome: 'paused' })
    expect(await run(back)).toMatchObject({ outcome: 'paused' })
    expect(progressOf(fold(disk.entries), 'deploy').settlement).toBeUndefined()
    objects.refuses = false
    expect(await run(goal)).toMatchObject({ outcome: 'done', state: 'both-running' })
    expect(objects.content).toEqual({ a: 'new', b: 'new' })
  })
})

describe('an irreversible step that was cut short', () => {
  async function cutShort(): Promise<{ readonly world: SmallWorld; readonly disk: JournalDisk }> {
    const [world, disk] = [freshWorld(), emptyDisk()]
    await killedAt({ world, disk }, (record) => record.type === 'note' && record.step === 'purge')
    return { world, disk }
  }

  it.each([
    ['no', 'declined'],
    ['unanswerable', 'failed'],
  ] as const)('goes on only with its own confirmation (%s)', async (answer, outcome) => {
    const { world, disk } = await cutShort()
    const before = picture(world)
    const steps: string[] = []
    const change: Change = (given) => ({
      ...given,
      questions: {
        ...given.questions,
        confirmIrreversible: async ({ step }) => {
          steps.push(step)
          return { answer }
        },
      },
    })
    expect(await runSmall({ world, disk, change })).toMatchObject({ outcome })
    expect(steps).toEqual(['purge'])
    expect(picture(world)).toBe(before)
    expect(await runSmall({ world, disk })).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })

  it('is shown for what is left of it, in a dry run and to the person who goes on', async () => {
    const { world, disk } = await cutShort()
    const rest = {
      step: 'purge',
      changes: [{ system: 'test', object: 'kept' }],
      warnings: [expect.stringContaining('begun before')],
      irreversible: expect.any(String),
      confirm: expect.any(String),
    }
    let looked: readonly StepPreview[] = []
    let shown: readonly StepPreview[] = []
    const change: Change = (given) => {
      const approve = async (previews: readonly StepPreview[]) => {
        const session = openSession(
          smallPlan(),
          { list: async () => [], read: async () => '' },
          memoryJournal(disk, () => 0),
          given,
        )
        looked = await previewAll(session, 'nomad-removed')
        shown = previews
        return 'no' as const
      }
      return { ...given, questions: { ...given.questions, approve } }
    }
    const result = await runSmall({ world, disk, change })
    expect(result).toMatchObject({ outcome: 'declined' })
    expect(looked).toMatchObject([rest])
    expect(shown).toMatchObject([rest])
  })

  it('is not said to leave a way back', async () => {
    const { world, disk } = await cutShort()
    const change: Change = (given) => ({
      ...given,
      questions: { ...given.questions, confirmIrreversible: async () => ({ answer: 'unanswerable' }) },
    })
    const result = await runSmall({ world, disk, change })
    expect(result).toMatchObject({ problems: [{ code: 'confirmation-missing' }] })
    expect(JSON.stringify(result)).not.toMatch(/way back|everything before it is done/)
  })
})

describe('an undo that was paused half way', () => {
  /** The undo of `deploy` died half way, then somebody moved visitors to the new side: it would take that down. */
  async function paused() {
    const [world, disk] = [freshWorld(), emptyDisk()]
    await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })
    const somebody = { moved: false }
    const unmoved = async () => (somebody.moved ? fail('visitors are on the new side', { side: 'new' }) : pass('unmoved'))
    const change: Change = (given) => ({ ...given, kinds: kindsWith(world, 'turn-route', () => ({ unmoved })) })
    await killedAt({ world, disk, goal: back }, (record) => record.type === 'note')
    somebody.moved = true
    const result = await runSmall({ world, disk, goal: back, change })
    somebody.moved = false
    return { world, disk, change, result }
  }

  it('is not said to have moved nothing', async () => {
    const { result } = await paused()
    expect(result).toMatchObject({ outcome: 'paused', step: 'deploy', reason: expect.stringMatching(/a part of it is undone already/) })
    expect(result).not.toMatchObject({ reason: expect.stringMatching(/nothing was moved/) })
  })

  it('is finished by a run only when a person has said so, who was told', async () => {
    const { world, disk, change } = await paused()
    const { writes } = world
    const events: Event[] = []
    const answering =
      (answer: 'yes' | 'no'): Change =>
      (given) => ({
        ...change(given),
        questions: { ...given.questions, approve: async () => answer },
      })
    const goal = { do: 'run', to: 'both-running' } as const
    expect(await runSmall({ world, disk, goal, events, change: answering('no') })).toMatchObject({ outcome: 'declined' })
    expect(world.writes).toBe(writes)
    expect(events.flatMap((event) => (event.type === 'warning' ? [event.problem.code] : []))).toEqual(['undo-unfinished'])
    expect(await runSmall({ world, disk, goal, change: answering('yes') })).toMatchObject({ outcome: 'done', state: 'both-running' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('leaves a step alone of which nothing was undone', async () => {
    const [world, disk] = [freshWorld(), emptyDisk()]
    await runSmall({ world, disk, goal: { do: 'run', to: 'both-running' } })
    await killedAt({ world, disk, goal: back }, (record) => record.type === 'intent' && record.direction === 'undo')
    const change: Change = (given) => ({
      ...given,
      kinds: kindsWith(world, 'turn-route', () => ({ unmoved: async () => fail('visitors are on the new side', { side: 'new' }) })),
    })
    expect(await runSmall({ world, disk, goal: back, change })).toMatchObject({
      outcome: 'paused',
      reason: expect.stringMatching(/nothing was moved/),
    })
    expect(progressOf(fold(disk.entries), 'deploy').phase).toBe('done')
  })
})
