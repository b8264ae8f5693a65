import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { SITE } from '../../test/e2e/world/addresses.ts'
import { startCommand } from '../../test/e2e/world/command-line.ts'
import type { World } from '../../test/e2e/world/world.ts'
import type { Fact, Sight } from './facts.ts'
import { readFacts } from './facts.ts'
import type { WitnessArguments } from './main.ts'

export interface Witness {
  /** Resolves within milliseconds of it. */
  sees(what: Sight): Promise<void>
  /** Ends it; all that it saw and counted. */
  leave(): Promise<readonly Fact[]>
}

const SOURCE = fileURLToPath(new URL('main.ts', import.meta.url))
const address = (url: string): string => new URL(url).host

/** Starts a witness in the world's network; resolves when its doors are open. */
export async function startWitness(world: World): Promise<Witness> {
  const file = join(world.folder, 'witness.jsonl')
  const given: WitnessArguments = {
    places: {
      site: SITE,
      text: 'kubernetes',
      router: 'k8s-jmc',
      edgeFile: world.edge.file,
      edgeApi: world.edge.api,
      ingress: world.ingress.address,
      nomad: world.nomad.address,
      nomadToken: world.nomad.token,
      job: 'jayne-martin-counselling',
      jobNamespace: 'jaynemartincounselling-prod',
    },
    nomad: address(world.nomad.address),
    traefik: address(world.edge.api),
    visitors: world.edge.visitors,
    file,
  }
  const process = startCommand(world, [await program(world), JSON.stringify(given)], world.folder)
  await process.says('watching\n')
  return {
    sees: (what) => process.says(`${what}\n`),
    leave: async () => {
      process.signal('SIGTERM')
      const { code, stderr } = await process.ended
      if (code !== 0) throw new Error(`the witness ended with ${code}: ${stderr}`)
      return readFacts(await readFile(file, 'utf8'))
    },
  }
}

const programs = new WeakMap<World, Promise<string>>()

/** Node 20 reads no types: bundled once for each world, into its folder. */
function program(world: World): Promise<string> {
  const outfile = join(world.folder, 'witness.mjs')
  const banner = {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.filename);",
  }
  const options = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  } as const
  const made = programs.get(world) ?? build({ ...options, entryPoints: [SOURCE], outfile, banner }).then(() => outfile)
  programs.set(world, made)
  return made
}
