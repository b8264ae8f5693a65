import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle, Ended } from './command.ts'
import { bundle } from './command.ts'
import type { Workplace } from './workplace.ts'
import { events, workplace } from './workplace.ts'

const PORTIONS = 'plans/jayne-martin-counselling-in-portions.yaml'
const WORLD = 'plans/.jmc-migrate/jayne-martin-counselling-in-portions.lab/world'
const RUN = ['run', PORTIONS, '--lab', '--yes', '--to', 'k8s-only'] as const

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

/** A place where the old side has died with 95% of the visitors on it, while the edge went on naming it; and what the run said. */
async function afterTheDeath(): Promise<{ readonly place: Workplace; readonly ended: Ended }> {
  const place = await workplace(built)
  const plan = await readFile(place.path(PORTIONS), 'utf8')
  // The first gate is long enough for the fault to begin in it, the second is short.
  const gates = ['samples: 50', 'samples: 3']
  const quick = plan.replaceAll('samples: 30', () => gates.shift() ?? '').replace('{ hold: 5m, failureThreshold: 2 }', '{ hold: 200ms }')
  await writeFile(place.path(PORTIONS), quick)
  const ended = await place.run(...RUN, '--lab-fault', 'nomad-gone-in-soak', '--json')
  expect(ended.code, ended.stdout + ended.stderr).toBe(3)
  return { place, ended }
}

const edgeFile = (place: Workplace): Promise<string> =>
  readFile(place.path(WORLD, 'hestia/mnt/docker/traefik/traefik/dynamic_conf.yml'), 'utf8')
const typesOf = (ended: Ended): readonly unknown[] => events(ended).map(({ type }) => type)

describe.concurrent('an old side that dies while visitors share it, through the command line', () => {
  it('loses them to Kubernetes; once it is back it gets its share again, and the run goes on', { timeout: 180_000 }, async () => {
    const { place, ended } = await afterTheDeath()
    expect(typesOf(ended)).toEqual(expect.arrayContaining(['relief-started', 'relieved']))
    expect(typesOf(ended)).not.toContain('rollback-started')
    expect(events(ended).find(({ type }) => type === 'relief-started')).toMatchObject({ step: 'canary', affected: '95% of visitors' })
    expect(events(ended).at(-1)).toMatchObject({ result: { outcome: 'paused', visitors: { seen: true, share: { old: 0, new: 100 } } } })

    const status = await place.run('status', PORTIONS, '--lab')
    expect(status.stdout).toContain('the route sends all visitors to Kubernetes since the old side failed')
    expect(status.stdout).toContain('no way back while the old side is away')

    const file = await edgeFile(place)
    const again = await place.run(...RUN)
    expect(again.code, again.stdout + again.stderr).toBe(3)
    expect(await edgeFile(place)).toBe(file)

    const world = JSON.parse(await readFile(place.path(WORLD, 'world.json'), 'utf8')) as object
    await writeFile(place.path(WORLD, 'world.json'), JSON.stringify({ ...world, faults: [] }))
    const back = await place.run(...RUN, '--json')
    expect(back.code, back.stdout + back.stderr).toBe(0)
    expect(events(back).find(({ type }) => type === 'relief-ended')).toMatchObject({ step: 'canary', affected: '95% of visitors' })
    expect(events(back).at(-1)).toMatchObject({ result: { outcome: 'done', state: 'k8s-only' } })
  })

  it('and is gone for good: without what waits for it the run goes on to Kubernetes alone', { timeout: 180_000 }, async () => {
    const { place } = await afterTheDeath()
    const plan = await readFile(place.path(PORTIONS), 'utf8')
    const [from, to] = [plan.indexOf('  - id: half'), plan.indexOf('  # Our route no longer depends on the job')]
    const gate = '\n    gates:\n      - canary-analysis: { samples: 50 }'
    expect(plan).toContain(gate)
    await writeFile(place.path(PORTIONS), (plan.slice(0, from) + plan.slice(to)).replace(gate, ''))
    const amended = await place.run(...RUN, '--amend')
    expect(amended.code, amended.stdout + amended.stderr).toBe(0)
    expect(await edgeFile(place)).not.toMatch(/jmc-migrate-(?:old|new)-|k8s-jmc-net/)
  })
})
