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

// There and back is in applications.test.ts.
describe.skipIf(reason !== undefined)(title('a plan with a chart, by command', reason), () => {
  it('names every secret that is not set at once, before anything is kept or asked', async () => {
    const { code, stderr } = await run(['run', PLAN, '--yes'], { JWT_SECRET: 'x' })
    expect(code).toBe(1)
    expect(stderr).toContain('step deploy: helm.set.secrets.databaseUrl: the environment variable DATABASE_URL is not set')
    expect(stderr).toContain('OPENAI_API_KEY is not set')
    expect(stderr).not.toContain('JWT_SECRET is not set')
    expect(existsSync(place.path('plans/.jmc-migrate'))).toBe(false)
  })

  it('a value that the chart refuses is said by its name, and nothing is changed', async () => {
    await place.edit(PLAN, '          secrets.jwtSecret:', '          backend.replicaCount: 11\n          secrets.jwtSecret:')
    const { code, stderr, stdout } = await run(['run', PLAN, '--lab', '--dry-run', '--json', '--state-dir', 'elsewhere'])
    expect(code).toBe(65)
    expect(stdout + stderr).toContain('chart-values-refused')
    expect(stdout + stderr).toContain('backend.replicaCount')
  })

  it('without helm the plan says what to install', async () => {
    const { code, stdout, stderr } = await run(['run', PLAN, '--lab', '--dry-run', '--state-dir', 'elsewhere'], { PATH: '/nowhere' })
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('helm-missing')
  })
})
