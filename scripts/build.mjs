/**
 * Bundles the command line into dist/, with every dependency inside, so that the packed tarball works in an empty folder: `cli.js`, which answers the
 * version, and the program that it loads for all the rest; that program's modules begin when they are first needed. Beside it lies its compiled
 * code. Runs as `prepare` (npm ci) and as `npm run build`.
 */
import child from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { builtInPacks } from './build/built-in-packs.mjs'
import { lean } from './build/lean.mjs'

const execFile = promisify(child.execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** esbuild's options of the program; the tests look at the graph that they give. */
export const options = {
  absWorkingDir: root,
  entryPoints: { start: 'src/cli/start.ts' },
  // Compiled code is found by this name (src/cli/load-program.ts).
  entryNames: '[name]-[hash]',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  // One script, not ES modules: V8 can be given the compiled code of a script alone.
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  plugins: [lean, builtInPacks],
  // Half the text is half the time to read it at each start; names stay, for what a person may have to report.
  minifyWhitespace: true,
  minifySyntax: true,
  // They stand in THIRD-PARTY-LICENSES.txt.
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  // Optional native parts of dependencies: each is asked for in a try, and may be absent.
  external: ['utf-8-validate', 'bufferutil', 'supports-color', 'cpu-features', '*.node'],
}

/** Builds into `folder` (absolute), with `more` of esbuild's options for the program; gives esbuild's account of what is in the program. */
export async function buildInto(folder, more = {}) {
  const { metafile } = await build({ ...options, ...more, outdir: folder })
  const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/cli/start.ts')
  const file = basename(path)
  await build({
    ...options,
    entryPoints: { cli: 'src/cli/cli.ts' },
    entryNames: '[name]',
    outExtension: {},
    outdir: folder,
    format: 'esm',
    define: { PROGRAM: JSON.stringify({ file, compiled: await compile(join(folder, file)), ...MACHINE }) },
  })
  return metafile
}

const MACHINE = { v8: process.versions.v8, platform: process.platform, arch: process.arch }

/** Longer than any machine needs to validate one plan, milliseconds. */
const TOO_LONG_MS = 120_000

/**
 * Leaves the program's compiled code beside it and gives its SHA-256. What a plan's validation needs is what every command needs before it does anything; whether it finds
 * fault with the plan is all the same here.
 */
async function compile(program) {
  const words = [join(root, 'scripts/build/code-cache.mjs'), program, 'validate', join(root, 'plans/jayne-martin-counselling.yaml')]
  // Code that was made with flags of the builder's own would suit no other Node.
  const options = { timeout: TOO_LONG_MS, env: { ...process.env, NODE_OPTIONS: '' } }
  const failed = await execFile(process.execPath, words, options).then(
    () => undefined,
    (error) => error,
  )
  const compiled = await readFile(`${program}.cache`).catch(() => Promise.reject(failed ?? new Error('the program left no compiled code')))
  return createHash('sha256').update(compiled).digest('hex')
}

/** The licences of what was bundled, as their owners ask. */
async function licences(metafile) {
  const names = Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0] ?? [])
  const texts = await Promise.all([...new Set(names)].sort().map(licence))
  return texts.join('\n\n')
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${root}${folder}/package.json`, 'utf8'))
  const files = ['LICENSE', 'license', 'LICENSE.md', 'LICENSE.txt', 'LICENSE-MIT']
  const texts = await Promise.all(files.map((file) => readFile(`${root}${folder}/${file}`, 'utf8').catch(() => undefined)))
  return `${name} ${version} (${license})\n\n${texts.find((text) => text !== undefined) ?? 'See its package.'}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await rm(`${root}dist`, { recursive: true, force: true })
  const metafile = await buildInto(`${root}dist`)
  await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await licences(metafile))
}
