import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import type { Workplace } from './workplace.ts'
import { edgeFile, events, journalFile, PLAN, quickWorkplace, records, world } from './workplace.ts'

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const RUN = ['run', PLAN, '--lab', '--yes'] as const

/** What a refusal must leave as it was. */
const touched = async (place: Workplace): Promise<readonly unknown[]> => {
  const { kubernetes, nomad } = await world(place)
  return [await edgeFile(place), kubernetes.writes, nomad.writes]
}

describe.concurrent('a run that goes on later', () => {
  it('holds its lock, stops in good order on Ctrl-C in the soak, and the next run finishes it', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    await place.edit(PLAN, 'hold: 200ms', 'hold: 5m')
    const soaking = place.start(...RUN)
    await soaking.says('▸ [4/6] soak')

    const second = await place.run(...RUN)
    expect(second.code, second.stdout).toBe(6)
    expect(second.stderr).toContain('error[locked]')
    expect(second.stderr).toContain(`process ${soaking.pid}`)
    expect(second.stderr).toMatch(/since \d{4}-\d\d-\d\dT/)

    soaking.signal('SIGINT')
    const interrupted = await soaking.ended
    expect(interrupted.code, interrupted.stdout + interrupted.stderr).toBe(130)
    expect(interrupted.stdout).toContain(`jmc-migrate run ${PLAN} --lab`)
    expect((await records(place)).at(-1)).toMatchObject({ type: 'process-detached', how: 'interrupted' })

    const again = await place.run(...RUN, '--json')
    expect(again.code, again.stdout + again.stderr).toBe(0)
    expect(events(again).at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'done', state: 'nomad-removed' } })
    const began = (await records(place)).filter((record) => record.type === 'intent').map((record) => record.step)
    expect(began).toEqual(['deploy', 'cut-traffic', 'stop', 'uninstall'])
  })

  it('refuses an edited plan, and goes on with it under --amend', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    const run = await place.run(...RUN, '--to', 'both-running')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    const before = await touched(place)

    await place.edit(PLAN, 'hold: 200ms', 'hold: 300ms')
    const edited = await place.run(...RUN)
    expect(edited.code, edited.stdout).toBe(65)
    expect(edited.stderr).toContain('error[plan-changed]')
    expect(edited.stderr).toContain('--amend')
    expect(await touched(place)).toEqual(before)

    const amended = await place.run(...RUN, '--amend', '--to', 'k8s-only', '--json')
    expect(amended.code, amended.stdout + amended.stderr).toBe(0)
    expect(events(amended).at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'done', state: 'k8s-only' } })
    expect((await records(place)).some((record) => record.type === 'plan-amended')).toBe(true)
  })

  it('that ends early checks what lies on its way, and the next one checks the rest', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    const checked = (told: ReturnType<typeof events>): readonly unknown[] => [
      ...new Set(told.filter((event) => event['type'] === 'preflight-finding').map((event) => event['target'])),
    ]
    const early = await place.run(...RUN, '--to', 'both-running', '--json')
    expect(early.code, early.stdout + early.stderr).toBe(0)
    expect(checked(events(early))).toEqual(expect.arrayContaining(['kubernetes', 'edge', 'site', 'deploy']))
    expect(checked(events(early))).not.toContain('nomad')
    expect(events(early).find((event) => event['type'] === 'preflight-finished')).toMatchObject({
      later: ['check-ingress', 'cut-traffic', 'soak', 'stop', 'uninstall'],
    })
    const dry = await place.run('run', PLAN, '--lab', '--dry-run', '--to', 'k8s-only')
    expect(dry.stdout).toContain('not checked: what later steps need (soak, stop, uninstall)')

    const rest = events(await place.run(...RUN, '--json'))
    expect(checked(rest)).toEqual(expect.arrayContaining(['nomad', 'stop', 'uninstall']))
    expect(rest.find((event) => event['type'] === 'preflight-finished')).not.toHaveProperty('later')
  })

  it('goes on behind a gate that could not pass, once its gates are amended, and refuses more than that', { timeout: 90_000 }, async () => {
    const place = await quickWorkplace(built)
    const portions = 'plans/jayne-martin-counselling-in-portions.yaml'
    const gate = '    gates:\n      - canary-analysis: { samples: 30 }\n'
    await place.edit(portions, 'both-running, k8s-only', 'both-running, shared, k8s-only')
    await place.edit(portions, `  - id: canary\n    shift-traefik-route: { send: 5% }\n${gate}`, '')
    await place.edit(portions, gate, `${gate.replace('30', '100000')}        timeout: 2s\n    reaches: shared\n`)
    const run = ['run', portions, '--lab', '--yes', '--to', 'shared'] as const
    const paused = await place.run(...run)
    expect(paused.code, paused.stdout + paused.stderr).toBe(3)

    await place.edit(portions, 'send: 50%', 'send: 60%')
    const refused = await place.run(...run, '--amend')
    expect(refused.code, refused.stdout).toBe(65)
    expect(refused.stderr).toContain('error[amend-unsettled]')
    expect(refused.stderr).toContain('its `gates`, and the steps that have not begun, may be edited')

    await place.edit(portions, 'send: 60%', 'send: 50%')
    await place.edit(portions, 'samples: 100000', 'samples: 5')
    const amended = await place.run(...run, '--amend', '--json')
    expect(amended.code, amended.stdout + amended.stderr).toBe(0)
    const told = events(amended)
    const passed = told.filter((event) => event['type'] === 'gate-passed' && event['step'] === 'half').map((event) => event['gate'])
    expect(passed).toEqual(['own', 0])
    expect(told.some((event) => event['type'] === 'effect-started' && event['step'] === 'half')).toBe(false)
    expect(told.at(-1)).toMatchObject({ type: 'finished', result: { outcome: 'done', state: 'shared' } })
  })

  it('refuses a journal changed in its middle; cuts a torn tail off with a warning', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    const run = await place.run(...RUN, '--to', 'both-running')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    const journal = await journalFile(place)
    const whole = await readFile(journal)
    const before = await touched(place)

    const flipped = Buffer.from(whole)
    const middle = Math.floor(flipped.length / 2)
    flipped.writeUInt8(flipped.readUInt8(middle) ^ 1, middle)
    await writeFile(journal, flipped)
    for (const argv of [RUN, ['rollback', PLAN, '--lab', '--yes'], ['status', PLAN, '--lab']]) {
      const refused = await place.run(...argv)
      expect(refused.code, refused.stdout).toBe(1)
      expect(refused.stderr).toContain('error[journal-damaged]')
      expect(refused.stderr).toMatch(/line \d+/)
    }
    expect(await readFile(journal)).toEqual(flipped)
    expect(await touched(place)).toEqual(before)

    await writeFile(journal, whole)
    await appendFile(journal, '{"sequence":13,"at":17')
    const repaired = await place.run('rollback', PLAN, '--lab', '--yes')
    expect(repaired.code, repaired.stdout + repaired.stderr).toBe(0)
    expect(repaired.stdout + repaired.stderr).toContain('was incomplete')
    expect((await readFile(journal)).subarray(0, whole.length)).toEqual(whole)
  })
})

describe('a run that is finished', () => {
  it('has nothing more to do, and says so of no other plan than its own', { timeout: 90_000 }, async () => {
    const place = await quickWorkplace(built)
    expect((await place.run(...RUN)).code).toBe(0)
    expect((await place.run(...RUN)).stdout).toContain('Nothing to do')
    await place.edit('fixtures/jayne-martin-counselling/kubernetes/deployment.yaml', 'replicas: 1', 'replicas: 2')
    for (const more of [[], ['--dry-run', '--detailed-exitcode']]) {
      const edited = await place.run('run', PLAN, '--lab', ...(more.length > 0 ? more : ['--yes']))
      expect(edited.code, edited.stdout).toBe(65)
      expect(edited.stderr).toContain('plan-changed-after-finish')
      expect(edited.stderr).toContain('deployment.yaml was edited')
    }
  })
})
