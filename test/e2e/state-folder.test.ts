import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from './command.ts'
import { bundle } from './command.ts'
import type { Workplace } from './workplace.ts'
import { edgeFile, events, journalFile, PLAN, quickWorkplace, records, world, worldFolder } from './workplace.ts'

const execute = promisify(execFile)

/** A disk of one's own needs a mount namespace, which not every machine gives. */
const mountable = await execute('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).then(
  () => true,
  () => false,
)

let built: Bundle
beforeAll(async () => void (built = await bundle()), 60_000)
afterAll(() => built.remove())

const RUN = ['run', PLAN, '--lab', '--yes'] as const
const ROLLBACK = ['rollback', PLAN, '--lab', '--yes'] as const
const STATUS = ['status', PLAN, '--lab'] as const
const STATE = 'plans/.jmc-migrate/jayne-martin-counselling.lab'

/** What a refusal must leave as it was. */
const touched = async (place: Workplace): Promise<readonly unknown[]> => {
  const { kubernetes, nomad } = await world(place)
  return [await edgeFile(place), kubernetes.writes, nomad.writes]
}

describe.concurrent('the state of a run', () => {
  it('is the same through a link to the plan, with the same relative paths', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    await mkdir(place.path('elsewhere'))
    await symlink(`../${PLAN}`, place.path('elsewhere/linked.yaml'))
    const run = await place.run('run', 'elsewhere/linked.yaml', '--lab', '--yes', '--to', 'both-running')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    expect(existsSync(place.path('elsewhere/.jmc-migrate'))).toBe(false)
    const [byLink, byPlan] = await Promise.all(['elsewhere/linked.yaml', PLAN].map((plan) => place.run('status', plan, '--lab', '--json')))
    const runOf = (ended: typeof byLink): unknown => ended && events(ended)[0]?.['status']
    expect(runOf(byPlan)).toMatchObject({ report: { runId: expect.any(String) } })
    expect(runOf(byLink)).toMatchObject({ journal: place.path(STATE, 'runs/0001') })

    const soaking = place.start('run', 'elsewhere/linked.yaml', '--lab', '--yes', '--to', 'k8s-only')
    await soaking.says('▸')
    const second = await place.run(...RUN)
    expect(second.code, second.stdout).toBe(6)
    expect((await soaking.ended).code).toBe(0)
  })

  it('without its journal is damage to run, rollback and status alike, not a run that never was', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    const run = await place.run(...RUN, '--to', 'both-running')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    const journal = await journalFile(place)
    const before = await touched(place)
    const spoilings = [() => writeFile(journal, ''), () => rm(journal)]
    for (const spoil of spoilings) {
      await spoil()
      for (const argv of [RUN, ROLLBACK, STATUS]) {
        const refused = await place.run(...argv)
        expect(refused.code, refused.stdout).toBe(1)
        expect(refused.stderr).toContain('error[journal-lost]')
        expect(refused.stderr).toContain(journal)
        expect(refused.stderr).toContain('Nothing was changed.')
      }
    }
    expect(await touched(place)).toEqual(before)
  })

  it('removed in the middle of a run: what was done is told, not denied', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    await place.edit(PLAN, 'hold: 200ms', 'hold: 5m')
    const running = place.start(...RUN)
    await running.says('▸ [4/6] soak')
    await rm(place.path(STATE, 'runs'), { recursive: true })
    const ended = await running.ended
    expect(ended.code, ended.stdout).toBe(1)
    expect(ended.stderr).toContain('error[journal-changed-meanwhile]')
    expect(ended.stderr).toContain('this process has done step deploy: create ')
    expect(ended.stderr).toContain('this process has done step cut-traffic: change router k8s-jmc')
    expect(ended.stdout + ended.stderr).not.toContain('Nothing was changed')
  })

  it('of the lab: a broken world is named, with its file and how to start anew', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    await mkdir(worldFolder(place), { recursive: true })
    await writeFile(join(worldFolder(place), 'world.json'), '{')
    const refused = await place.run(...RUN)
    expect(refused.code, refused.stdout).toBe(1)
    expect(refused.stderr).toContain('error[lab-world-damaged]')
    expect(refused.stderr).toContain(`rm -r ${worldFolder(place)}`)
    expect(refused.stderr).not.toContain('not known whether')
    expect(refused.stderr).not.toMatch(/^\s+at /m)
    // The advice holds.
    await rm(worldFolder(place), { recursive: true })
    expect((await place.run(...RUN, '--to', 'both-running')).code).toBe(0)
  })
})

describe.runIf(mountable)('a state folder on a disk that cannot be written', () => {
  const entry = (): string => built.entry
  /** Runs with the file system `options` at `disk`, which first gets a copy of `state`; `prepare` is a shell line after that. */
  async function onDisk(
    place: Workplace,
    options: string,
    prepare: string,
    argv: readonly string[],
  ): Promise<{ code: number; err: string }> {
    await mkdir(place.path('disk'), { recursive: true })
    const script = `mount -t tmpfs -o ${options} none disk && { test ! -d kept || cp -a kept disk/state; } && { ${prepare}; } && exec "$@"`
    const command = ['--mount', 'sh', '-c', script, 'sh', process.execPath, entry(), ...argv, '--state-dir', 'disk/state']
    return execute('unshare', command, { cwd: place.folder }).then(
      () => ({ code: 0, err: '' }),
      (error: { readonly code: number; readonly stderr: string }) => ({ code: error.code, err: error.stderr }),
    )
  }

  const READ_ONLY = 'mount -o remount,ro disk'
  const FULL = 'dd if=/dev/zero of=disk/fill bs=4k 2>/dev/null || true'

  it('is refused with what the disk says, and with "nothing was changed"', { timeout: 60_000 }, async () => {
    const place = await quickWorkplace(built)
    const refused = async (options: string, prepare: string, argv: readonly string[], code: string, errno: string): Promise<void> => {
      const ended = await onDisk(place, options, prepare, argv)
      expect(ended.code, ended.err).toBe(1)
      expect(ended.err).toContain(`error[${code}]`)
      expect(ended.err).toContain(errno)
      expect(ended.err).toContain('Nothing was changed.')
      expect(ended.err).not.toContain('not known whether')
    }
    await refused('size=1m', READ_ONLY, RUN, 'disk-read-only', 'EROFS')
    // Room for the lock and the lab, not for the snapshot of the plan.
    await refused('size=64k', 'true', RUN, 'disk-full', 'ENOSPC')
    await refused('size=4k', FULL, RUN, 'disk-full', 'ENOSPC')

    const run = await place.run(...RUN, '--to', 'both-running')
    expect(run.code, run.stdout + run.stderr).toBe(0)
    await cp(place.path(STATE), place.path('kept'), { recursive: true })
    for (const argv of [RUN, ROLLBACK]) {
      await refused('size=16m', READ_ONLY, argv, 'disk-read-only', 'EROFS')
      await refused('size=16m', FULL, argv, 'disk-full', 'ENOSPC')
    }
    expect((await records(place)).at(-1)).toMatchObject({ type: 'process-detached' })
  })
})
