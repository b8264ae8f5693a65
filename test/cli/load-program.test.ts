import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Script } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Machine } from '../../src/cli/load-program.ts'
import { loadProgram } from '../../src/cli/load-program.ts'

const HERE: Machine = { v8: process.versions.v8, arch: process.arch }
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

const compiled = (source: string): Buffer => new Script(module.wrap(source)).createCachedData()
const load = (machine = HERE) => loadProgram(path, machine) as { where: () => string; said: string }

describe('the program', () => {
  it('is loaded with its compiled code, and finds what it asks for', async () => {
    await writeFile(`${path}.cache`, compiled(SOURCE))
    const { where, said } = load()
    expect([where().split(' in ')[0], said]).toEqual(['program.cjs', 'one'])
  })

  it.each([
    ['none', undefined],
    ['broken', () => Buffer.from('not what V8 wrote')],
    ['cut off', () => compiled(SOURCE).subarray(0, 100)],
    ['of another text', () => compiled(`${SOURCE} exports.said = 'another'`)],
  ])('is what its file says where its compiled code is %s', async (_name, code) => {
    if (code !== undefined) await writeFile(`${path}.cache`, code())
    expect(load().said).toBe('one')
  })

  it('does not ask for compiled code that another machine has made', async () => {
    // Of the same length: V8 alone would take the one for the other.
    await writeFile(`${path}.cache`, compiled(SOURCE.replace('one', 'two')))
    expect(load({ ...HERE, v8: '1.2.3' }).said).toBe('one')
    expect(load({ ...HERE, arch: 'none' }).said).toBe('one')
    expect(await readFile(path, 'utf8')).toBe(SOURCE)
  })
})
