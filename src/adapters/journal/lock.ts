import { randomBytes } from 'node:crypto'
import { link, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Clock } from '../../domain/ports/clock.ts'
import { ProblemError } from '../../domain/problem.ts'
import { errnoOf, onDisk } from '../system/disk-problem.ts'
import { createFolder, writeNewFile } from '../system/durable-file.ts'
import type { LockRecord } from './lock-file.ts'
import { LOCK_FOLDER, readGenerations, readRecord } from './lock-file.ts'
import { heldBySomeone, lockNotPossible } from './lock-problem.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { identify, liveness } from './process-identity.ts'
import { createStateFolder } from './state-folder.ts'

export interface LockHolder {
  readonly pid: number
  readonly host: string
  readonly user: string
  /** As a person would type it. */
  readonly command: string
}

export interface Lock {
  readonly holder: LockHolder
  /** The process that died holding it, if this lock was taken over. */
  readonly tookOverFrom?: LockHolder
  release(): Promise<void>
}

export type LockReading = LockHolder & {
  /** Milliseconds since the epoch. */
  readonly since: number
  /** `unknown`: held on another host (or in another container), where this process cannot look. */
  readonly alive: boolean | 'unknown'
}

/*
 * The folder `lock` holds one file a generation: `7`, then `8`. The highest is in force. Whoever finds it released, or its process gone,
 * links a complete file to the next number (link(2) fails if it exists: one winner) and removes the outdated ones; releasing rewrites the
 * file as released. As the highest number never goes away, a slow racer that links a lower one again sees that it is outdated. The last but
 * one stays too: a listing made while the highest changes hands always shows one of the two.
 */

/**
 * Takes the one lock of a state folder. A lock whose process is gone is taken over at once. Rejects with `locked` (exit code 6) where another
 * process holds it, or may hold it on another host.
 */
export async function acquireLock(directory: string, holder: LockHolder, clock: Pick<Clock, 'now'>): Promise<Lock> {
  const folder = join(directory, LOCK_FOLDER)
  const identity = await identify(holder.pid)
  if (identity === undefined) throw new Error(`there is no process ${holder.pid} that could hold a lock`)
  const record: LockRecord = { ...identity, ...holder, since: clock.now(), released: false, nonce: randomBytes(16).toString('hex') }
  return onDisk('take the lock', folder, async () => {
    await createStateFolder(directory)
    await createFolder(folder)
    const own = { ...(await identifySelf()), host: holder.host }
    for (;;) {
      const outcome = await tryGeneration(folder, record, own, clock)
      if (outcome !== undefined) return { holder, ...outcome }
    }
  })
}

/** Who holds the lock of a state folder; undefined when nobody does. Never writes. */
export async function readLock(directory: string): Promise<LockReading | undefined> {
  const folder = join(directory, LOCK_FOLDER)
  return onDisk('read the lock', folder, async () => {
    const current = await readCurrent(folder)
    if (current === undefined || current.record.released) return undefined
    const { pid, host, user, command, since } = current.record
    const state = await liveness(current.record, await identifySelf())
    return { pid, host, user, command, since, alive: state === 'unseen' ? 'unknown' : state === 'alive' }
  })
}

/** One try; undefined when another process was faster and it must be looked again. */
async function tryGeneration(
  folder: string,
  record: LockRecord,
  own: ProcessIdentity,
  clock: Pick<Clock, 'now'>,
): Promise<Omit<Lock, 'holder'> | undefined> {
  const current = await readCurrent(folder)
  const dead = current !== undefined && !current.record.released ? current.record : undefined
  if (dead !== undefined) {
    const state = await liveness(dead, own)
    if (state !== 'gone') throw new ProblemError(heldBySomeone(folder, dead, state, clock.now()))
  }
  const generation = (current?.generation ?? 0) + 1
  const path = join(folder, String(generation))
  if (!(await linkNew(folder, path, record))) return undefined
  const generations = await readGenerations(folder)
  if (generations.some((each) => each > generation)) {
    await rm(path, { force: true })
    return undefined
  }
  for (const each of generations) if (each < generation - 1) await rm(join(folder, String(each)), { force: true })
  return { ...(dead && { tookOverFrom: holderOf(dead) }), release: () => release(folder, path, record) }
}

/** Puts the complete record at `path` unless a file is there; whether it did. */
async function linkNew(folder: string, path: string, record: LockRecord): Promise<boolean> {
  const temporary = join(folder, `${record.nonce}.tmp`)
  try {
    await writeNewFile(temporary, Buffer.from(`${JSON.stringify(record)}\n`))
    await link(temporary, path)
    return true
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return false
    if (errno === 'EPERM' || errno === 'ENOTSUP' || errno === 'EOPNOTSUPP' || errno === 'ENOSYS')
      throw new ProblemError(lockNotPossible(folder, errno))
    throw error
  } finally {
    // What could not be written cannot be removed either on some disks: the first failure is the one to tell.
    await rm(temporary, { force: true }).catch(() => {})
  }
}

/** Marks the lock as free, unless somebody removed it by hand meanwhile. */
async function release(folder: string, path: string, record: LockRecord): Promise<void> {
  await onDisk('release the lock', path, async () => {
    const now = await readRecord(path)
    if (now?.nonce !== record.nonce || now.released) return
    const temporary = join(folder, `${record.nonce}.released.tmp`)
    await writeNewFile(temporary, Buffer.from(`${JSON.stringify({ ...record, released: true })}\n`))
    await rename(temporary, path)
  })
}

async function readCurrent(folder: string): Promise<{ readonly generation: number; readonly record: LockRecord } | undefined> {
  for (;;) {
    const generation = (await readGenerations(folder)).at(-1)
    if (generation === undefined) return undefined
    const record = await readRecord(join(folder, String(generation)))
    // Gone between the two looks: a higher one is there.
    if (record !== undefined) return { generation, record }
  }
}

async function identifySelf(): Promise<ProcessIdentity> {
  const own = await identify(process.pid)
  if (own === undefined) throw new Error('this process cannot be found in the process table')
  return own
}

const holderOf = ({ pid, host, user, command }: LockRecord): LockHolder => ({ pid, host, user, command })
