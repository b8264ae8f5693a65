import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readJournal } from '../../../src/adapters/journal/read-journal.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { problemOf } from '../problem-of.ts'
import { note, temporaryJournal } from './temporary-journal.ts'

const state = temporaryJournal()
const { file, open, write } = state

describe('journal, damaged', () => {
  it.each([
    ['half a line', '{"at":1,"ha'],
    ['a whole line without its newline', '{"at":1,"hash":"x","record":{"type":"note"},"sequence":3}'],
    ['zeros of a power cut', '\0\0\0\0'],
  ])('repairs a torn tail (%s) with a warning, and goes on', async (_what, tail) => {
    await write('a', 'b')
    await appendFile(file(), tail)
    const journal = await open()
    expect(journal.warnings).toEqual([
      expect.objectContaining({ code: 'journal-tail-repaired', summary: expect.stringContaining(`(${tail.length} bytes)`) }),
    ])
    expect(journal.entries).toHaveLength(2)
    await journal.append(note('c'))
    await journal.close()
    expect(await readJournal(state.directory())).toMatchObject({ entries: [{}, {}, { sequence: 3 }], warnings: [] })
  })

  it('only reports a torn tail when reading', async () => {
    await write('a')
    await appendFile(file(), '{"at"')
    const before = await readFile(file())
    expect(await readJournal(state.directory())).toMatchObject({ entries: [{ sequence: 1 }], warnings: [{ code: 'journal-tail-torn' }] })
    expect(await readFile(file())).toEqual(before)
  })

  it.each<[string, (lines: string[]) => string[], string]>([
    ['a changed record', ([a = '', b = '', c = '']) => [a, b.replace('"b"', '"x"'), c], 'line 2: its hash does not fit'],
    ['a missing line', ([a = '', , c = '']) => [a, c], 'line 2: it holds entry 3'],
    ['a doubled line', ([a = '', b = '', c = '']) => [a, a, b, c], 'line 2: it holds entry 1'],
    ['a cut line in the middle', ([a = '', b = '', c = '']) => [a, b.slice(0, 20), c], 'line 2: it is not JSON'],
    ['something else', ([a = '', b = '']) => [a, b, '{"sequence":3}'], 'line 3: it is no journal entry'],
    ['a changed last line', ([a = '', b = '', c = '']) => [a, b, c.replace('"c"', '"x"')], 'line 3: its hash does not fit'],
    ['an empty line', ([a = '', b = '', c = '']) => [a, '', b, c], 'line 2: it is not JSON'],
  ])('refuses %s, naming the line, and changes nothing', async (_what, damage, words) => {
    await write('a', 'b', 'c')
    const lines = (await readFile(file(), 'utf8')).trimEnd().split('\n')
    const damaged = `${damage(lines).join('\n')}\n`
    await writeFile(file(), damaged)
    for (const attempt of [() => open(), () => readJournal(state.directory())]) {
      const problem = await problemOf(attempt())
      expect(problem).toMatchObject({ code: 'journal-damaged', summary: expect.stringContaining(words) })
      expect(problem.next.join()).toContain('backup')
    }
    expect(await readFile(file(), 'utf8')).toBe(damaged)
  })

  it('finds any single changed byte of a whole line', async () => {
    await write('a', 'b', 'c')
    const intact = await readFile(file())
    await fc.assert(
      fc.asyncProperty(fc.nat(intact.length - 1), fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const bytes = Buffer.from(intact)
        bytes.writeUInt8(bytes.readUInt8(index) ^ flip, index)
        await writeFile(file(), bytes)
        const reading = await readJournal(state.directory()).catch((error: unknown) => error)
        if (reading instanceof ProblemError) expect(reading.problem.code).toBe('journal-damaged')
        // Only the last newline may go: then the last line counts as torn.
        else expect([index, reading]).toMatchObject([intact.length - 1, { warnings: [{ code: 'journal-tail-torn' }] }])
      }),
      { numRuns: 200 },
    )
  })

  it('survives a cut at any byte: what stands before it is kept', async () => {
    await write('a', 'b', 'c')
    const intact = await readFile(file())
    for (let length = 0; length <= intact.length; length += 7) {
      await writeFile(file(), intact.subarray(0, length))
      const journal = await open()
      expect(journal.entries).toHaveLength(intact.subarray(0, length).filter((byte) => byte === 0x0a).length)
      await journal.close()
    }
  })

  it('refuses a journal of a newer program, whatever its lines look like', async () => {
    await mkdir(state.directory(), { recursive: true })
    await writeFile(file(), '{"record":{"type":"run-started","schema":2,"toolVersion":"9.1.0"},"seq":"one"}\n')
    expect(await problemOf(open())).toMatchObject({
      code: 'journal-newer-schema',
      summary: expect.stringContaining('9.1.0'),
      next: ['use jmc-migrate 9.1.0 or newer'],
    })
  })
})
