import { execFile } from 'node:child_process'
import { mkdir, open as openFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { LockHolder } from '../../../src/adapters/journal/lock.ts'
import { acquireLock, readLock } from '../../../src/adapters/journal/lock.ts'
import { identify } from '../../../src/adapters/journal/process-identity.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import type { Child } from '../child.ts'
import { bundle, node, temporaryFolder } from '../child.ts'
import { problemOf } from '../problem-of.ts'

let bundles: Awaited<ReturnType<typeof temporaryFolder>>
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let script: string
let children: Child[] = []
const clock = createFakeClock()
const own = await identify(process.pid)
const holder: LockHolder = { pid: process.pid, host: hostname(), user: 'alice', command: 'jmc-migrate run plan.yaml' }

beforeAll(async () => {
  bundles = await temporaryFolder()
  script = await bundle(join(import.meta.dirname, 'lock-child.ts'), bundles.path)
})
afterAll(() => bundles.remove())
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  for (const child of children) child.process.kill('SIGKILL')
  await Promise.all(children.map((child) => child.ended))
  children = []
  await folder.remove()
})

async function startChild(): Promise<Child> {
  const child = node(script)
  children.push(child)
  expect((await child.lines.next()).value).toBe('ready')
  return child
}

async function tell(child: Child, order: string): Promise<string> {
  child.process.stdin?.write(`${order}\n`)
  const { value } = await child.lines.next()
  return String(value)
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await child.ended
}

/** Rewrites fields of the lock in force. */
async function alter(directory: string, fields: Record<string, string | undefined>): Promise<void> {
  const names = await readdir(join(directory, 'lock'))
  const path = join(directory, 'lock', names.toSorted((a, b) => Number(b) - Number(a))[0] ?? '')
  const record: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...record, ...fields }))
}

describe('lock', () => {
  it('is held until released, and says who holds it and since when', async () => {
    const lock = await acquireLock(folder.path, holder, clock)
    expect(lock.tookOverFrom).toBeUndefined()
    await clock.advance(90_000)
    const problem = await problemOf(acquireLock(folder.path, { ...holder, user: 'bob' }, clock))
    expect(problem).toMatchObject({ code: 'locked', exitCode: 6, effect: 'no' })
    expect(problem.summary).toContain(
      `alice on ${hostname()} (process ${process.pid}: jmc-migrate run plan.yaml), since 2026-01-01T00:00:00.000Z, 1m30s ago`,
    )
    expect(await readLock(folder.path)).toEqual({ ...holder, since: clock.now() - 90_000, alive: true })
    await lock.release()
    await lock.release()
    expect(await readLock(folder.path)).toBeUndefined()
    const second = await acquireLock(folder.path, { ...holder, user: 'bob' }, clock)
    expect(second.tookOverFrom).toBeUndefined()
    expect(await readLock(folder.path)).toMatchObject({ user: 'bob' })
  })

  it('is free in a folder where nobody ever was, and reading creates nothing', async () => {
    expect(await readLock(join(folder.path, 'none'))).toBeUndefined()
    expect(await readdir(folder.path)).toEqual([])
  })

  it('of a killed process is taken over at once, and named', async () => {
    const child = await startChild()
    expect(await tell(child, `take ${folder.path}`)).toBe('won')
    expect(await readLock(folder.path)).toMatchObject({ pid: child.process.pid, user: 'alice' })
    await kill(child)
    await alter(folder.path, { host: hostname() })
    expect(await readLock(folder.path)).toMatchObject({ pid: child.process.pid, alive: false })
    const lock = await acquireLock(folder.path, holder, clock)
    expect(lock.tookOverFrom).toMatchObject({ pid: child.process.pid })
    expect(await readLock(folder.path)).toMatchObject({ pid: process.pid, alive: true })
  })

  const gone: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['its pid now belongs to another process', { startTime: '1' }],
    ...(own?.machineId === undefined ? [] : [['it was taken before the machine booted', { bootId: 'another boot' }] as const]),
  ]
  it.each(gone)('is taken over when %s', async (_why, fields) => {
    await acquireLock(folder.path, holder, clock)
    await alter(folder.path, fields)
    expect((await acquireLock(folder.path, holder, clock)).tookOverFrom).toMatchObject({ pid: process.pid })
  })

  it.each([
    ['of another host', { host: 'elsewhere', bootId: 'another boot' }, 'elsewhere'],
    ['of another machine of this name', { machineId: 'f'.repeat(32), bootId: 'another boot' }, hostname()],
    ['of another container', { pidNamespace: 'pid:[1]' }, hostname()],
  ])('%s is never taken over; it is said how to remove it', async (_what, fields, host) => {
    const lock = await acquireLock(folder.path, holder, clock)
    await alter(folder.path, { ...fields, startTime: '1' })
    const problem = await problemOf(acquireLock(folder.path, holder, clock))
    expect(problem).toMatchObject({ code: 'locked', exitCode: 6, details: [expect.stringContaining('cannot be seen')] })
    expect(problem.next).toEqual([expect.stringContaining(`make sure on ${host} that process ${process.pid} has ended`)])
    const remedy = /rm -r (\S+)$/.exec(problem.next.join())?.[1] ?? ''
    expect(await readLock(folder.path)).toMatchObject({ alive: 'unknown', host })
    await rm(remedy, { recursive: true })
    await acquireLock(folder.path, holder, clock)
    // The one that lost it does not release what is no longer its own.
    await lock.release()
    expect(await readLock(folder.path)).toMatchObject({ alive: true })
  })

  it('that cannot be understood is not guessed about', async () => {
    await mkdir(join(folder.path, 'lock'))
    await writeFile(join(folder.path, 'lock', '3'), '{"pid":')
    for (const attempt of [() => acquireLock(folder.path, holder, clock), () => readLock(folder.path)]) {
      expect(await problemOf(attempt())).toMatchObject({
        code: 'lock-damaged',
        exitCode: 6,
        next: [expect.stringContaining(join(folder.path, 'lock', '3'))],
      })
    }
  })

  it('leaves nothing lying about', async () => {
    for (let i = 0; i < 5; i++) await (await acquireLock(folder.path, holder, clock)).release()
    expect((await readdir(join(folder.path, 'lock'))).toSorted()).toEqual(['4', '5'])
  })
})

