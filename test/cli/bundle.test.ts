import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/cli/version.ts'
import { options } from '../../scripts/build.mjs'

/** An application that writes down when it is done, long after its reader has gone away. */
const WIRE = `
import { writeFileSync } from 'node:fs'
export const createApplication = () => ({
  redact: (text) => text,
  async run(options, ui) {
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
  metafile = (await build({ ...options, outdir: join(folder, 'dist'), plugins: [wire] })).metafile
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function stubWire(building: {
  onResolve: (o: { filter: RegExp }, f: () => { path: string; namespace: string }) => void
  onLoad: (o: { filter: RegExp; namespace: string }, f: () => { contents: string }) => void
}): void {
  building.onResolve({ filter: /^\.\/wire\.ts$/ }, () => ({ path: 'wire', namespace: 'stub' }))
  building.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: WIRE }))
}

/** Files of the bundle that are loaded before anything is decided, from `entry` on. */
function loadedAtOnce(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  for (const each of metafile.outputs[entry]?.imports ?? []) if (each.kind === 'import-statement') loadedAtOnce(each.path, seen)
  return seen
}

function packagesIn(outputs: Iterable<string>): readonly string[] {
  const inputs = [...outputs].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}))
  return [...new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort()
}

const outputOf = (source: string): string => {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source)
  if (!found) throw new Error(`${source} is in no bundle of its own`)
  return found[0]
}

interface Ended {
  readonly code: number | null
  readonly out: string
}

function call(args: readonly string[], onOutput: (child: ReturnType<typeof spawn>) => void = () => {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(folder, 'dist', 'cli.js'), ...args], {
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
  it('answers the version with nothing loaded, and help with commander alone', async () => {
    expect(packagesIn(loadedAtOnce(outputOf('src/cli/cli.ts')))).toEqual([])
    expect(packagesIn(loadedAtOnce(outputOf('src/cli/start.ts')))).toEqual(['commander'])
    expect(await call(['--version'])).toEqual({ code: 0, out: `${VERSION}\n` })
  })

  it('holds all that it needs: it runs in an empty folder', async () => {
    const { code, out } = await call(['--help'])
    expect(code).toBe(0)
    expect(out).toContain('Exit codes:')
  })

  it('goes on when its reader goes away, up to the end', async () => {
    await writeFile(join(folder, 'plan.yaml'), '')
    const { code, out } = await call(['run', 'plan.yaml', '--yes', '--state-dir', folder], (child) => child.stdout?.destroy())
    expect(out.split('\n').length).toBeLessThan(100)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'finished'), 'utf8')).toBe('yes')
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
