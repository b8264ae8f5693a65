import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.ts'
import { statusOf } from '../../src/engine/status.ts'
import { emptyDisk, Killed } from '../fakes/journal.ts'
import type { JournalDisk } from '../fakes/journal.ts'
import type { SmallRun } from './small-world.ts'
import { freshWorld, runSmall, smallKinds, smallPlan } from './small-world.ts'

const hints = { arguments: 'plan.yaml' }
const report = (disk: JournalDisk) => statusOf(smallPlan(), smallKinds(freshWorld()), fold(disk.entries), hints)

describe('status', () => {
  it('of a finished run has nothing more to type and says why there is no way back', async () => {
    const disk = emptyDisk()
    await runSmall({ world: freshWorld(), disk })
    expect(report(disk)).toMatchObject({ mode: 'finished', next: [], rollback: { possible: false, bundle: 'bundle' } })
    expect(report(disk).states.map((each) => [each.name, each.current])).toEqual([
      ['nomad-only', false],
      ['both-running', false],
      ['k8s-only', false],
      ['nomad-removed', true],
    ])
  })

  it('of a run that stopped at --to offers both ways', async () => {
    const disk = emptyDisk()
    await runSmall({ world: freshWorld(), disk, goal: { do: 'run', to: 'k8s-only' } })
    expect(report(disk)).toMatchObject({
      mode: 'forward',
      next: ['jmc-migrate run plan.yaml', 'jmc-migrate rollback plan.yaml'],
      rollback: { possible: true },
    })
  })

  it('of a killed run in the middle of a soak says where it was', async () => {
    const whole = emptyDisk()
    await runSmall({ world: freshWorld(), disk: whole })
    const holding = whole.entries.findIndex(({ record }) => record.type === 'gate-progress' && record.step === 'soak') + 1
    const disk = emptyDisk()
    await runSmall({ world: freshWorld(), disk, killAt: { sequence: holding, durable: true } }).catch((error: unknown) =>
      expect(error).toBeInstanceOf(Killed),
    )
    const seen = report(disk)
    expect(seen.mode).toBe('interrupted')
    expect(seen.steps.find((step) => step.id === 'soak')).toMatchObject({
      phase: 'waiting',
      gate: { name: 'own', holdMs: 30_000, progress: { phase: 'holding' } },
    })
    expect(seen.steps.find((step) => step.id === 'stop')?.phase).toBe('pending')
  })

  it('after an automatic rollback says why and what to type', async () => {
    const disk = emptyDisk()
    const world = freshWorld()
    world.faults.set('see:soak', 'fail')
    await runSmall({ world, disk })
    expect(report(disk)).toMatchObject({
      mode: 'rolled-back',
      why: 'rolled back to both-running (automatic): it broke',
      next: ['jmc-migrate run plan.yaml', 'jmc-migrate rollback plan.yaml'],
    })
  })

  it('of a paused run gives the reason and both ways', async () => {
    const disk = emptyDisk()
    const world = freshWorld()
    world.faults.set('see:soak', 'fail-old')
    await runSmall({ world, disk })
    expect(report(disk)).toMatchObject({ mode: 'paused', next: ['jmc-migrate run plan.yaml', 'jmc-migrate rollback plan.yaml'] })
  })

  it('of a rollback that nobody goes on with says where it leads, what is left of it, and what goes on with just that', async () => {
    const disk = emptyDisk()
    const world = freshWorld()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    const asked = new AbortController()
    const stop: SmallRun['change'] = (given) => ({
      ...given,
      interrupt: { ...given.interrupt, requested: asked.signal },
      emit: (event) => void (event.type === 'rollback-started' && asked.abort()),
    })
    await runSmall({ world, disk, goal: { do: 'rollback', to: 'both-running' }, change: stop })
    expect(report(disk)).toMatchObject({
      mode: 'interrupted',
      why: 'rollback to both-running: asked for',
      rollingBack: { to: 'both-running', left: ['cut'], whole: false },
      next: ['jmc-migrate rollback plan.yaml --to both-running'],
    })
  })

  it('of a run that a process is at work on offers nothing that would be refused', async () => {
    const disk = emptyDisk()
    await runSmall({ world: freshWorld(), disk, goal: { do: 'run', to: 'k8s-only' } })
    const heldBy = { pid: 1, host: 'here', user: 'me', since: 0 }
    const { mode, next } = statusOf(smallPlan(), smallKinds(freshWorld()), fold(disk.entries), { ...hints, heldBy })
    expect([mode, next]).toEqual(['forward', ['jmc-migrate status plan.yaml   # a process is at work on it: look again']])
  })

  it('of a stuck run gives the manual commands', async () => {
    const disk = emptyDisk()
    const world = freshWorld()
    await runSmall({ world, disk, goal: { do: 'run', to: 'k8s-only' } })
    world.faults.set('undo:route', 'reject')
    await runSmall({ world, disk, goal: { do: 'rollback', to: 'nomad-only' } })
    expect(report(disk)).toMatchObject({ mode: 'stuck', manual: ['turn route off by hand'], next: ['jmc-migrate rollback plan.yaml'] })
  })
})
