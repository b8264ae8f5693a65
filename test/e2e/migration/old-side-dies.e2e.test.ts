import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JournalRecord } from '../../../src/domain/records.ts'
import { OLD_BODY } from '../world/bodies.ts'
import type { Migration } from '../world/migration.ts'
import { PORTIONS } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { World } from '../world/world.ts'
import { JOB, nomad, until } from './clean.ts'
import { recorded } from './moments.ts'
import { killOldSide } from './old-side-dies.ts'
import { CONFIRMED } from './plans.ts'
import { IN_PORTIONS, quickPortions, setSteps, SPARE } from './portions.ts'
import type { Stage } from './stage.ts'
import { expectCode, openStage, stateOf } from './stage.ts'

const reason = await whyNoWorld()

describe.skipIf(reason !== undefined)(title('an old side that dies while it has half of the visitors', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage({ ...FAST, metrics: true }, 'fast')))
  afterAll(() => stage?.close())

  it('loses them to Kubernetes within seconds, and gets them back when it lives again', async () => {
    let relieved = 0
    const seen = await stage.play('the old side dies at 50%', IN_PORTIONS, async ({ world, migration }) => {
      await quickPortions(migration)
      // Long enough that it is under way when the old side dies.
      await setSteps(migration, { half: { gates: [{ 'canary-analysis': { samples: 200 } }] } })
      const run = migration.start('run', PORTIONS, ...CONFIRMED)
      await recorded(migration, run, { type: 'gate-passed', step: 'half', gate: 'own' })
      await killOldSide(world)
      const ended = await run.ended
      expectCode(ended, 3)
      expect(ended.stdout).toContain('all visitors are on Kubernetes')
      relieved = await at(migration, 'relieved')
      expect(await typesOf(migration)).not.toContain('rollback-started')

      // Away still: the same is said, and nobody is moved.
      const file = await migration.edgeFile()
      expectCode(await migration.run('run', PORTIONS, '--yes'), 3)
      expect((await migration.edgeFile()).equals(file)).toBe(true)

      await world.servers.resume('nomad')
      await until('the old side lives again', () => oldSideAnswers(world))
      const again = await migration.run('run', PORTIONS, '--yes', '--to', SPARE)
      expectCode(again, 0)
      expect(again.stdout).toContain('the old side answers again')
      expect(await stateOf(migration)).toBe(SPARE)
    })
    expect(seen.wrong).toBe(0)
    expect(seen.failed).toBeGreaterThan(0)
    expect(seen.trouble?.to).toBeLessThanOrEqual(relieved)
    expect(seen.shares.map(({ name }) => name)).toEqual(expect.arrayContaining(['5%', '50%', 'failover']))
  })
})

const typesOf = async (migration: Migration): Promise<readonly JournalRecord['type'][]> =>
  (await migration.records()).map(({ type }) => type)

/** When the first record of this type was written, milliseconds since the epoch. */
async function at(migration: Migration, type: JournalRecord['type']): Promise<number> {
  const entry = (await migration.entries()).find(({ record }) => record.type === type)
  if (entry === undefined) throw new Error(`the journal has no record ${type}`)
  return entry.at
}

/** The task that Nomad has started again, asked where Nomad says that it listens. */
async function oldSideAnswers(world: World): Promise<boolean> {
  const allocations = JSON.parse((await nomad(world, 'GET', JOB.replace('?', '/allocations?'))).body) as readonly {
    readonly ID: string
    readonly ClientStatus: string
  }[]
  for (const { ID } of allocations.filter(({ ClientStatus }) => ClientStatus === 'running')) {
    const allocation = JSON.parse((await nomad(world, 'GET', `/v1/allocation/${ID}`)).body) as {
      readonly AllocatedResources: { readonly Shared: { readonly Ports: readonly { readonly Value: number }[] } }
    }
    const port = allocation.AllocatedResources.Shared.Ports[0]?.Value
    const answer = await world.client.ask(`http://127.0.0.1:${port}/`).catch(() => undefined)
    if (answer?.status === 200 && answer.body === OLD_BODY) return true
  }
  return false
}
