import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loyalVisitor } from '../visitors/loyal.ts'
import type { Share } from '../visitors/portions.ts'
import { NEW_BODY } from '../world/bodies.ts'
import type { Migration } from '../world/migration.ts'
import { PORTIONS, stepsOf } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { World } from '../world/world.ts'
import { editsDuring } from './edge-writes.ts'
import { JOB, nomad, until } from './clean.ts'
import { killedAt, recorded } from './moments.ts'
import { CONFIRMED, withTags } from './plans.ts'
import { IN_PORTIONS, quickPortions, setSteps, SPARE } from './portions.ts'
import { SECOND_ROUTERS, visitedDuring, withSecondRouters } from './second-routes.ts'
import type { Scene, Stage } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStage, stateOf } from './stage.ts'

const reason = await whyNoWorld()

/** Takes all back by command, and the edge's file is written once: visitors are not led back through every portion. */
async function comesBackAtOnce(scene: Scene): Promise<void> {
  const { world, migration, clean } = scene
  const edits = await editsDuring(world, async () => expectCode(await migration.run('rollback', PORTIONS, '--yes'), 0))
  expect(edits.map(String)).toEqual([String(clean.edgeFile)])
  expect(await stateOf(migration)).toBe('nomad-only')
  await expectAsBefore(scene)
}

/** The part of visitors that Kubernetes had, per cent. */
const percentOf = (shares: readonly Share[], name: string): number => {
  const share = shares.find((each) => each.name === name)
  return share === undefined ? Number.NaN : (100 * share.kubernetes) / share.answered
}

const STICKY = { cookie: 'jmc-side', secure: true, httpOnly: true }

