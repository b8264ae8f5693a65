import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import { EDGE_FIXTURE, edgeFile, events, PLAN, quickWorkplace, records, workplace, world } from './workplace.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

describe.concurrent('the migration on the lab, through the command line', () => {
  it('goes all the way, and then says that there is no way back but the bundle', { timeout: 60_000 }, async () => {
    const place = await workplace(built)
    const run = await place.run('run', PLAN, '--lab', '--yes', '--json')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    const told = events(run)
    expect(told).toContainEqual(expect.objectContaining({ schema: 1, type: 'run-started', plan: 'jayne-martin-counselling' }))
    expect(told.at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'done', state: 'nomad-removed' } })

    const status = await place.run('status', PLAN, '--lab')
    expect(status.code, status.stderr).toBe(0)
    expect(status.stdout).toContain('[nomad-removed]')

    const back = await place.run('rollback', PLAN, '--lab', '--yes')
    expect(back.code).toBe(1)
    const written = (await records(place)).find((record) => record.type === 'bundle-written')
    if (written === undefined) throw new Error('no bundle was written')
    expect(back.stderr).toContain('past-the-boundary')
    expect(back.stderr).toContain(written.path)
    const job = JSON.parse(await readFile(place.path('fixtures/jayne-martin-counselling/nomad/job.json'), 'utf8'))
    expect(await filesOf(written.path)).toEqual(expect.arrayContaining([...written.files]))
    expect(await filesOf(written.path)).toContain('README.md')
    expect(await readFile(join(written.path, 'edge/dynamic_conf.before.yml'), 'utf8')).toBe(await readFile(EDGE_FIXTURE, 'utf8'))
    expect(await jobsIn(written.path)).toContainEqual(expect.objectContaining({ ID: job.ID, TaskGroups: expect.any(Array) }))
  })

  it(
    'comes back from k8s-only: the edge file byte for byte, Nomad as it was, nothing left in Kubernetes',
    { timeout: 60_000 },
    async () => {
      const place = await quickWorkplace(built)
      const untouched = await place.run('run', PLAN, '--lab', '--dry-run')
      expect(untouched.code, untouched.stderr).toBe(0)
      const before = await world(place)

      const run = await place.run('run', PLAN, '--lab', '--to', 'k8s-only', '--yes')
      expect(run.code, run.stdout + run.stderr).toBe(0)
      expect(await edgeFile(place)).toContain('k8s-jmc:')
      expect(Object.keys((await world(place)).kubernetes.objects)).toContain('apps/deployments|default|jayne-martin-counselling')

      const back = await place.run('rollback', PLAN, '--lab', '--yes', '--json')
      expect(back.code, back.stdout + back.stderr).toBe(0)
      expect(events(back).at(-1)).toMatchObject({
        type: 'finished',
        result: { outcome: 'rolled-back', state: 'nomad-only', cause: 'commanded' },
      })
      expect(await edgeFile(place)).toBe(await readFile(EDGE_FIXTURE, 'utf8'))
      const after = await world(place)
      expect(after.nomad.writes).toBe(before.nomad.writes)
      expect(after.nomad.jobs).toEqual(before.nomad.jobs)
      expect(Object.keys(after.kubernetes.objects).sort()).toEqual(Object.keys(before.kubernetes.objects).sort())
    },
  )
})

async function filesOf(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
}

async function jobsIn(folder: string): Promise<readonly unknown[]> {
  const texts = (await filesOf(folder)).filter((path) => path.startsWith('nomad/') && path.endsWith('.json'))
  return Promise.all(texts.map(async (path): Promise<unknown> => JSON.parse(await readFile(join(folder, path), 'utf8'))))
}
