import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/cli/version.ts'
import { buildInto } from '../../scripts/build.mjs'

/** An application that writes down when it is done, long after its reader has gone away. */
const WIRE = `
import { writeFileSync } from 'node:fs'
export const createApplication = () => ({
  redact: (text) => text,
  async run(options, ui) {
    if (options.plan === 'mistake.yaml') {
      ui.emit({ type: 'step-progress', step: 'a', message: 'begun' })
      setTimeout(() => { throw new Error('a mistake of ours') }, 1)
      return new Promise(() => {})
    }
    for (let index = 0; index < 200; index++) {
      ui.emit({ type: 'step-progress', step: 'a', message: 'message ' + 'abcdefghij'[index % 10] + 'klmnopqrst'[Math.floor(index / 10) % 10] })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    writeFileSync(options.stateDir + '/finished', 'yes')
    return { outcome: 'done', state: 'k8s-only' }
  },
})`

let folder = ''
let metafile: Metafile = { inputs: {}, outputs: {} }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const wire = { name: 'wire', setup: stubWire }
  metafile = await buildInto(join(folder, 'dist'), { plugins: [wire] })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function stubWire(building: {
  onResolve: (o: { filter: RegExp }, f: () => { path: string; namespace: string }) => void
  onLoad: (o: { filter: RegExp; namespace: string }, f: () => { contents: string }) => void
}): void {
  building.onResolve({ filter: /^\.\/wire\.ts$/ }, () => ({ path: 'wire', namespace: 'stub' }))
  building.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: WIRE }))
}

/** Modules that begin before anything is decided, from that at `path` on. */
function begunAtOnce(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const each of metafile.inputs[path]?.imports ?? [])
    if (each.kind !== 'dynamic-import' && each.external !== true) begunAtOnce(each.path, seen)
  return seen
}

const packagesIn = (paths: Iterable<string>): readonly string[] =>
  [...new Set([...paths].flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort()

interface Ended {
  readonly code: number | null
  readonly out: string
}

function call(
  args: readonly string[],
  dist = join(folder, 'dist'),
  onOutput: (child: ReturnType<typeof spawn>) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(dist, 'cli.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 15_000,
    })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      onOutput(child)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out }))
  })
}

describe('the bundle', () => {
  it('answers the version with the program not even there, and help with commander alone', async () => {
    expect(packagesIn(begunAtOnce('src/cli/start.ts'))).toEqual(['commander'])
    const alone = join(folder, 'alone')
    await cp(join(folder, 'dist', 'cli.js'), join(alone, 'cli.js'))
    expect(await call(['--version'], alone)).toEqual({ code: 0, out: `${VERSION}\n` })
  })

  it('holds all that it needs: it runs in an empty folder', async () => {
    const { code, out } = await call(['--help'])
    expect(code).toBe(0)
    expect(out).toContain('Exit codes:')
  })

  it('goes on when its reader goes away, up to the end', async () => {
    await writeFile(join(folder, 'plan.yaml'), '')
    const { code, out } = await call(['run', 'plan.yaml', '--yes', '--state-dir', folder], undefined, (child) => child.stdout?.destroy())
    expect(out.split('\n').length).toBeLessThan(100)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'finished'), 'utf8')).toBe('yes')
  })

  it.each([true, false])('tells a mistake of ours where what it tells is read (--json: %s)', async (json) => {
    await writeFile(join(folder, 'mistake.yaml'), '')
    const { code, out } = await call(['run', 'mistake.yaml', '--yes', ...(json ? ['--json'] : [])])
    expect(code).toBe(1)
    if (!json) return expect(out).not.toContain('mistake of ours')
    const events = out.trimEnd().split('\n')
    expect(events.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['step-progress', 'problems'])
    expect(events[1]).toContain('a mistake of ours')
  })

  it.runIf(existsSync('/dev/full'))('is no success when what it says could not be written', async () => {
    for (const args of [['--version'], ['--help']]) {
      const full = openSync('/dev/full', 'w')
      const child = spawn(process.execPath, [join(folder, 'dist', 'cli.js'), ...args], {
        stdio: ['ignore', full, 'ignore'],
        timeout: 15_000,
      })
      const code = await new Promise((resolve) => child.on('close', resolve))
      closeSync(full)
      expect(code, args.join(' ')).toBe(1)
    }
  })
})
