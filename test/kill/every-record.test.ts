import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bundle } from '../e2e/command.ts'
import { bundle } from '../e2e/command.ts'
import { atRecord } from './moments.ts'
import { round } from './round.ts'
import { playAll } from './rounds.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

it('killed at every record of the journal, a run goes on or comes back', { timeout: 900_000 }, async () => {
  const whole = await round(built, (_place, run) => run.ended.then(() => undefined), 'run')
  expect(whole.wrong.join('\n')).toBe('')
  expect(whole.records).toBeGreaterThan(20)
  const counts = Array.from({ length: whole.records }, (_, index) => index + 1)
  const { story, wrong } = await playAll(
    counts.map((count) => {
      const afterwards = count % 2 === 0 ? 'run' : 'rollback'
      return [`record ${count}`, () => round(built, atRecord(count), afterwards)]
    }),
  )
  expect(wrong.join('\n\n'), story).toBe('')
  process.stdout.write(`killed at every record: ${story}\n`)
})
