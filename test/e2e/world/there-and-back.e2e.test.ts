import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../command.ts'
import { bundle } from '../command.ts'
import { left } from './left.ts'
import type { Migration } from './migration.ts'
import { PLAN, prepareMigration, servedBy } from './migration.ts'
import { NEW_BODY, OLD_BODY } from './bodies.ts'
import { title, whyNoWorld } from './tools/possible.ts'
import type { World } from './world.ts'
import { startWorld } from './world.ts'

const reason = await whyNoWorld()
const CONFIRM = ['--yes', '--confirm', 'jayne-martin-counselling']

describe.skipIf(reason !== undefined)(title('the migration on real servers', reason), () => {
  let built: Bundle
  let world: World
  let migration: Migration
  beforeAll(async () => {
    built = await bundle()
    world = await startWorld()
    migration = await prepareMigration(world, built.entry)
  })
  afterAll(async () => {
    await world?.stop()
    await built?.remove()
  })

  it('comes back from k8s-only: the edge file byte for byte, Nomad as it was, nothing left in Kubernetes', async () => {
    const before = await migration.edgeFile()
    const run = await migration.run('run', PLAN, '--to', 'k8s-only', '--yes')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    expect((await migration.visit()).body).toBe(NEW_BODY)

    const back = await migration.run('rollback', PLAN, '--yes')
    expect(back.code, back.stdout + back.stderr).toBe(0)
    expect((await migration.visit()).body).toBe(OLD_BODY)
    expect((await migration.edgeFile()).equals(before)).toBe(true)
    const objects = await world.enter('kubectl', ['get', 'deployments,services,ingresses,verticalpodautoscalers', '-o', 'name'])
    expect(objects.stdout).toBe('service/kubernetes')
  })

  it('goes all the way: Nomad has no job, and visitors are answered by Kubernetes', async () => {
    const run = await migration.run('run', PLAN, ...CONFIRM)
    expect(run.code, run.stdout + run.stderr).toBe(0)
    await servedBy(migration, 'kubernetes')
    const job = await world.client.ask(`${world.nomad.address}/v1/job/jayne-martin-counselling?namespace=jaynemartincounselling-prod`, {
      headers: { 'x-nomad-token': world.nomad.token },
    })
    expect(job.status).toBe(404)
    const writes = await world.kubernetes.audit.writes()
    expect(writes.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toContain('patch deployments')
  })

  it('is gone afterwards', async () => {
    const { folder, pid } = world
    expect(await left(folder, pid)).not.toEqual([])
    await world.stop()
    expect(await left(folder, pid)).toEqual([])
    expect(existsSync(folder)).toBe(false)
  })
})
