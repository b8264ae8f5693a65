import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAN } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import { replaceEdgeFile } from './clean.ts'
import { recorded } from './moments.ts'
import { broken, CONFIRMED, FEWER, quickGates, withPriority } from './plans.ts'
import type { Scene, Stage } from './stage.ts'
import { expectCode, expectNothingLost, openStage, stateOf, undone } from './stage.ts'

const reason = await whyNoWorld()

/** Begins a whole run; resolves when the soak has begun. */
async function soaking({ migration }: Scene): Promise<{ readonly ended: ReturnType<Scene['migration']['run']> }> {
  await quickGates(migration)
  const run = migration.start('run', PLAN, ...CONFIRMED)
  await recorded(migration, run, { type: 'gate-progress', step: 'soak' })
  return { ended: run.ended }
}

describe.skipIf(reason !== undefined)(title('a migration whose soak fails', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage(FAST, 'fast')))
  afterAll(() => stage?.close())

  // The first waits for a minute: nothing in a plan shortens that.
  it('a Nomad that does not answer during the soak: nobody is moved, a person decides, and it goes on', async () => {
    const seen = await stage.play('Nomad does not answer in the soak', { ...FEWER, hold: '4s' }, async (scene) => {
      const { world, migration } = scene
      const run = await soaking(scene)
      await world.servers.pause('nomad')
      expectCode(await run.ended, 3)
      expect(await stateOf(migration)).toBe('k8s-only')
      await world.servers.resume('nomad')
      expectCode(await migration.run('run', PLAN, ...CONFIRMED), 0)
      expect(await stateOf(migration)).toBe('nomad-removed')
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
  })

  it('an edge file that somebody breaks during the soak: Nomad is not stopped, and it goes on when the file is mended', async () => {
    const seen = await stage.play('the edge file breaks in the soak', { ...FEWER, hold: '4s' }, async (scene) => {
      const { world, migration } = scene
      const run = await soaking(scene)
      const ours = await readFile(world.edge.file)
      await replaceEdgeFile(world, broken(ours))
      expectCode(await run.ended, 3)
      expect(await stateOf(migration)).toBe('k8s-only')
      await replaceEdgeFile(world, ours)
      expectCode(await migration.run('run', PLAN, ...CONFIRMED), 0)
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
  })

  it('a router of the catalog that takes the site during the soak: visitors are where our route is not, so ours goes', async () => {
    const seen = await stage.play('a rival of high priority in the soak', { ...FEWER, hold: '10s' }, async (scene) => {
      const { world, migration, clean } = scene
      const run = await soaking(scene)
      await withPriority(world, 900_000)
      const ended = await run.ended
      expectCode(ended, 4)
      expect(ended.stdout).toContain('router jmc@consulcatalog (priority 900000) wins')
      expect(await stateOf(migration)).toBe('both-running')
      expect((await migration.edgeFile()).equals(clean.edgeFile)).toBe(true)
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })

  it("the cluster's Traefik dies during the soak: visitors are back on Nomad, and without an answer only until then", async () => {
    let died = 0
    let back = 0
    const seen = await stage.play("the cluster's Traefik dies in the soak", { hold: '10s' }, async (scene) => {
      const { world, migration, clean } = scene
      const run = await soaking(scene)
      died = Date.now()
      await world.servers.kill('ingress')
      expectCode(await run.ended, 4)
      expect(await stateOf(migration)).toBe('both-running')
      back = await undone(migration, 'cut-traffic')
      expect((await migration.edgeFile()).equals(clean.edgeFile)).toBe(true)
    })
    expect(seen.wrong).toBe(0)
    expect(seen.failed).toBeGreaterThan(0)
    expect(seen.trouble?.from).toBeGreaterThanOrEqual(died)
    expect(seen.trouble?.to).toBeLessThanOrEqual(back)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })
})
