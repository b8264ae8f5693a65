import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, inconclusive, pass, pending } from '../../src/domain/observation.ts'
import type { Json } from '../../src/domain/json.ts'
import type { JournalRecord } from '../../src/domain/records.ts'
import type { ActingStepKind, WaitingStepKind } from '../../src/domain/step-kind.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import { emptyDisk } from '../fakes/journal.ts'
import type { SmallWorld } from './small-world.ts'
import { freshWorld, picture, runSmall, smallKinds } from './small-world.ts'

/** The small migration; what proved the new side answers with `looks`, one after the other, once the soak is over. */
async function afterTheSoak(looks: readonly Observation[]) {
  const world = freshWorld()
  const disk = emptyDisk()
  const events: Event[] = []
  const left = [...looks]
  const observe = async (): Promise<Observation> =>
    isOver(disk) ? ((left.length > 1 ? left.shift() : left[0]) ?? pass('all is well')) : pass('all is well')
  const go = () => runSmall({ world, disk, events, change: (d) => ({ ...d, kinds: provenBy(world, observe) }) })
  const result = await go()
  return { world, disk, events, result, go, recover: () => void left.splice(0) }
}

const isOver = (disk: JournalDisk): boolean => disk.entries.some(({ record }) => record.type === 'step-done' && record.step === 'soak')

function provenBy(world: SmallWorld, observe: () => Promise<Observation>) {
  const kinds = new Map(smallKinds(world))
  kinds.set('soak', { ...(kinds.get('soak') as WaitingStepKind<object>), observe })
  return kinds
}

const beforeStop = (events: readonly Event[]): readonly Event[] => events.filter((each) => 'gate' in each && each.gate === 'before')

describe('right before the old side is stopped', () => {
  it('what proved the new side is asked again; that it passed is said and not recorded', async () => {
    const { world, disk, events, result } = await afterTheSoak([])
    expect(result).toMatchObject({ outcome: 'done' })
    expect(beforeStop(events).map((each) => each.type)).toContain('gate-passed')
    expect(disk.entries.some(({ record }) => 'gate' in record && record.gate === 'before')).toBe(false)
    expect(world.lost).toEqual([])
  })

  it('a hiccup is looked at again', async () => {
    const { result } = await afterTheSoak([pending('not now'), inconclusive('no answer'), pass('well again')])
    expect(result).toMatchObject({ outcome: 'done' })
  })

  it('a new side that has failed leads back, and the old side was never stopped', async () => {
    const { world, result } = await afterTheSoak([fail('the pods are gone')])
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
    expect(result.outcome === 'rolled-back' && result.report.reason).toMatch(/the pods are gone/)
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
    expect(world.lost).toEqual([])
  })

  it('a side that cannot be seen pauses, and the next run looks for itself', async () => {
    const { world, result, go, recover } = await afterTheSoak([inconclusive('no answer')])
    expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    expect(picture(world)).toBe('new=1 route=1 old=1 kept=1')
    expect(await go()).toMatchObject({ outcome: 'paused' })
    recover()
    expect(await go()).toMatchObject({ outcome: 'done', state: 'nomad-removed' })
  })
})

describe('the first look before an effect', () => {
  /** A stop whose preview takes `previewMs`; the new side is well until that preview is over, and has failed after it. */
  const whilePreviewing = async (previewMs: number, refuse = false) => {
    const world = freshWorld()
    const disk = emptyDisk()
    let failed = false
    const looks: string[] = []
    const observe = async (): Promise<Observation> => {
      if (isOver(disk)) looks.push(failed ? 'after' : 'meanwhile')
      return failed ? fail('the pods are gone', { side: 'new' }) : pass('all is well')
    }
    const result = await runSmall({
      world,
      disk,
      change: (d) => {
        const kinds = provenBy(world, observe)
        const stop = kinds.get('turn-old') as ActingStepKind<object, Json, Json>
        const preview: typeof stop.preview = async (context, predicted) => {
          const made = await stop.preview(context, predicted)
          if (!isOver(disk)) return made
          await d.ports.clock.sleep(previewMs)
          failed = previewMs > 0
          return refuse ? { ...made, basis: [] } : made
        }
        return { ...d, kinds: kinds.set('turn-old', { ...stop, preview }) }
      },
    })
    return { world, disk, looks, result }
  }

  it('is made beside the preview and counts while it is fresh', async () => {
    const { looks, result } = await whilePreviewing(0)
    expect(result).toMatchObject({ outcome: 'done' })
    expect(looks[0]).toBe('meanwhile')
  })

  it('is made anew where the preview took long: what failed meanwhile is seen', async () => {
    const { world, looks, result } = await whilePreviewing(3_000)
    expect(looks.slice(0, 2)).toEqual(['meanwhile', 'after'])
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
    expect(world.lost).toEqual([])
  })

  it('is no gate where the preview refuses the effect', async () => {
    const { disk, result } = await whilePreviewing(0, true)
    expect(result).toMatchObject({ outcome: 'failed', problems: [{ code: 'preview-outdated' }] })
    expect(disk.entries.some(({ record }) => record.type === 'gate-failed')).toBe(false)
  })
})

