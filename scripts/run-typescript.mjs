// Runs a TypeScript file of the tests outside vitest: `node scripts/run-typescript.mjs FILE [ARGUMENT…]`. Node 20 reads no types.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** In a bundle, `import.meta.url` of each file still says where that file is. */
const places = {
  name: 'places',
  setup: (builder) =>
    builder.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')) // Where it stands in quotes it is a name.
        .replaceAll(/(?<!['"])import\.meta\.url(?!['"])/g, JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    })),
}

const [file, ...rest] = process.argv.slice(2)
if (file === undefined) throw new Error('which file? node scripts/run-typescript.mjs FILE [ARGUMENT…]')
process.argv.splice(1, process.argv.length, resolve(file), ...rest)
// Below node_modules, so that the bundle finds the packages it leaves outside.
const folder = join(root, 'node_modules', '.cache', 'run-typescript')
const bundle = join(folder, `${relative(root, resolve(file)).replaceAll(/[^a-zA-Z0-9]+/g, '-')}.mjs`)
const { outputFiles } = await build({
  entryPoints: [resolve(file)],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  write: false,
  logLevel: 'warning',
  plugins: [places],
})
await mkdir(folder, { recursive: true })
// Renamed when it is whole: the same file may be run twice at the same time.
await writeFile(`${bundle}.${process.pid}`, outputFiles[0].contents)
await rename(`${bundle}.${process.pid}`, bundle)
await import(pathToFileURL(bundle).href)
