import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bundle } from '../e2e/command.ts'
import { bundle } from '../e2e/command.ts'
import type { Moment } from './round.ts'
import { atRandom } from './moments.ts'
import { round } from './round.ts'
import { playAll } from './rounds.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const ROUNDS = 200

it(`killed at ${ROUNDS} random instants, a run goes on or comes back`, { timeout: 1_800_000 }, async () => {
  // How long a run takes on this machine while as many others are at work.
  const lengths: number[] = []
  const measured: Moment = async (_place, run) => {
    const began = performance.now()
    await run.ended
    lengths.push(performance.now() - began)
  }
  const whole = await playAll([1, 2, 3, 4].map((number) => [`whole run ${number}`, () => round(built, measured, 'run')]))
  expect(whole.wrong.join('\n\n'), whole.story).toBe('')
  const { story, wrong } = await playAll(
    Array.from({ length: ROUNDS }, (_, index) => [
      `random instant ${index + 1}`,
      () => round(built, atRandom(lengths), index % 2 === 0 ? 'run' : 'rollback'),
    ]),
  )
  expect(wrong.join('\n\n'), story).toBe('')
  process.stdout.write(`killed at random instants: ${story}\n`)
})
