// Writes schema/plan.v1.json and docs/plan-reference.md from the schemas of the step and gate kinds, and docs/policies.md from the built-in packs:
// `node scripts/generate-plan.mjs`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { whereSourceIs } from './build/built-in-packs.mjs'

const ENTRY = `
export { generatedFiles } from './src/plan/generated.ts'
export { generatedPolicyFiles } from './src/policies/reference.ts'
export { stepKinds } from './src/steps/registry.ts'
export { gateKinds } from './src/gates/registry.ts'
`
const root = fileURLToPath(new URL('..', import.meta.url))
// Below node_modules, so that the bundle finds the packages it leaves outside.
const folder = await mkdtemp(join(root, 'node_modules', '.generate-plan-'))
try {
  const bundle = join(folder, 'generated.mjs')
  await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: bundle,
    define: whereSourceIs,
    logLevel: 'warning',
  })
  const { generatedFiles, generatedPolicyFiles, stepKinds, gateKinds } = await import(pathToFileURL(bundle).href)
  const files = { ...generatedFiles({ kinds: stepKinds, gates: gateKinds }), ...(await generatedPolicyFiles()) }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
