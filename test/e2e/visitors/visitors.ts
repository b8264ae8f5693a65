import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { SITE } from '../world/addresses.ts'
import { startCommand } from '../world/command-line.ts'
import type { World } from '../world/world.ts'
import type { Recorded } from './sample.ts'
import { readRecording } from './sample.ts'
import type { Load } from './schedule.ts'

/** Visitors of the edge, in the world's network. */
export interface Visitors {
  readonly pid: number
  /** What was recorded until now. */
  recorded(): Promise<readonly Recorded[]>
  /** They stop asking and wait for what they have asked; all that was recorded. Rejects where they had ended before: nobody looked. */
  leave(): Promise<readonly Recorded[]>
}

/** Longer than any scenario takes: the end of visitors whose test forgot them. */
export const LOAD: Load = { perSecond: 200, seconds: 360, requests: 72_000 }

/** Starts visitors in a process of their own and resolves when they are answered. They record into `file`; it is made anew. */
export async function startVisitors(world: World, file: string, load: Partial<Load> = {}): Promise<Visitors> {
  await mkdir(dirname(file), { recursive: true })
  const edge = { address: world.edge.visitors, site: SITE, authority: world.edge.authority }
  const words = [await program(world), JSON.stringify({ edge, load: { ...LOAD, ...load }, file })]
  const process = startCommand(world, words, world.folder)
  await process.says('visiting')
  let over = false
  void process.ended.then(() => (over = true))
  const recorded = async (): Promise<readonly Recorded[]> => readRecording(await readFile(file, 'utf8'))
  return {
    pid: process.pid,
    recorded,
    leave: async () => {
      if (over) throw new Error('the visitors had ended before they were told to leave')
      process.signal('SIGTERM')
      const { code, stderr } = await process.ended
      if (code !== 0) throw new Error(`the visitors ended with ${code}: ${stderr}`)
      return recorded()
    },
  }
}

const SOURCE = fileURLToPath(new URL('main.ts', import.meta.url))
const programs = new WeakMap<World, Promise<string>>()

/** Node 20 reads no types: bundled once for each world, into its folder. */
function program(world: World): Promise<string> {
  const outfile = join(world.folder, 'visitors.mjs')
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.filename);" }
  const made =
    programs.get(world) ??
    build({
      entryPoints: [SOURCE],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile,
      banner,
      logLevel: 'warning',
    }).then(() => outfile)
  programs.set(world, made)
  return made
}
