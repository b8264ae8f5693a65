import { appendFile, chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { readJournal } from '../../../src/adapters/journal/read-journal.ts'
import { problemOf } from '../problem-of.ts'
import { note, temporaryJournal } from './temporary-journal.ts'

const state = temporaryJournal()
const { clock, file, open, write } = state
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)

describe('journal', () => {
  it('gives back, in a later process, exactly what append returned', async () => {
    const journal = await open()
    const first = await journal.append({ type: 'paused', reason: 'Grüße\n"x"\u2028', evidence: [], next: [], step: undefined })
    await clock.advance(1_500)
    const second = await journal.append(note('b'))
    expect([first.sequence, second.sequence, second.at - first.at]).toEqual([1, 2, 1_500])
    expect(journal.entries).toEqual([first, second])
    await journal.close()
    expect((await open()).entries).toEqual([first, second])
    expect(await readJournal(state.directory())).toMatchObject({ entries: [first, second], warnings: [] })
  })

  it('goes on with the chain after being opened again', async () => {
    await write('a')
    await write('b', 'c')
    const { entries } = await readJournal(state.directory())
    expect(entries.map((each) => [each.sequence, each.record])).toEqual([
      [1, note('a')],
      [2, note('b')],
      [3, note('c')],
    ])
    expect(new Set(entries.map((each) => each.hash)).size).toBe(3)
  })

  it('writes one canonical line an entry', async () => {
    await write('a')
    const [entry] = (await readJournal(state.directory())).entries
    expect(await readFile(file(), 'utf8')).toBe(
      `{"at":${entry?.at},"hash":"${entry?.hash}","record":{"direction":"apply","note":"a","step":"deploy","type":"note"},"sequence":1}\n`,
    )
  })

  it('keeps the order of appends that nobody waited for', async () => {
    const journal = await open()
    const appended = await Promise.all(Array.from({ length: 50 }, (_, i) => journal.append(note(String(i)))))
    expect(appended.map((each) => each.sequence)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    await journal.close()
    expect((await readJournal(state.directory())).entries).toEqual(appended)
  })

  it('keeps others and git out: folder 0700, files 0600, everything ignored', async () => {
    const journal = await open()
    await journal.append(note('a'))
    const { sha256 } = await journal.putBlob(Buffer.from('secret'))
    expect(await modeOf(state.directory())).toBe('700')
    expect(await modeOf(join(state.directory(), 'blobs'))).toBe('700')
    for (const name of ['journal.jsonl', '.gitignore', join('blobs', sha256)])
      expect([name, await modeOf(join(state.directory(), name))]).toEqual([name, '600'])
    expect(await readFile(join(state.directory(), '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('leaves a folder and a .gitignore that were there as they are', async () => {
    await mkdir(state.directory(), { recursive: true })
    await chmod(state.directory(), 0o755)
    await writeFile(join(state.directory(), '.gitignore'), 'mine\n')
    await open()
    expect([await modeOf(state.directory()), await readFile(join(state.directory(), '.gitignore'), 'utf8')]).toEqual(['755', 'mine\n'])
  })

  it('is empty where nothing was ever written, and reading creates nothing', async () => {
    expect(await readJournal(state.directory())).toMatchObject({ entries: [], warnings: [] })
    expect(await readdir(state.root())).toEqual([])
  })
})

describe('journal, when somebody else or the disk interferes', () => {
  it('refuses to append after the file was changed or removed', async () => {
    const journal = await open()
    await journal.append(note('a'))
    await appendFile(file(), 'x')
    // A note is written while an effect is under way; an intent before it.
    expect(await problemOf(journal.append(note('b')))).toMatchObject({ code: 'journal-changed-meanwhile', effect: 'unknown' })
    const intent = { type: 'intent', step: 'deploy', direction: 'undo' } as const
    expect(await problemOf(journal.append(intent))).toMatchObject({ code: 'journal-changed-meanwhile', effect: 'no' })
    await rm(state.directory(), { recursive: true })
    expect(await problemOf(journal.append(note('b')))).toMatchObject({
      code: 'journal-changed-meanwhile',
      summary: expect.stringContaining('removed'),
    })
  })

  it('says so when the state folder cannot be made', async () => {
    await writeFile(join(state.root(), 'plans'), 'a file')
    const summary = expect.stringContaining('journal.jsonl')
    expect(await problemOf(open())).toMatchObject({ code: 'no-such-folder', summary, effect: 'no' })
  })
})
