import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REGISTRY } from '../world/addresses.ts'
import { CONTAINER, DEPLOYMENT, PLAN } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import { leftovers, replaceEdgeFile } from './clean.ts'
import { recorded } from './moments.ts'
import { CONFIRMED, FEWER, INGRESS, quickGates, withPriority } from './plans.ts'
import type { Scene, Stages } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStages, stateOf, undone } from './stage.ts'

const reason = await whyNoWorld()
const broken = (file: Buffer): string => `${String(file)}\n  broken: [\n`

/** Runs until it comes back by itself to the very beginning; what it said. */
async function comesBack(scene: Scene): Promise<string> {
  const ended = await scene.migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
  expectCode(ended, 4)
  expect(await stateOf(scene.migration)).toBe('nomad-only')
  await expectAsBefore(scene)
  return ended.stdout
}

/** Begins a whole run; resolves when the soak has begun. */
async function soaking({ migration }: Scene): Promise<{ readonly ended: ReturnType<Scene['migration']['run']> }> {
  await quickGates(migration)
  const run = migration.start('run', PLAN, ...CONFIRMED)
  await recorded(migration, run, { type: 'gate-progress', step: 'soak' })
  return { ended: run.ended }
}

const gateFailed = async ({ migration }: Scene): Promise<unknown> => (await migration.records()).find(({ type }) => type === 'gate-failed')

describe.skipIf(reason !== undefined).concurrent(title('a migration whose gates fail', reason), () => {
  let stages: Stages
  beforeAll(async () => void (stages = await openStages(2, { ...FAST, registry: true }, 'fast')))
  afterAll(() => stages?.close())

  // The first three wait for a minute: nothing in a plan shortens that.
  it('an Ingress class that nobody serves: visitors stay where they are', async () => {
    const seen = await stages.play('an Ingress class that nobody serves', FEWER, async ({ migration, clean }) => {
      await migration.editYaml(INGRESS, [[['spec', 'ingressClassName'], 'nginx']])
      const ended = await migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
      expectCode(ended, 4)
      expect(ended.stdout).toContain('status 404')
      expect(await stateOf(migration)).toBe('both-running')
      expect((await migration.edgeFile()).equals(clean.edgeFile)).toBe(true)
    })
    expectNothingLost(seen)
    expect(seen.sides.map(({ by }) => by)).toEqual(['nomad'])
  })

  it('an edge file that somebody breaks while pods start: it is not written', async () => {
    const seen = await stages.play('the edge file breaks before the switch', FEWER, async ({ world, migration, clean }) => {
      const run = migration.start('run', PLAN, '--yes', '--to', 'k8s-only')
      await recorded(migration, run, { type: 'wait-started', step: 'check-ingress' })
      await replaceEdgeFile(world, broken(clean.edgeFile))
      const ended = await run.ended
      expectCode(ended, 4)
      expect(ended.stdout).toContain('not valid YAML')
      expect(await stateOf(migration)).toBe('both-running')
      expect(String(await migration.edgeFile())).toBe(broken(clean.edgeFile))
    })
    expectNothingLost(seen)
    expect(seen.sides.map(({ by }) => by)).toEqual(['nomad'])
  })

  it('a Nomad that does not answer during the soak: nobody is moved, a person decides, and it goes on', async () => {
    const seen = await stages.play('Nomad does not answer in the soak', { ...FEWER, hold: '4s' }, async (scene) => {
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

  it('an image that is not there: seen as such, not waited for', async () => {
    const seen = await stages.play('an image that is not there', FEWER, async (scene) => {
      await scene.migration.editYaml(DEPLOYMENT, [[[...CONTAINER, 'image'], `${REGISTRY}/absent:1`]])
      expect(await comesBack(scene)).toContain('not found')
      expect(await gateFailed(scene)).toMatchObject({ step: 'deploy', verdict: 'fail' })
    })
    expectNothingLost(seen)
  })

  it('a pod that crashes', async () => {
    const seen = await stages.play('a pod that crashes', FEWER, async (scene) => {
      await scene.migration.editYaml(DEPLOYMENT, [[[...CONTAINER, 'env', 2], { name: 'CRASH', value: '3' }]])
      expect(await comesBack(scene)).toContain('CrashLoopBackOff')
      expect(await gateFailed(scene)).toMatchObject({ step: 'deploy', verdict: 'fail' })
    })
    expectNothingLost(seen)
  })

  it('an edge file that somebody has broken: refused before anything is touched', async () => {
    const seen = await stages.play('the edge file is broken before', FEWER, async ({ world, migration, clean }) => {
      await replaceEdgeFile(world, broken(clean.edgeFile))
      const ended = await migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
      expectCode(ended, 1)
      expect(ended.stderr).toContain('dynamic_conf.yml')
      expect((await migration.records()).map(({ type }) => type)).not.toContain('intent')
      expect(await leftovers(world, { ...clean, edgeFile: Buffer.from(broken(clean.edgeFile)) })).toEqual([])
    })
    expectNothingLost(seen)
  })

  it('an edge file that somebody breaks during the soak: Nomad is not stopped, and it goes on when the file is mended', async () => {
    const seen = await stages.play('the edge file breaks in the soak', { ...FEWER, hold: '4s' }, async (scene) => {
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

  it('a router of the catalog with a high priority, from the beginning: ours goes above it', async () => {
    const seen = await stages.play('a rival of high priority before', FEWER, async ({ world, migration }) => {
      await quickGates(migration)
      await withPriority(world, 5_000)
      expectCode(await migration.run('run', PLAN, '--yes', '--to', 'k8s-only'), 0)
      expect(await stateOf(migration)).toBe('k8s-only')
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
  })

  it('a router of the catalog that takes the site during the soak: visitors are where our route is not, so ours goes', async () => {
    const seen = await stages.play('a rival of high priority in the soak', { ...FEWER, hold: '10s' }, async (scene) => {
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
    const seen = await stages.play("the cluster's Traefik dies in the soak", { hold: '10s' }, async (scene) => {
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
