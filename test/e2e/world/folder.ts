import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const PREFIX = 'jmc-world-'
/** kubelet and containerd make Unix sockets some folders further down, and such a path holds 107 characters. */
const LONGEST = 50

export const inside = (script: string): string => fileURLToPath(new URL(`inside/${script}`, import.meta.url))

/** A world's folder, and where its parts lie in it. All that its servers write outside of the memory file systems is below it. */
export interface WorldFolder {
  readonly path: string
  /** Secrets of this world alone. */
  readonly nomadToken: string
  readonly operatorToken: string
  in(...parts: readonly string[]): string
}

export async function createFolder(): Promise<WorldFolder> {
  const parent = await realpath(tmpdir())
  if (parent.length + PREFIX.length + 7 > LONGEST || /^\/(run|var\/lib|var\/log)(\/|$)/.test(parent))
    throw new Error(`a world cannot live below ${parent}: set TMPDIR to a short path that is not in /run, /var/lib or /var/log`)
  await sweep(parent)
  const path = await mkdtemp(join(parent, PREFIX))
  const folder: WorldFolder = {
    path,
    nomadToken: randomUUID(),
    operatorToken: randomUUID(),
    in: (...parts) => join(path, ...parts),
  }
  for (const part of ['log', 'run', 'tmp', 'home', 'pki', 'tls', 'ssh', 'cni', 'etc']) await mkdir(folder.in(part))
  return folder
}

/** Removes what worlds left whose test and supervisor were both killed. */
export async function sweep(parent: string): Promise<void> {
  const worlds = (await readdir(parent)).filter((name) => name.startsWith(PREFIX)).map((name) => join(parent, name))
  if (worlds.length > 0) await execa('bash', [inside('sweep.sh'), ...worlds])
}
