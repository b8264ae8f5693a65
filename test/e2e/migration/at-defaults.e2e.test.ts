import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAN } from '../world/migration.ts'
import { DEFAULTS } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import { recorded } from './moments.ts'
import { CONFIRMED } from './plans.ts'
import type { Stage } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStage, stateOf, undone } from './stage.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title("the migration at the servers' defaults", reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage(DEFAULTS, 'defaults')))
  afterAll(() => stage?.close())

  it('goes all the way, and nobody is without an answer', async () => {
    const seen = await stage.play('whole run', {}, async ({ migration }) => {
      expectCode(await migration.run('run', PLAN, ...CONFIRMED), 0)
      expect(await stateOf(migration)).toBe('nomad-removed')
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
    expect(seen.socketsLost).toBe(1)
  })

  it('comes back from k8s-only', async () => {
    const seen = await stage.play('rollback from k8s-only', { perSecond: 50 }, async (scene) => {
      expectCode(await scene.migration.run('run', PLAN, '--yes', '--to', 'k8s-only'), 0)
      expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
      expect(await stateOf(scene.migration)).toBe('nomad-only')
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
  })

  it("the cluster's Traefik dies during the soak: visitors are back on Nomad, and without an answer only until then", async () => {
    let died = 0
    let back = 0
    const seen = await stage.play(
      "the cluster's Traefik dies in the soak",
      { perSecond: 50, hold: '10s' },
      async ({ world, migration, clean }) => {
        const run = migration.start('run', PLAN, ...CONFIRMED)
        await recorded(migration, run, { type: 'gate-progress', step: 'soak' })
        died = Date.now()
        await world.servers.kill('ingress')
        expectCode(await run.ended, 4)
        expect(await stateOf(migration)).toBe('both-running')
        back = await undone(migration, 'cut-traffic')
        expect((await migration.edgeFile()).equals(clean.edgeFile)).toBe(true)
      },
    )
    expect(seen.wrong).toBe(0)
    expect(seen.failed).toBeGreaterThan(0)
    expect(seen.trouble?.from).toBeGreaterThanOrEqual(died)
    expect(seen.trouble?.to).toBeLessThanOrEqual(back)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })
})