describe('lock and a slow racer', () => {
  it('backs off when the lock changed hands while it was looking', async () => {
    await acquireLock(folder.path, holder, clock)
    const path = join(folder.path, 'lock', '1')
    const held: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'))
    // A pipe in place of the file stops the racer in the middle of reading it.
    await rm(path)
    await promisify(execFile)('mkfifo', [path])
    const slow = problemOf(acquireLock(folder.path, { ...holder, user: 'slow' }, clock))
    const pipe = await openFile(path, 'w')
    await writeFile(join(folder.path, 'lock', '3'), JSON.stringify({ ...held, user: 'quick' }))
    await pipe.writeFile(JSON.stringify({ ...held, startTime: 'of a dead one' }))
    await pipe.close()
    expect(await slow).toMatchObject({ code: 'locked', summary: expect.stringContaining('quick on') })
    expect(await readdir(join(folder.path, 'lock'))).not.toContain('2')
  })
})

describe('lock among processes', () => {
  it('of a killed process goes to exactly one of six racers, ten times', async () => {
    const directories = Array.from({ length: 10 }, (_, i) => join(folder.path, String(i)))
    const dying = await startChild()
    for (const directory of directories) expect(await tell(dying, `take ${directory}`)).toBe('won')
    const racers = await Promise.all(Array.from({ length: 6 }, startChild))
    await kill(dying)
    for (const directory of directories) {
      const said = await Promise.all(racers.map((racer) => tell(racer, `take ${directory}`)))
      expect(said.toSorted()).toEqual(['locked', 'locked', 'locked', 'locked', 'locked', 'won'])
    }
  }, 60_000)

  it('never lets two in, however often it changes hands', async () => {
    const racers = await Promise.all(Array.from({ length: 4 }, startChild))
    expect(await Promise.all(racers.map((racer) => tell(racer, `hammer ${folder.path} 25`)))).toEqual(['done', 'done', 'done', 'done'])
  }, 60_000)
})
