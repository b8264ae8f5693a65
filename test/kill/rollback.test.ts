import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bundle } from '../e2e/command.ts'
import { bundle } from '../e2e/command.ts'
import { records } from '../e2e/workplace.ts'
import { atRecord } from './moments.ts'
import type { Moment } from './round.ts'
import { roundOfRollback } from './round.ts'
import { playAll } from './rounds.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

it('killed at every record of a rollback, the next rollback finishes it', { timeout: 900_000 }, async () => {
  let before = 0
  const undisturbed: Moment = async (place, rollback) => {
    await rollback.ended
    const known = await records(place)
    before = known.findIndex((record) => record.type === 'process-attached' && record.command === 'rollback')
  }
  const whole = await roundOfRollback(built, undisturbed)
  expect(whole.wrong.join('\n')).toBe('')
  expect(before).toBeGreaterThan(0)
  expect(whole.records - before).toBeGreaterThan(5)
  const { story, wrong } = await playAll(
    Array.from({ length: whole.records - before }, (_, index) => {
      const count = before + index + 1
      return [`record ${index + 1} of the rollback`, () => roundOfRollback(built, atRecord(count))]
    }),
  )
  expect(wrong.join('\n\n'), story).toBe('')
  process.stdout.write(`rollback killed at every record: ${story}\n`)
})