describe('right before what cannot be undone', () => {
  /** The new side answers with `look` once the old side is stopped and the person has said yes. */
  const atTheBoundary = async (look: Observation) => {
    const world = freshWorld()
    const disk = emptyDisk()
    let confirmed = false
    const observe = async (): Promise<Observation> => (confirmed ? look : pass('all is well'))
    const result = await runSmall({
      world,
      disk,
      change: (d) => {
        const kinds = provenBy(world, observe)
        const purge = kinds.get('turn-kept') as ActingStepKind<object, Json, Json>
        kinds.set('turn-kept', { ...purge, traffic: () => ({ forward: [{ do: 'stop', side: 'old' }], back: 'irreversible' }) })
        const confirmIrreversible = async () => {
          confirmed = true
          return { answer: 'yes', how: 'typed' } as const
        }
        return { ...d, kinds, questions: { ...d.questions, confirmIrreversible } }
      },
    })
    return { world, result }
  }

  it('a new side that has failed leads back: nothing of it was tried', async () => {
    const { world, result } = await atTheBoundary(fail('the pods are gone', { side: 'new' }))
    expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running', cause: 'automatic' })
    expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
  })

  it('a side that cannot be seen pauses', async () => {
    const { world, result } = await atTheBoundary(inconclusive('no answer'))
    expect(result).toMatchObject({ outcome: 'paused', state: 'k8s-only' })
    expect(result.outcome === 'paused' && result.reason).not.toMatch(/gone for good/)
    expect(picture(world)).toBe('new=1 route=1 old=0 kept=1')
  })
})

it('a half-done stop is not finished under visitors whose side has failed meanwhile', async () => {
  const world = freshWorld()
  const disk = emptyDisk()
  const stopping = (record: JournalRecord): boolean => record.type === 'note' && record.step === 'stop'
  const whole = emptyDisk()
  await runSmall({ world: freshWorld(), disk: whole })
  const sequence = whole.entries.find(({ record }) => stopping(record))?.sequence ?? Number.NaN
  await runSmall({ world, disk, killAt: { sequence, durable: true } }).catch(() => undefined)
  expect(disk.entries.some(({ record }) => stopping(record))).toBe(true)
  world.half.add('old')
  const observe = async (): Promise<Observation> => fail('the pods are gone', { side: 'new' })
  const result = await runSmall({ world, disk, change: (d) => ({ ...d, kinds: provenBy(world, observe) }) })
  expect(result).toMatchObject({ outcome: 'rolled-back', state: 'both-running' })
  expect(picture(world)).toBe('new=1 route=0 old=1 kept=1')
})

describe('right before visitors leave the old side', () => {
  it('what is wrong with that side is no reason to stay on it', async () => {
    const world = freshWorld()
    const kinds = new Map(smallKinds(world))
    const observe = async (): Promise<Observation> => pending('half of the route is gone', { side: 'old' })
    const standing = () => [{ about: 'traefik-route' as const, side: 'new' as const, what: 'the route', observe }]
    kinds.set('turn-new', { ...(kinds.get('turn-new') as ActingStepKind<object, Json, Json>), standing })
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' }, change: (d) => ({ ...d, kinds }) })
    expect(disk.entries.some(({ record }) => record.type === 'step-done' && record.step === 'cut')).toBe(true)
  })

  it('what is wrong with the side that they come to is', async () => {
    const world = freshWorld()
    const kinds = new Map(smallKinds(world))
    const observe = async (): Promise<Observation> => pending('not ready', { side: 'new' })
    const standing = () => [{ about: 'traefik-route' as const, side: 'new' as const, what: 'the pods', observe }]
    kinds.set('turn-new', { ...(kinds.get('turn-new') as ActingStepKind<object, Json, Json>), standing })
    const disk = emptyDisk()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' }, change: (d) => ({ ...d, kinds }) })
    expect(disk.entries.some(({ record }) => record.type === 'intent' && record.step === 'cut')).toBe(false)
  })
})
