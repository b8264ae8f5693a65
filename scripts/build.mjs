/**
 * Bundles the command line into dist/: ES modules in chunks, each loaded when it is needed, with every dependency inside, so that the
 * packed tarball works in an empty folder. Runs as `prepare` (npm ci) and as `npm run build`.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { builtInPacks } from './build/built-in-packs.mjs'
import { lean } from './build/lean.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** esbuild's options; the tests look at the graph that they give. */
export const options = {
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/cli.ts' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
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
  // CommonJS dependencies ask for Node's own modules with require, and where they are.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
    ].join('\n'),
  },
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
  const { metafile } = await build(options)
  await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await licences(metafile))
}
