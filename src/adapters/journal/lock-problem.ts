import { formatDuration } from '../../domain/duration.ts'
import type { Problem } from '../../domain/problem.ts'
import type { LockRecord } from './lock-file.ts'

/** Held by a process that lives, or that may live where this one cannot look. `now`: milliseconds since the epoch. */
export function heldBySomeone(folder: string, record: LockRecord, state: 'alive' | 'unseen', now: number): Problem {
  const who = `${record.user} on ${record.host} (process ${record.pid}: ${record.command})`
  const since = `since ${new Date(record.since).toISOString()}${now > record.since ? `, ${formatDuration(now - record.since)} ago` : ''}`
  return {
    code: 'locked',
    summary: `another run holds the lock: ${who}, ${since}`,
    attempted: 'take the lock',
    ...(state === 'unseen' && {
      details: [`${record.host} is not this host, or the process is in another container: whether it still runs cannot be seen from here`],
    }),
    next:
      state === 'alive'
        ? ['wait until it has ended, or look how far it is: jmc-migrate status', `to stop it in good order: kill -INT ${record.pid}`]
        : [`make sure on ${record.host} that process ${record.pid} has ended, then remove the lock: rm -r ${folder}`],
    effect: 'no',
    exitCode: 6,
  }
}

/** The file system of the state folder has no hard links. */
export function lockNotPossible(folder: string, errno: string): Problem {
  return {
    code: 'lock-not-possible',
    summary: `${folder} is on a file system without hard links (${errno}), so that two runs could not be kept apart`,
    attempted: 'take the lock',
    next: ['choose a folder on a local disk with --state-dir'],
    effect: 'no',
  }
}
