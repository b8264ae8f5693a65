import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'

/** Where what was built stays between runs; outside the repository. */
export const worldCache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jmc-migrate', 'world')

/** The name of a folder in the cache: another one as soon as anything that its content depends on is another. */
export async function cacheName({
  name,
  inputs,
}: {
  readonly name: string
  readonly inputs: () => Promise<readonly string[]>
}): Promise<string> {
  const hash = createHash('sha256')
  for (const input of await inputs()) hash.update(input).update('\0')
  return `${name}-${hash.digest('hex').slice(0, 16)}`
}

/**
 * The folder `name` of the cache; made by `make` where it is absent. It is made under another name and renamed when it is whole, so a
 * folder of that name is never half built. Of several builders one builds and the others wait.
 */
export async function cached(name: string, make: (folder: string) => Promise<void>, cache = worldCache()): Promise<string> {
  const folder = join(cache, name)
  if (await exists(folder)) return folder
  await mkdir(cache, { recursive: true })
  const unlock = await lock(join(cache, `${name}.lock`))
  try {
    if (await exists(folder)) return folder
    // We hold the lock: what lies here half made was left by a builder that was killed.
    for (const left of await readdir(cache)) if (left.startsWith(`${name}.making-`)) await rm(join(cache, left), { recursive: true })
    const work = await mkdtemp(join(cache, `${name}.making-`))
    try {
      await make(work)
      await rename(work, folder)
    } catch (error) {
      await rm(work, { recursive: true, force: true })
      throw error
    }
    return folder
  } finally {
    await unlock()
  }
}

/** A flock held by a small child that ends when its stdin does: a builder that is killed gives the lock back in that moment. */
async function lock(file: string): Promise<() => Promise<void>> {
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held && cat >/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(holder, 'close')
  const held = await Promise.race([once(holder.stdout, 'data'), closed.then(() => undefined)])
  if (held === undefined) throw new Error(`flock could not lock ${file}`)
  return async () => {
    holder.stdin.end()
    await closed
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