describe.skipIf(reason !== undefined)(title('a handover in portions, in front of visitors', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage({ ...FAST, metrics: true }, 'fast')))
  afterAll(() => stage?.close())

  it('goes all the way, each portion as large as it was asked for, and nobody is without an answer', async () => {
    const seen = await stage.play('handover in portions', { ...IN_PORTIONS, perSecond: 100 }, async ({ world, migration }) => {
      await quickPortions(migration)
      await setSteps(migration, {
        canary: { gates: [{ 'canary-analysis': { samples: 30 } }] },
        half: { gates: [{ 'canary-analysis': { samples: 100 } }] },
      })
      const edits = await editsDuring(world, async () => expectCode(await migration.run('run', PORTIONS, ...CONFIRMED), 0))
      // The doors, 5%, 50%, with the spare, alone.
      expect(edits).toHaveLength(5)
      // Enough visitors came for both to be judged on them, by Traefik's own counters.
      for (const step of ['canary', 'half']) expect(await judgedOn(migration, step)).toMatch(/^visitors: \d+ on the old side/)
      expect(await stateOf(migration)).toBe('nomad-removed')
    })
    expectNothingLost(seen)
    expect(seen.shares.map(({ name }) => name)).toEqual(['5%', '50%', 'failover', '100%'])
    expect(Math.abs(percentOf(seen.shares, '5%') - 5)).toBeLessThan(2)
    expect(Math.abs(percentOf(seen.shares, '50%') - 50)).toBeLessThan(5)
    expect(percentOf(seen.shares, 'failover')).toBe(100)
    expect(percentOf(seen.shares, '100%')).toBe(100)
  })

  it("Nomad's job goes while it is the spare: Kubernetes has every visitor; when the job is back, it goes on", async () => {
    const seen = await stage.play('the job goes while it is the spare', { ...IN_PORTIONS, hold: '5s' }, async ({ world, migration }) => {
      await quickPortions(migration)
      const run = migration.start('run', PORTIONS, ...CONFIRMED)
      await recorded(migration, run, { type: 'gate-progress', step: 'soak-with-spare' })
      await nomad(world, 'DELETE', JOB)
      expectCode(await run.ended, 3)
      await until('Traefik knows nothing of the old side', async () => (await routerStatus(world, 'jmc@consulcatalog')) === 404)
      expect((await migration.visit()).body).toBe(NEW_BODY)
      await withTags(world, [], {})
      await until('Traefik knows the old side again', async () => (await routerStatus(world, 'jmc@consulcatalog')) === 200)
      expectCode(await migration.run('run', PORTIONS, '--yes', '--to', 'k8s-only'), 0)
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
  })

  it('killed right after the write of 50%, then run: it goes on to the spare; and comes back from there with one write', async () => {
    const seen = await stage.play('killed at 50%, on, rollback from failover', IN_PORTIONS, async (scene) => {
      const { migration } = scene
      await killedAtHalf(scene)
      expectCode(await migration.run('run', PORTIONS, '--yes', '--to', SPARE), 0)
      expect(await stateOf(migration)).toBe(SPARE)
      await comesBackAtOnce(scene)
    })
    expectNothingLost(seen)
    expect(percentOf(seen.shares, 'failover')).toBe(100)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })

  it('killed right after the write of 50%, with cookies and three routers to the job: all have moved along, and come back with one write', async () => {
    const seen = await stage.play('killed at 50%, sticky, three routers, rollback', IN_PORTIONS, async (scene) => {
      const { world } = scene
      await withSecondRouters(world)
      await setSticky(scene)
      const { asked, wrong } = await visitedDuring(world, async (lastSides) => {
        await killedAtHalf(scene)
        await until('half of them are on Kubernetes', async () => lastSides().filter((side) => side === 'kubernetes').length >= 3)
        expect(await routersOfOurs(world)).toEqual(expect.arrayContaining(['k8s-jmc', ...SECOND_ROUTERS.map((name) => `k8s-jmc-${name}`)]))
        await expectLoyal(world)
        await comesBackAtOnce(scene)
      })
      expect(wrong).toEqual([])
      expect(asked).toBeGreaterThan(10)
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })

  it("the cluster's Traefik dies while Nomad is the spare: visitors have an answer again before anything is rolled back", async () => {
    let died = 0
    let undone = 0
    const seen = await stage.play("the cluster's Traefik dies, with a spare", { ...IN_PORTIONS, hold: '20s' }, async (scene) => {
      const { world, migration, clean } = scene
      await quickPortions(migration)
      const run = migration.start('run', PORTIONS, ...CONFIRMED)
      await recorded(migration, run, { type: 'gate-progress', step: 'soak-with-spare' })
      died = Date.now()
      await world.servers.kill('ingress')
      const ended = await run.ended
      expectCode(ended, 4)
      const undo = (await migration.entries()).find(({ record }) => record.type === 'intent' && record.direction === 'undo')
      undone = undo?.at ?? 0
      expect(await stateOf(migration)).toBe('both-running')
      expect((await migration.edgeFile()).equals(clean.edgeFile)).toBe(true)
    })
    expect(seen.wrong).toBe(0)
    expect(seen.failed).toBeGreaterThan(0)
    expect(seen.trouble?.from).toBeGreaterThanOrEqual(died)
    expect(seen.trouble?.to).toBeLessThanOrEqual(undone)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })
})

async function judgedOn(migration: Migration, step: string): Promise<string | undefined> {
  const passed = (await migration.records()).find((record) => record.type === 'gate-passed' && record.step === step && record.gate === 0)
  return passed?.type === 'gate-passed' ? passed.reason : undefined
}

async function killedAtHalf({ migration }: Scene): Promise<void> {
  await quickPortions(migration)
  await killedAt(migration, migration.start('run', PORTIONS, ...CONFIRMED), { type: 'effect-done', step: 'half' })
}

async function setSticky({ migration }: Scene): Promise<void> {
  const index = (await stepsOf(migration)).findIndex((step) => 'open-traefik-route' in step)
  await migration.editYaml(migration.plan, [[['steps', index, 'open-traefik-route', 'sticky'], STICKY]])
}

/** Each of many visitors with a cookie is always answered by the same side, and not all by the same one. */
async function expectLoyal(world: World): Promise<void> {
  const visitors = await Promise.all(Array.from({ length: 12 }, () => loyalVisitor(world.visitor, 6)))
  expect(visitors.map((sides) => new Set(sides).size)).toEqual(visitors.map(() => 1))
  expect(new Set(visitors.flat())).toEqual(new Set(['nomad', 'kubernetes']))
}

const routerStatus = async ({ client, edge }: World, name: string): Promise<number> =>
  (await client.ask(`${edge.api}/api/http/routers/${name}`)).status

async function routersOfOurs(world: World): Promise<readonly string[]> {
  const { body } = await world.client.ask(`${world.edge.api}/api/http/routers?per_page=1000`)
  const all = JSON.parse(body) as readonly { readonly name: string; readonly status: string }[]
  const ours = all.filter(({ name, status }) => name.startsWith('k8s-jmc') && name.endsWith('@file') && status === 'enabled')
  return ours.map(({ name }) => name.replace('@file', '')).sort()
}
