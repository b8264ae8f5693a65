import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'

interface Meaning {
  readonly code: string
  readonly words: string
  readonly next: string
}

const DISK_FULL = { code: 'disk-full', words: 'the disk is full', next: 'free some space, then give the same command again' }
const NOT_PERMITTED = { code: 'not-permitted', words: 'permission denied', next: 'check who owns the path and its mode' }
const DISK_ERROR = {
  code: 'disk-error',
  words: 'the disk reports an error',
  next: 'check the disk (dmesg); copy the folder to another one before going on',
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: DISK_FULL,
  EDQUOT: { ...DISK_FULL, words: 'the disk quota is used up' },
  EFBIG: { ...DISK_FULL, words: 'the file would be larger than this process may write (ulimit -f)' },
  EROFS: {
    code: 'disk-read-only',
    words: 'the file system is read-only',
    next: 'make it writable again; a run that has not begun may keep its state elsewhere: --state-dir',
  },
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EIO: DISK_ERROR,
  ENOENT: { code: 'no-such-file', words: 'there is no such file or folder', next: 'check the path' },
  ENOTDIR: { code: 'no-such-folder', words: 'a part of the path is a file, not a folder', next: 'check the path' },
  EISDIR: { code: 'no-such-file', words: 'it is a folder, not a file', next: 'check the path' },
  EEXIST: { code: 'no-such-folder', words: 'there is a file where a folder is needed', next: 'check the path' },
  ELOOP: { code: 'link-loop', words: 'its symbolic links lead in a circle', next: 'check the links' },
}

/** The errno of a failed system call (`ENOSPC`), or undefined where something else was thrown. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Does `work` on the file system; a failed system call becomes a problem that names `path` and what was attempted ("write the journal").
 * `effect` is about the targets: what is kept on this disk is read, or made durable, before anything is done to them. `unknown` is for
 * what is written after.
 */
export async function onDisk<Result>(
  attempted: string,
  path: string,
  work: () => Promise<Result>,
  effect: NonNullable<Problem['effect']> = 'no',
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === undefined) throw error
    const meaning = MEANINGS[errno] ?? DISK_ERROR
    throw new ProblemError({
      code: meaning.code,
      summary: `cannot ${attempted}: ${meaning.words} (${errno}: ${path})`,
      attempted,
      next: [meaning.next],
      effect,
    })
  }
}
