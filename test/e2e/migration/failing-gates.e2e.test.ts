import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REGISTRY } from '../world/addresses.ts'
import { CONTAINER, DEPLOYMENT, PLAN } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import { leftovers, replaceEdgeFile } from './clean.ts'
import { recorded } from './moments.ts'
import { broken, FEWER, INGRESS, quickGates, withPriority } from './plans.ts'
import type { Scene, Stage } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStage, stateOf } from './stage.ts'

const reason = await whyNoWorld()

/** Runs until it comes back by itself to the very beginning; what it said. */
async function comesBack(scene: Scene): Promise<string> {
  const ended = await scene.migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
  expectCode(ended, 4)
  expect(await stateOf(scene.migration)).toBe('nomad-only')
  await expectAsBefore(scene)
  return ended.stdout
}

const gateFailed = async ({ migration }: Scene): Promise<unknown> => (await migration.records()).find(({ type }) => type === 'gate-failed')

describe.skipIf(reason !== undefined)(title('a migration whose gates fail before visitors move', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage({ ...FAST, registry: true }, 'fast')))
  afterAll(() => stage?.close())

  // The first two wait for a minute: nothing in a plan shortens that.
  it('an Ingress class that nobody serves: visitors stay where they are', async () => {
    const seen = await stage.play('an Ingress class that nobody serves', FEWER, async ({ migration, clean }) => {
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
    const seen = await stage.play('the edge file breaks before the switch', FEWER, async ({ world, migration, clean }) => {
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

  it('an image that is not there: its registry says so before anything is touched', async () => {
    const seen = await stage.play('an image that is not there', FEWER, async (scene) => {
      await scene.migration.editYaml(DEPLOYMENT, [[[...CONTAINER, 'image'], `${REGISTRY}/absent:1`]])
      const ended = await scene.migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
      expectCode(ended, 1)
      expect(ended.stderr).toContain(`error[image-absent] there is no image ${REGISTRY}/absent:1`)
      expect(ended.stderr).toContain('Nothing was changed')
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
    expect(seen.sides.map(({ by }) => by)).toEqual(['nomad'])
  })

  it('a pod that crashes', async () => {
    const seen = await stage.play('a pod that crashes', FEWER, async (scene) => {
      await scene.migration.editYaml(DEPLOYMENT, [[[...CONTAINER, 'env', 2], { name: 'CRASH', value: '3' }]])
      expect(await comesBack(scene)).toContain('CrashLoopBackOff')
      expect(await gateFailed(scene)).toMatchObject({ step: 'deploy', verdict: 'fail' })
    })
    expectNothingLost(seen)
  })

  it('an edge file that somebody has broken: refused before anything is touched', async () => {
    const seen = await stage.play('the edge file is broken before', FEWER, async ({ world, migration, clean }) => {
      await replaceEdgeFile(world, broken(clean.edgeFile))
      const ended = await migration.run('run', PLAN, '--yes', '--to', 'k8s-only')
      expectCode(ended, 1)
      expect(ended.stderr).toContain('dynamic_conf.yml')
      expect((await migration.records()).map(({ type }) => type)).not.toContain('intent')
      expect(await leftovers(world, { ...clean, edgeFile: Buffer.from(broken(clean.edgeFile)) })).toEqual([])
    })
    expectNothingLost(seen)
  })

  it('a router of the catalog with a high priority, from the beginning: ours goes above it', async () => {
    const seen = await stage.play('a rival of high priority before', FEWER, async ({ world, migration }) => {
      await quickGates(migration)
      await withPriority(world, 5_000)
      expectCode(await migration.run('run', PLAN, '--yes', '--to', 'k8s-only'), 0)
      expect(await stateOf(migration)).toBe('k8s-only')
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('kubernetes')
  })
})
