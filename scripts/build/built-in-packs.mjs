import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a bundle of `src/policies` must be told: where the module stood that looks for `policies/` beside itself. */
export const whereSourceIs = { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'src/policies/pack-texts.ts')).href) }

/**
 * The built-in policy packs as data inside the bundle: read, checked and compiled once, here, so that a broken pack fails the build and a start of the command line
 * reads no YAML. Without their examples, which only the documentation needs.
 */
export const builtInPacks = {
  name: 'built-in-packs',
  setup: (builder) =>
    builder.onLoad({ filter: /[\\/]src[\\/]policies[\\/]built-in-packs\.ts$/ }, async () => ({
      contents: `const packs = ${JSON.stringify((await read()).map(withoutExamples))}\nexport const builtInPacks = async () => packs\n`,
      loader: 'js',
      watchDirs: [join(root, 'policies')],
    })),
}

async function read() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/policies/built-in-packs.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    define: whereSourceIs,
    write: false,
    logLevel: 'warning',
  })
  // Below node_modules, so that the bundle finds the packages it leaves outside.
  const folder = await mkdtemp(join(root, 'node_modules', '.built-in-packs-'))
  try {
    const bundle = join(folder, 'packs.mjs')
    await writeFile(bundle, outputFiles[0].contents)
    return await (await import(pathToFileURL(bundle).href)).builtInPacks()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const withoutExamples = (pack) => ({ ...pack, rules: pack.rules.map((rule) => ({ ...rule, examples: { passing: '', failing: '' } })) })
