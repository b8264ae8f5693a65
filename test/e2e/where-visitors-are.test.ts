import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import { events, workplace } from './workplace.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const PORTIONS = 'plans/jayne-martin-counselling-in-portions.yaml'
const FIVE = '5% of visitors on Kubernetes, 95% on Nomad'
const HALF = '50% of visitors on Kubernetes, 50% on Nomad'

/** One migration in portions, stopped in every way that leaves visitors shared. */
it('every end in the middle of a handover says which share of visitors is where', { timeout: 180_000 }, async () => {
  const place = await workplace(built)
  await place.edit(PORTIONS, 'both-running, k8s-only,', 'both-running, five, half, k8s-only,')
  const gate = (share: number): string => `send: ${share}% }\n    gates:\n      - canary-analysis: { samples: 30 }\n`
  const reaches = (share: number, state: string): string => gate(share).replace('samples: 30', 'samples: 3') + `    reaches: ${state}\n`
  await place.edit(PORTIONS, gate(5), reaches(5, 'five'))
  await place.edit(PORTIONS, gate(50), reaches(50, 'half'))
  const named = (command: string) => [command, PORTIONS, '--lab'] as const

  const done = await place.run(...named('run'), '--yes', '--to', 'half')
  expect(done.code, done.stdout + done.stderr).toBe(0)
  expect(done.stdout).toContain('gathering: 1 of 3 samples on each side')
  expect(done.stdout).not.toContain('could not see')
  expect(done.stdout).toContain(HALF)

  // Stopped before its first step is undone: to be gone on with to where it was to lead, not to the beginning.
  const back = place.start(...named('rollback'), '--yes', '--to', 'five')
  await back.says('rolling back from half to five')
  back.signal('SIGTERM')
  const stopped = await back.ended
  expect(stopped.code, stopped.stdout + stopped.stderr).toBe(143)
  expect(stopped.stdout).toContain('Rollback to five interrupted by SIGTERM')
  expect(stopped.stdout).toContain('To undo    in this order: half')
  expect(stopped.stdout).toMatch(/[05]+% of visitors on Kubernetes, [0-9]+% on Nomad: the edge's own routers say so/)
  const goOn = `jmc-migrate rollback ${PORTIONS} --lab --to five`
  expect(stopped.stdout).toContain(goOn)

  const status = await place.run(...named('status'))
  expect(status.stdout).toContain('jayne-martin-counselling-in-portions: rollback to five interrupted')
  expect(status.stdout).toContain(goOn)

  const rolledBack = await place.run(...named('rollback'), '--yes', '--to', 'five')
  expect(rolledBack.code, rolledBack.stdout + rolledBack.stderr).toBe(0)
  expect(rolledBack.stdout).toContain(FIVE)
  expect(rolledBack.stdout).toContain("in the edge's file: only-me, canary")

  const home = await place.run(...named('rollback'), '--yes', '--json')
  expect(home.code, home.stdout + home.stderr).toBe(0)
  expect(events(home).at(-1)).toMatchObject({
    type: 'finished',
    result: { outcome: 'rolled-back', visitors: { seen: true, share: { old: 100, new: 0 }, answer: { verdict: 'pass' } } },
  })
  expect(home.stdout).toContain('is byte for byte as it was before step only-me wrote into it')
})
