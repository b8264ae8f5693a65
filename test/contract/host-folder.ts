import { chmod, chown, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { HostSide } from './world.ts'

/** A folder of a host whose file system this process sees at `root`. Files belong to whom the folder belongs to. */
export function hostFolder(port: HostSide['port'], root: string, folder: string): HostSide {
  const onHost = (name: string): string => join(folder, name)
  const here = (name: string): string => join(root, onHost(name))
  return {
    port,
    folder,
    put: async (name, text) => {
      await saveByRename(here(name), text)
      return onHost(name)
    },
    read: (name) => readFile(here(name), 'utf8'),
    link: async (name, target) => {
      await symlink(target, here(name))
      return onHost(name)
    },
    chmod: (name, mode) => chmod(here(name), mode),
    names: async () => (await readdir(here('.'))).toSorted(),
  }
}

/** As a person's editor saves: a new file in the place of the old one, its owner's as before. */
export async function saveByRename(path: string, text: string): Promise<void> {
  const { uid, gid } = await stat(path).catch(() => stat(dirname(path)))
  const fresh = `${path}.saving.tmp`
  await writeFile(fresh, text)
  await chown(fresh, uid, gid)
  await rename(fresh, path)
}
