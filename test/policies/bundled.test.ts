import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { builtInPacks as embedded } from '../../scripts/build/built-in-packs.mjs'
import type { PolicyPack } from '../../src/domain/policy.ts'
import { builtInPacks } from '../../src/policies/built-in-packs.ts'

it('the bundle has the built-in packs inside, word for word but for their examples', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'packs-'))
  try {
    const outfile = join(folder, 'packs.mjs')
    await build({
      entryPoints: ['src/policies/built-in-packs.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      plugins: [embedded],
      outfile,
    })
    const bundled: { builtInPacks: () => Promise<readonly PolicyPack[]> } = await import(pathToFileURL(outfile).href)
    const packs = await builtInPacks()
    expect(packs.length).toBeGreaterThan(0)
    expect(await bundled.builtInPacks()).toEqual(
      packs.map((pack) => ({ ...pack, rules: pack.rules.map((rule) => ({ ...rule, examples: { passing: '', failing: '' } })) })),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
