import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
const texts = ['README.md', ...sources.map((path) => join('src', path))].map((path) => readFileSync(join(root, path), 'utf8'))
const named = [...new Set(texts.flatMap((text) => text.match(/\b(?:docs\/[\w-]+\.md|schema\/[\w.]+\.json)/g) ?? []))].sort()

it('messages and the README point to files that the package holds', () => {
  expect(named).toContain('docs/plan-reference.md')
  for (const path of named) {
    expect([path, existsSync(join(root, path))]).toEqual([path, true])
    expect(manifest.files).toContain(path.split('/')[0])
  }
})
