import { delimiter, dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from '../tools/clients.ts'
import type { Bundle, Ended } from './command.ts'
import { bundle, start } from './command.ts'
import { workplace } from './workplace.ts'

/** Plans without visitors: what they deploy is all that there is. */
const PLANS = ['todo-app', 'phase-iv.dev', 'phase-iv.prod', 'lumina', 'todo-full'] as const

let built: Bundle
let path = ''
beforeAll(async () => {
  const { helm, kubectl } = await clients()
  path = [dirname(helm), dirname(kubectl), process.env['PATH'] ?? ''].join(delimiter)
  built = await bundle()
}, 300_000)
afterAll(() => built.remove())

/** What each run must have said, besides that it is done. */
const SAYS: Partial<Record<(typeof PLANS)[number], (stdout: string) => void>> = {
  'todo-app': (stdout) => {
    const applied = [...stdout.matchAll(/applying (\S+ \S+)/g)].map((each) => each[1])
    expect(applied.slice(-5)).toEqual([
      'Secret todo-app/todo-app-secrets',
      'Deployment todo-app/todo-app-backend',
      'Service todo-app/todo-app-backend',
      'Deployment todo-app/todo-app-frontend',
      'Service todo-app/todo-app-frontend',
    ])
    // Each group is ready before the next begins.
    expect(stdout.indexOf('waiting for group 2')).toBeLessThan(stdout.indexOf('applying Service todo-app/todo-app-backend'))
  },
}

// Nothing has to be set: in the lab values that come from outside are made up.
describe.concurrent('plans of applications, on the lab', () => {
  it.each(PLANS)('%s: run, status, rollback, and run again', { timeout: 120_000 }, async (name) => {
    const { folder } = await workplace(built)
    const plan = `plans/${name}.yaml`
    const call = (...words: readonly string[]): Promise<Ended> => start(built.entry, folder, words, { PATH: path }).ended

    const valid = await call('validate', plan)
    expect(valid.code, valid.stdout + valid.stderr).toBe(0)

    const run = await call('run', plan, '--lab', '--yes')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    expect(run.stderr).toBe('')
    expect(run.stdout).toContain('Done: deployed reached')
    SAYS[name]?.(run.stdout)

    const status = await call('status', plan, '--lab')
    expect(status.code, status.stderr).toBe(0)
    expect(status.stdout).toContain('[deployed]')
    expect(status.stdout).not.toContain('as a visitor')

    const back = await call('rollback', plan, '--lab', '--yes')
    expect(back.code, back.stdout + back.stderr).toBe(0)
    expect(back.stdout).toContain('Rolled back to absent, verified')
    expect(back.stderr).toBe('')
    expect(back.stdout).not.toContain('Visitors')

    const again = await call('run', plan, '--lab', '--yes')
    expect(again.code, again.stdout + again.stderr).toBe(0)
    expect(again.stderr).toBe('')
  })
})
