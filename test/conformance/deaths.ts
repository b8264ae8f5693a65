import { expect } from 'vitest'
import type { Base, Stage } from './bases.ts'
import { stageOf } from './bases.ts'
import type { KillAt } from './process.ts'

/** What a dead process left behind: a fresh copy with each call. */
export type Dead = () => Stage

/** Lets the process die at every moment that matters, each time in a fresh copy of the world, and hands over what is left of it. */
export async function atEveryDeath(base: Base, command: 'run' | 'rollback', body: (dead: Dead) => Promise<void>): Promise<void> {
  const deaths = await deathsOf(base, command)
  expect(deaths.length).toBeGreaterThan(3)
  for (const { killAt, where } of deaths) {
    await explained(where, async () => {
      const stage = stageOf(base)
      expect((await stage[command]({ killAt })).result).toBeUndefined()
      expect(stage.world.wrong).toEqual([])
      const left: Base = { ...base, data: stage.world.data(), disk: stage.disk }
      await body(() => stageOf(left))
    })
  }
}

interface Death {
  readonly killAt: KillAt
  readonly where: string
}

/**
 * Every moment at which dying makes a difference to whoever comes after: after each record, and after each write to a server. Right before
 * a record is the same as right after the one before, unless something was done in between.
 */
async function deathsOf(base: Base, command: 'run' | 'rollback'): Promise<readonly Death[]> {
  const whole = stageOf(base)
  const start = whole.world.writes
  const { writesAt } = await whole[command]()
  return whole.disk.entries.slice(base.disk.entries.length).flatMap(({ sequence, record: { type } }, index): readonly Death[] => {
    const from = writesAt[index - 1] ?? start
    const to = writesAt[index] ?? from
    const between = Array.from({ length: Math.max(0, to - from - 1) }, (_, nth) => from + nth + 1)
    const acted = to > from || type.startsWith('effect-') || index === 0
    return [
      ...between.map((writes) => ({ killAt: { writes }, where: `killed at write ${writes - start}, before record ${sequence} (${type})` })),
      ...(acted ? [{ killAt: { sequence, durable: false }, where: `killed before record ${sequence} (${type})` }] : []),
      { killAt: { sequence, durable: true }, where: `killed after record ${sequence} (${type})` },
    ]
  })
}

/** Says where it was when it went wrong. */
async function explained(where: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message = `${where}: ${thrown.message}`
    throw thrown
  }
}
