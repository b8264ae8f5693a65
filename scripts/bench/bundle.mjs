import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildInto, options } from '../build.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The command line as it is packed, and the modules that are measured by themselves, below `folder`. */
export async function bundle(folder) {
  await buildInto(join(folder, 'dist'))
  await build({
    ...options,
    entryPoints: {
      'dynamic-config': 'src/adapters/traefik/dynamic-config.ts',
      fold: 'src/domain/fold.ts',
      allocations: 'src/lab/nomad/allocations.ts',
      policies: 'src/policies/policies.ts',
    },
    entryNames: '[name]',
    outdir: join(folder, 'modules'),
  })
  await mkdir(join(folder, 'bin'))
  await cp(join(root, 'bin/jmc-migrate.js'), join(folder, 'bin/jmc-migrate.js'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n')
  return { cli: join(folder, 'bin/jmc-migrate.js'), modules: join(folder, 'modules') }
}
