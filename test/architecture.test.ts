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
  // The same words for the same mistakes: policy files are read with the plan's reader of YAML.
  policies: ['domain', 'plan'],
  adapters: ['domain'],
  lab: ['domain'],
  cli: ['domain', 'engine', 'plan', 'policies', 'steps', 'gates', 'adapters', 'lab'],
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
  const found = text(path).matchAll(
    /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^\s*import\('([^']+)'\)|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map((match) => ({ target: match[2] ?? match[3] ?? match[4] ?? '', typeOnly: match[1] !== undefined }))
}

/** `src`-relative path of a relative import. */
const resolved = (path: string, target: string): string => relative(source, resolve(source, dirname(path), target))
const isWire = (path: string): boolean => path === 'cli/wire.ts' || path.startsWith('cli/wire/')

/** What a rule finds wrong in a file, for every file: an empty list is a tidy house. */
const offenders = (among: (path: string) => boolean, wrong: (path: string) => readonly string[]): readonly string[] =>
  files.filter(among).flatMap((path) => wrong(path).map((what) => `${path}: ${what}`))
const every = (): boolean => true
const relativeFloors = (path: string, imports: readonly Import[]): readonly string[] =>
  imports
    .filter(({ target }) => target.startsWith('.') && !target.endsWith('package.json'))
    .map(({ target }) => floor(resolved(path, target)))
const matching = (path: string, pattern: RegExp): readonly string[] => text(path).match(pattern)?.slice(0, 1) ?? []

describe('the house', () => {
  it('has files', () => expect(files.length).toBeGreaterThan(50))

  it('imports downwards only', () => {
    const wrong = (path: string): readonly string[] =>
      relativeFloors(path, importsOf(path)).filter((each) => ![floor(path), ...(MAY_IMPORT[floor(path)] ?? [])].includes(each))
    expect(offenders(every, wrong)).toEqual([])
  })

  it('has files that say one thing', () => {
    expect(offenders(every, (path) => (text(path).split('\n').length > 251 ? ['over 250 lines'] : []))).toEqual([])
    expect(offenders(every, (path) => path.match(/\b(utils?|helpers?|manager|common|misc)\b/)?.slice(0, 1) ?? [])).toEqual([])
  })

  it('leaves the types switched on', () => {
    expect(offenders(every, (path) => matching(path, /@ts-(ignore|expect-error|nocheck)|as unknown as|\bas any\b|[<,] ?any[,>]/))).toEqual(
      [],
    )
  })

  it('keeps domain pure: only types from outside', () => {
    const outside = (path: string): readonly string[] =>
      importsOf(path)
        .filter(({ target, typeOnly }) => !target.startsWith('.') && !typeOnly)
        .map(({ target }) => target)
    expect(offenders((path) => floor(path) === 'domain', outside)).toEqual([])
  })

  it('prints nothing below cli', () => {
    expect(
      offenders(
        (path) => floor(path) !== 'cli',
        (path) => matching(path, /\bconsole\.|process\.std(out|err)\b/),
      ),
    ).toEqual([])
  })

  it('leaves adapters, lab, plan and kinds to the wire', () => {
    const wrong = (path: string): readonly string[] =>
      relativeFloors(
        path,
        importsOf(path).filter(({ typeOnly }) => !typeOnly),
      ).filter((each) => ['adapters', 'lab', 'plan', 'policies', 'steps', 'gates'].includes(each))
    expect(offenders((path) => floor(path) === 'cli' && !isWire(path), wrong)).toEqual([])
  })

  it('leaves ora and enquirer to the terminal', () => {
    const wrong = (path: string): readonly string[] =>
      importsOf(path)
        .map(({ target }) => target)
        .filter((target) => target === 'ora' || target === 'enquirer')
    expect(offenders((path) => !path.startsWith('cli/terminal/'), wrong)).toEqual([])
  })
})

it('knowledge of one step kind stays in its own file', () => {
  const kinds = files
    .filter((path) => /^steps\/[a-z-]+\.ts$/.test(path))
    .map((path) => path.slice('steps/'.length, -'.ts'.length))
    .filter((name) => name.includes('-'))
  const elsewhere = files.filter((path) => !path.startsWith('steps/') && !path.startsWith('lab/'))
  const mentions = elsewhere.flatMap((path) =>
    kinds.filter((kind) => new RegExp(`'${kind}'`).test(text(path))).map((kind) => `${path} names ${kind}`),
  )
  expect(mentions).toEqual([])
})
