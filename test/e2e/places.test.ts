import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle, Ended } from './command.ts'
import { bundle, start } from './command.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const PLAN = `apiVersion: jmc-migrate/v1
name: shop
states: [absent, deployed]
targets:
  kubernetes: { context: default, namespace: default }
policies: { packs: [workloads], waivers: [] }
steps:
  - { id: deploy, deploy-to-kubernetes: { manifests: ../objects }, reaches: deployed }
`
const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: { a: b }
`
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example.org/web:latest
`

interface Place {
  readonly folder: string
  readonly run: (from: string, ...argv: readonly string[]) => Promise<Ended>
  readonly write: (file: string, text: string) => Promise<void>
}

/** A plan in `plans`, its objects beside that folder. */
async function place(objects: string): Promise<Place> {
  const folder = await mkdtemp(join(built.folder, 'places-'))
  await mkdir(join(folder, 'plans'))
  await mkdir(join(folder, 'objects'))
  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text)
  await write('plans/shop.yaml', PLAN)
  await write('objects/all.yaml', objects)
  return { folder, write, run: (from, ...argv) => start(built.entry, join(folder, from), argv).ended }
}

describe.concurrent('what is printed', { timeout: 120_000 }, () => {
  it('names files from the current directory, at the line of the field', async () => {
    const { run } = await place(`${CONFIG}---\n${DEPLOYMENT}`)
    const told = await run('', 'validate', 'plans/shop.yaml')
    expect(told.code).toBe(65)
    expect(told.stdout).toContain('at objects/all.yaml:17:18, spec.template.spec.containers[0].image')
    expect((await run('plans', 'validate', 'shop.yaml')).stdout).toContain('at ../objects/all.yaml:17:18')
    const sarif: unknown = JSON.parse((await run('', 'validate', 'plans/shop.yaml', '--format', 'sarif')).stdout)
    expect(JSON.stringify(sarif)).toContain('"uri":"objects/all.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":17,')
  })

  it('is the same of a run, and one defect has one exit code', async () => {
    const { run, write } = await place(DEPLOYMENT)
    const refused = await run('', 'run', 'plans/shop.yaml', '--lab', '--yes')
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([65, expect.stringContaining('at objects/all.yaml:11:18')])
    await write('objects/all.yaml', 'kind: [\n')
    const ways = [
      ['validate', 'plans/shop.yaml'],
      ['run', 'plans/shop.yaml', '--lab', '--yes'],
      ['run', 'plans/shop.yaml', '--lab', '--dry-run'],
    ]
    for (const words of ways) {
      const { code, stdout, stderr } = await run('', ...words)
      expect([code, stdout + stderr]).toEqual([65, expect.stringMatching(/at objects\/all\.yaml:\d+:\d+/)])
    }
  })

  it('says of a plan without visitors nothing about them, and that it was edited since', async () => {
    const { run, write } = await place(CONFIG)
    expect((await run('', 'run', 'plans/shop.yaml', '--lab', '--yes')).code).toBe(0)
    expect((await run('', 'status', 'plans/shop.yaml', '--lab')).stdout).not.toContain('Edited')
    await write('objects/all.yaml', CONFIG.replace('a: b', 'a: c'))
    const edited = (await run('', 'status', 'plans/shop.yaml', '--lab')).stdout
    expect(edited).toMatch(
      /Edited +the plan on disk is not the one that the run began with\n +· objects\/all\.yaml was edited\n +`run` refuses/,
    )
    expect((await run('', 'run', 'plans/shop.yaml', '--lab', '--yes')).code).toBe(65)
    expect((await run('', 'rollback', 'plans/shop.yaml', '--lab', '--yes')).code).toBe(0)
    const back = (await run('', 'status', 'plans/shop.yaml', '--lab')).stdout
    expect(back).toContain('the next `run` begins with the plan as it is on disk')
    expect(back).toMatch(/Went back +as asked to absent\n +✓ deploy: /)
    expect(back).not.toMatch(/visitor/i)
  })

  it('a dry run counts its checks once', async () => {
    const { run } = await place(CONFIG)
    const { stdout } = await run('', 'run', 'plans/shop.yaml', '--lab', '--dry-run')
    expect(stdout.match(/\bchecks? (done|failed)|passed\./g)).toHaveLength(1)
  })
})
