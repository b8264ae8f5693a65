import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of mode 0700 for sockets, made at first use. */
export interface WorkFolder {
  path(): Promise<string>
  /** A fresh path in it. */
  socket(): Promise<string>
  remove(): Promise<void>
}

const PREFIX = 'jmc-'
/** What `mkdtemp` appends. */
const RANDOM_LETTERS = 6
/** A unix socket's path has 107 characters at most, and ssh appends 17 while it binds; a name of ours has 16. */
const LONGEST_PARENT = 107 - 17 - `/${PREFIX}`.length - RANDOM_LETTERS - 16

export function createWorkFolder(parent = tmpdir().length <= LONGEST_PARENT ? tmpdir() : '/tmp'): WorkFolder {
  let made: Promise<string> | undefined
  const path = (): Promise<string> => (made ??= mkdtemp(join(parent, PREFIX)))
  return {
    path,
    socket: async () => join(await path(), `s${randomBytes(4).toString('hex')}`),
    async remove() {
      const folder = await made
      made = undefined
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
