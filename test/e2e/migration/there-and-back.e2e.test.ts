import { stat } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NEW_BODY } from '../world/bodies.ts'
import { PLAN } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import { JOB, nomad, until, writesToNomad } from './clean.ts'
import { CONFIRMED, FEWER, QUICK_TO_RETURN, quickGates, withStoppedState } from './plans.ts'
import type { Stage } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStage, stateOf, undone } from './stage.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title('the migration in front of visitors', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage(FAST, 'fast')))
  afterAll(() => stage?.close())

  it('goes all the way, nobody is without an answer, and there is no way back', async () => {
    const seen = await stage.play('whole run', {}, async ({ world, migration }) => {
      expectCode(await migration.run('run', PLAN, ...CONFIRMED), 0)
      expect(await stateOf(migration)).toBe('nomad-removed')
      expect((await nomad(world, 'GET', JOB)).status).toBe(404)
      const writes = await world.kubernetes.audit.writes()
      expect(writes.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toContain('patch deployments')
      const back = await migration.run('rollback', PLAN, '--yes')
      expectCode(back, 1)
      expect(back.stderr).toContain('past-the-boundary')
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
    // The one that stayed with its server, and nothing else.
    expect(seen.socketsLost).toBe(1)
  })

  it('comes back from k8s-only', async () => {
    const seen = await stage.play('rollback from k8s-only', {}, async (scene) => {
      expectCode(await scene.migration.run('run', PLAN, '--yes', '--to', 'k8s-only'), 0)
      expect((await scene.migration.visit()).body).toBe(NEW_BODY)
      expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
      expect(await stateOf(scene.migration)).toBe('nomad-only')
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
    expect(seen.sides.map(({ by }) => by).filter((by) => by !== 'both')).toEqual(['nomad', 'kubernetes', 'nomad'])
  })

  it('comes back from both-running', async () => {
    const seen = await stage.play('rollback from both-running', FEWER, async (scene) => {
      expectCode(await scene.migration.run('run', PLAN, '--yes', '--to', 'both-running'), 0)
      expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
      expect(await stateOf(scene.migration)).toBe('nomad-only')
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
    expect(seen.sides.map(({ by }) => by)).toEqual(['nomad'])
  })

  it('comes back after the job was stopped', async () => {
    const seen = await stage.play('rollback after stop', { ...QUICK_TO_RETURN, perSecond: 50 }, async (scene) => {
      await quickGates(scene.migration)
      await withStoppedState(scene.migration)
      expectCode(await scene.migration.run('run', PLAN, '--yes', '--to', 'stopped'), 0)
      expect(JSON.parse((await nomad(scene.world, 'GET', JOB)).body)).toMatchObject({ Stop: true })
      expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
      expect(await stateOf(scene.migration)).toBe('nomad-only')
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
  })

  it('comes back after the job was stopped and Kubernetes has died: visitors are without an answer until then, and not longer', async () => {
    let died = 0
    let back = 0
    const seen = await stage.play('rollback after stop, new side dead', { ...FEWER, ...QUICK_TO_RETURN }, async (scene) => {
      await quickGates(scene.migration)
      await withStoppedState(scene.migration)
      expectCode(await scene.migration.run('run', PLAN, '--yes', '--to', 'stopped'), 0)
      died = Date.now()
      await scene.world.servers.kill('ingress')
      expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
      back = await undone(scene.migration, 'cut-traffic')
      expect(await stateOf(scene.migration)).toBe('nomad-only')
      await expectAsBefore(scene)
    })
    expect(seen.failed).toBeGreaterThan(0)
    expect(seen.wrong).toBe(0)
    expect(seen.trouble?.from).toBeGreaterThanOrEqual(died)
    expect(seen.trouble?.to).toBeLessThanOrEqual(back)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })

  it('looks without touching when it is asked for a dry run', async () => {
    const seen = await stage.play('dry run', FEWER, async (scene) => {
      const { world, migration } = scene
      const everything = async (): Promise<unknown> => ({
        writes: await world.kubernetes.audit.writes(),
        edge: await migration.edgeFile(),
        inode: (await stat(world.edge.file)).ino,
        nomad: await writesToNomad(world),
      })
      const before = await everything()
      const asked = (await world.kubernetes.audit.events()).length
      expectCode(await migration.run('run', PLAN, '--dry-run', '--detailed-exitcode'), 2)
      expect((await world.kubernetes.audit.events()).length).toBeGreaterThan(asked)
      expect(await everything()).toEqual(before)
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
  })

  it('would be seen to fail: without a cut-over visitors of a stopped job get no answer', async () => {
    const seen = await stage.play('control: the job is stopped, no cut-over', { perSecond: 50 }, async ({ world, visitors }) => {
      await nomad(world, 'DELETE', JOB)
      await until('visitors fail', async () => {
        const recorded = await visitors.recorded()
        return recorded.filter((each) => each.type === 'sample' && each.verdict === 'failed').length > 100
      })
    })
    expect(seen.failed).toBeGreaterThan(100)
    expect(seen.examples.join('\n')).toContain('404')
  })
})
