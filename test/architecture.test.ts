import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** One floor per responsibility, imports point down only. What each folder of `src` may import beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  engine: ['domain'],
  steps: ['domain'],
  gates: ['domain'],
  plan: ['domain'],
  adapters: ['domain'],
  lab: ['domain'],
  cli: ['domain', 'engine', 'plan', 'steps', 'gates', 'adapters', 'lab'],
}

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
const text = (path: string): string => readFileSync(join(source, path), 'utf8')
const floor = (path: string): string => path.split('/')[0] ?? ''

interface Import {
  readonly target: string
  readonly typeOnly: boolean
}

function importsOf(path: string): readonly Import[] {
  const found = text(path).matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^\s*import\('([^']+)'\)|\bimport\('([^']+)'\)/gm)
  return [...found].map((match) => ({ target: match[2] ?? match[3] ?? match[4] ?? '', typeOnly: match[1] !== undefined }))
}

/** `src`-relative path of a relative import. */
const resolved = (path: string, target: string): string => relative(source, resolve(source, dirname(path), target))
const isWire = (path: string): boolean => path === 'cli/wire.ts' || path.startsWith('cli/wire/')

describe.each(files)('%s', (path) => {
  const imports = importsOf(path)

  it('imports downwards only', () => {
    const allowed = [floor(path), ...(MAY_IMPORT[floor(path)] ?? [])]
    const wrong = imports.filter(({ target }) => target.startsWith('.')).map(({ target }) => floor(resolved(path, target)))
    expect(wrong.filter((each) => !allowed.includes(each))).toEqual([])
  })

  it('says one thing', () => {
    expect(text(path).split('\n').length).toBeLessThanOrEqual(251)
    expect(path).not.toMatch(/\b(utils?|helpers?|manager|common|misc)\b/)
  })

  it('leaves the types switched on', () => {
    expect(text(path)).not.toMatch(/@ts-(ignore|expect-error|nocheck)|as unknown as|\bas any\b/)
  })

  if (floor(path) === 'domain') {
    it('is pure: only types from outside', () => {
      expect(imports.filter(({ target, typeOnly }) => !target.startsWith('.') && !typeOnly)).toEqual([])
    })
  }

  if (floor(path) !== 'cli') {
    it('prints nothing', () => {
      expect(text(path)).not.toMatch(/\bconsole\.|process\.std(out|err)\b/)
    })
  }

  if (floor(path) === 'cli' && !isWire(path)) {
    it('leaves adapters, lab, plan and kinds to the wire', () => {
      const floors = imports.filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly).map(({ target }) => floor(resolved(path, target)))
      expect(floors.filter((each) => ['adapters', 'lab', 'plan', 'steps', 'gates'].includes(each))).toEqual([])
    })
  }

  if (!path.startsWith('cli/terminal/')) {
    it('leaves ora and enquirer to the terminal', () => {
      expect(imports.filter(({ target }) => target === 'ora' || target === 'enquirer')).toEqual([])
    })
  }
})

it('knowledge of one step kind stays in its own file', () => {
  const kinds = files.filter((path) => /^steps\/[a-z-]+\.ts$/.test(path)).map((path) => path.slice('steps/'.length, -'.ts'.length)).filter((name) => name.includes('-'))
  const elsewhere = files.filter((path) => !path.startsWith('steps/') && !path.startsWith('lab/'))
  const mentions = elsewhere.flatMap((path) => kinds.filter((kind) => new RegExp(`'${kind}'`).test(text(path))).map((kind) => `${path} names ${kind}`))
  expect(mentions).toEqual([])
})
