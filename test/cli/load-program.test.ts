import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Compiled } from '../../src/cli/load-program.ts'
import { loadProgram } from '../../src/cli/load-program.ts'

const SOURCE = `
const { basename } = require('node:path')
exports.where = () => basename(__filename) + ' in ' + basename(__dirname)
exports.said = 'one'
`

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'))
  path = join(folder, 'program.cjs')
  await writeFile(path, SOURCE)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const compiledOf = (source: string): Buffer => new Script(module.wrap(source)).createCachedData()
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
/** Loads it beside that code, of which the build says `more`. */
async function load(
  code: Buffer | undefined,
  more: Partial<Compiled> = {},
): Promise<{ readonly where: () => string; readonly said: string }> {
  if (code !== undefined) await writeFile(`${path}.cache`, code)
  const { platform, arch } = process
  const compiled = sha256(code ?? Buffer.alloc(0))
  return loadProgram(path, { compiled, v8: process.versions.v8, platform, arch, ...more }) as Awaited<ReturnType<typeof load>>
}
/** As the program, but for a word of the same length: V8 alone would take its code for the program's. */
const ANOTHER = SOURCE.replace('one', 'two')

describe('the program', () => {
  it('is loaded with its compiled code, and finds what it asks for', async () => {
    const { where, said } = await load(compiledOf(SOURCE))
    expect([where().split(' in ')[0], said]).toEqual(['program.cjs', 'one'])
    // It is that code which is carried out.
    expect((await load(compiledOf(ANOTHER))).said).toBe('two')
  })

  it.each([
    ['none', undefined],
    ['broken', Buffer.from('not what V8 wrote')],
    ['cut off', compiledOf(SOURCE).subarray(0, 100)],
    ['of another text', compiledOf(`${SOURCE} exports.said = 'another'`)],
  ])('is what its file says where its compiled code is %s', async (_name, code) => {
    expect((await load(code)).said).toBe('one')
  })

  it.each([
    ['not as the build has left it', { compiled: sha256(Buffer.from('other')) }],
    ["another V8's", { v8: '1.2.3' }],
    ["another platform's", { platform: 'none' }],
    ["another processor's", { arch: 'none' }],
  ])('does not take compiled code that is %s', async (_name, more) => {
    expect((await load(compiledOf(ANOTHER), more)).said).toBe('one')
  })
})
