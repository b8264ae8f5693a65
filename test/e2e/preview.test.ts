import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import { EDGE_FIXTURE, edgeFile, events, PLAN, quickWorkplace, runFolder, world } from './workplace.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const DEPLOYMENT = 'fixtures/jayne-martin-counselling/kubernetes/deployment.yaml'

it(
  'a dry run only reads; its preview is carried out exactly, and refused once anything it shows was edited',
  { timeout: 60_000 },
  async () => {
    const place = await quickWorkplace(built)
    const preview = ['run', PLAN, '--lab', '--yes', '--preview', 'preview.json'] as const

    const dry = await place.run('run', PLAN, '--lab', '--to', 'both-running', '--dry-run', '--detailed-exitcode', '--out', 'preview.json')
    expect(dry.code, dry.stdout + dry.stderr).toBe(2)
    expect(dry.stdout).toContain('+ Deployment default/jayne-martin-counselling')
    const before = await world(place)
    expect([before.kubernetes.writes, before.nomad.writes]).toEqual([0, 0])
    expect(await edgeFile(place)).toBe(await readFile(EDGE_FIXTURE, 'utf8'))
    expect(await runFolder(place)).toBeUndefined()

    await place.edit(DEPLOYMENT, 'replicas: 1', 'replicas: 2')
    const otherManifest = await place.run(...preview)
    expect(otherManifest.code, otherManifest.stdout).toBe(1)
    expect(otherManifest.stderr).toContain('preview-outdated')
    expect(otherManifest.stderr).toContain('deployment.yaml was edited since')
    await place.edit(DEPLOYMENT, 'replicas: 2', 'replicas: 1')

    await place.edit(PLAN, 'hold: 200ms', 'hold: 400ms')
    const otherPlan = await place.run(...preview)
    expect(otherPlan.code, otherPlan.stdout).toBe(1)
    expect(otherPlan.stderr).toContain('the plan was edited since')
    await place.edit(PLAN, 'hold: 400ms', 'hold: 200ms')

    const ontoPlan = await place.run('run', PLAN, '--lab', '--dry-run', '--out', PLAN)
    expect(ontoPlan.code).toBe(1)
    expect(ontoPlan.stderr).toContain('it exists and is not a saved dry run')

    expect((await world(place)).kubernetes.writes).toBe(0)
    const exactly = await place.run(...preview, '--json')
    expect(exactly.code, exactly.stdout + exactly.stderr).toBe(0)
    expect(events(exactly).at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'done', state: 'both-running' } })
  },
)
