import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/domain/event.ts'
import type { Observation } from '../../src/domain/observation.ts'
import { fail, inconclusive, pass, pending } from '../../src/domain/observation.ts'
import type { WaitingStepKind } from '../../src/domain/step-kind.ts'
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
