import { readdir, readFile } from 'node:fs/promises'

import type { Json } from '../../domain/json.ts'
import { ProblemError } from '../../domain/problem.ts'
import { errnoOf } from '../system/disk-problem.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Below the state folder. */
export const LOCK_FOLDER = 'lock'

/** What a lock file says: who took it, when, and whether it was given back. */
export interface LockRecord extends ProcessIdentity {
  readonly user: string
  readonly command: string
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly released: boolean
  /** Tells this taking of the lock from every other. */
  readonly nonce: string
}

/** The numbers in the lock folder, lowest first; none where there is no folder. */
export async function readGenerations(folder: string): Promise<readonly number[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => /^[1-9]\d{0,14}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** A lock file; undefined when it is not there. Rejects with `lock-damaged` when it cannot be understood. */
export async function readRecord(path: string): Promise<LockRecord | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
  const record = parse(text)
  if (record !== undefined) return record
  throw new ProblemError({
    code: 'lock-damaged',
    summary: `the lock ${path} cannot be understood: it begins ${JSON.stringify(text.slice(0, 40))}`,
    attempted: 'take the lock',
    next: [`make sure that no jmc-migrate is at work on this plan, then: rm ${path}`],
    effect: 'no',
    exitCode: 6,
  })
}

function parse(text: string): LockRecord | undefined {
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isRecord(value) ? value : undefined
}

function isRecord(value: Json): value is Json & LockRecord {
  if (typeof value !== 'object' || value === null) return false
  const types = {
    pid: 'number',
    since: 'number',
    released: 'boolean',
    host: 'string',
    user: 'string',
    command: 'string',
    startTime: 'string',
    nonce: 'string',
  }
  const members = new Map(Object.entries(value))
  return Object.entries(types).every(([name, type]) => typeof members.get(name) === type)
}
