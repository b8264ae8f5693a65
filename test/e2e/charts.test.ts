import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { title, whySkipped } from '../real/servers/tools.ts'
import { clients } from '../tools/clients.ts'
import type { Bundle, Ended } from './command.ts'
import { bundle, start } from './command.ts'
import type { Workplace } from './workplace.ts'
import { workplace } from './workplace.ts'

const reason = await whySkipped(async () => (await clients()).helm)
const PLAN = 'plans/todo-app.yaml'

let built: Bundle
let place: Workplace
beforeAll(async () => {
  built = await bundle()
  place = await workplace(built)
}, 60_000)
afterAll(() => built.remove())

/** With helm where the user would have it. */
async function run(argv: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { helm } = await clients()
  return start(built.entry, place.folder, argv, { PATH: `${dirname(helm)}:${process.env['PATH'] ?? ''}`, ...more }).ended
}

describe.skipIf(reason !== undefined)(title('a plan with a chart, by command', reason), () => {
  it('names every secret that is not set at once, before anything is kept or asked', async () => {
    const { code, stderr } = await run(['run', PLAN, '--yes'], { JWT_SECRET: 'x' })
    expect(code).toBe(1)
    expect(stderr).toContain('step deploy: helm.set.secrets.databaseUrl: the environment variable DATABASE_URL is not set')
    expect(stderr).toContain('OPENAI_API_KEY is not set')
    expect(stderr).not.toContain('JWT_SECRET is not set')
    expect(existsSync(place.path('plans/.jmc-migrate'))).toBe(false)
  })

  it('goes there and back in the lab, where nothing has to be set: each group is ready before the next begins', async () => {
    const there = await run(['run', PLAN, '--lab', '--yes'])
    expect([there.code, there.stderr]).toEqual([0, ''])
    const applied = [...there.stdout.matchAll(/applying (\S+ \S+)/g)].map((each) => each[1])
    expect(applied.slice(-5)).toEqual([
      'Secret todo-app/todo-app-secrets',
      'Deployment todo-app/todo-app-backend',
      'Service todo-app/todo-app-backend',
      'Deployment todo-app/todo-app-frontend',
      'Service todo-app/todo-app-frontend',
    ])
    expect(there.stdout.indexOf('waiting for group 2')).toBeLessThan(there.stdout.indexOf('applying Service todo-app/todo-app-backend'))
    expect((await run(['status', PLAN, '--lab'])).stdout).toContain('deployed')
    expect(await run(['rollback', PLAN, '--lab', '--yes'])).toMatchObject({ code: 0, stderr: '' })
    expect(await run(['run', PLAN, '--lab', '--yes'])).toMatchObject({ code: 0, stderr: '' })
  }, 60_000)

  it('a value that the chart refuses is said by its name, and nothing is changed', async () => {
    await place.edit(PLAN, '          secrets.jwtSecret:', '          backend.replicaCount: 11\n          secrets.jwtSecret:')
    const { code, stderr, stdout } = await run(['run', PLAN, '--lab', '--dry-run', '--json', '--state-dir', 'elsewhere'])
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('chart-values-refused')
    expect(stdout + stderr).toContain('backend.replicaCount')
  })

  it('without helm the plan says what to install', async () => {
    const { code, stdout, stderr } = await run(['run', PLAN, '--lab', '--dry-run', '--state-dir', 'elsewhere'], { PATH: '/nowhere' })
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('helm-missing')
  })
})
