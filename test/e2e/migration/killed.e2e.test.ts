import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAN } from '../world/migration.ts'
import { FAST } from '../world/settings.ts'
import { title, whyNoWorld } from '../world/tools/possible.ts'
import type { Sought } from './moments.ts'
import { killedAt } from './moments.ts'
import { CONFIRMED, FEWER, QUICK_TO_RETURN, quickGates } from './plans.ts'
import type { Scene, Stage } from './stage.ts'
import { expectAsBefore, expectCode, expectNothingLost, openStage, stateOf } from './stage.ts'

const reason = await whyNoWorld()

async function killRun({ migration }: Scene, sought: Sought): Promise<void> {
  await quickGates(migration)
  await killedAt(migration, migration.start('run', PLAN, ...CONFIRMED), sought)
}

async function rollsBack(scene: Scene): Promise<void> {
  expectCode(await scene.migration.run('rollback', PLAN, '--yes'), 0)
  expect(await stateOf(scene.migration)).toBe('nomad-only')
  await expectAsBefore(scene)
}

async function goesOn({ migration }: Scene): Promise<void> {
  expectCode(await migration.run('run', PLAN, ...CONFIRMED), 0)
  expect(await stateOf(migration)).toBe('nomad-removed')
}

interface Kill {
  readonly when: string
  readonly at: Sought
  /** What is typed then, what must come of it, and who answers visitors in the end. */
  readonly next: 'run' | 'rollback'
  readonly side: 'nomad' | 'kubernetes'
}

const KILLS: readonly Kill[] = [
  { when: 'with the intent to switch', at: { type: 'intent', step: 'cut-traffic' }, next: 'rollback', side: 'nomad' },
  { when: 'after the switch', at: { type: 'effect-done', step: 'cut-traffic' }, next: 'run', side: 'kubernetes' },
  { when: 'in the soak', at: { type: 'wait-started', step: 'soak' }, next: 'rollback', side: 'nomad' },
  { when: 'with the intent to stop the job', at: { type: 'intent', step: 'stop' }, next: 'run', side: 'kubernetes' },
  { when: 'with the intent to stop the job', at: { type: 'intent', step: 'stop' }, next: 'rollback', side: 'nomad' },
]

describe.skipIf(reason !== undefined)(title('a run that is killed in front of visitors', reason), () => {
  let stage: Stage
  beforeAll(async () => void (stage = await openStage(FAST, 'fast')))
  afterAll(() => stage?.close())

  it.for(KILLS.map((kill) => [`${kill.when}, then ${kill.next}`, kill] as const))('%s', async ([name, { at, next, side }]) => {
    const seen = await stage.play(`killed ${name}`, { ...FEWER, ...QUICK_TO_RETURN }, async (scene) => {
      await killRun(scene, at)
      await (next === 'run' ? goesOn(scene) : rollsBack(scene))
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe(side)
  })

  it('on its way back, then run: it finishes the way back first', async () => {
    const seen = await stage.play('rollback killed, then run', { ...FEWER, ...QUICK_TO_RETURN }, async (scene) => {
      const { migration } = scene
      await quickGates(migration)
      expectCode(await migration.run('run', PLAN, '--yes', '--to', 'k8s-only'), 0)
      const rollback = migration.start('rollback', PLAN, '--yes')
      await killedAt(migration, rollback, { type: 'intent', step: 'cut-traffic', direction: 'undo' })
      expectCode(await migration.run('run', PLAN, ...CONFIRMED), 4)
      await expectAsBefore(scene)
    })
    expectNothingLost(seen)
    expect(seen.sides.at(-1)?.by).toBe('nomad')
  })
})
