/**
 * Obeys lines on stdin. `take DIR`: acquires and keeps, says `won` or `locked`. `hammer DIR N`: acquires and releases N times, saying
 * `overlap` should it ever be in there with another process. Ends (without releasing) with its stdin, or killed by its test.
 */
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

import type { Lock } from '../../../src/adapters/journal/lock.ts'
import { acquireLock } from '../../../src/adapters/journal/lock.ts'
import { ProblemError } from '../../../src/domain/problem.ts'

const holder = { pid: process.pid, host: 'laptop', user: 'alice', command: 'run plan.yaml' }
const clock = { now: () => Date.now() }

async function take(directory: string): Promise<Lock | undefined> {
  try {
    return await acquireLock(directory, holder, clock)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'locked') return undefined
    throw error
  }
}

async function hammer(directory: string, times: number): Promise<string> {
  const inside = join(directory, 'inside')
  for (let done = 0; done < times;) {
    const lock = await take(directory)
    if (lock === undefined) {
      await pause(1)
      continue
    }
    try {
      await (await open(inside, 'wx')).close()
    } catch {
      return 'overlap'
    }
    await rm(inside)
    await lock.release()
    done++
  }
  return 'done'
}

process.stdout.write('ready\n')
for await (const line of createInterface(process.stdin)) {
  const [verb, directory = '', times = '0'] = line.split(' ')
  const said = verb === 'take' ? ((await take(directory)) === undefined ? 'locked' : 'won') : await hammer(directory, Number(times))
  process.stdout.write(`${said}\n`)
}
