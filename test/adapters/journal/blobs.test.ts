import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { storedBlobs } from '../../../src/adapters/journal/blobs.ts'
import { readJournal } from '../../../src/adapters/journal/read-journal.ts'
import { problemOf } from '../problem-of.ts'
import { temporaryJournal } from './temporary-journal.ts'

const state = temporaryJournal()
const { open } = state

describe('blobs', () => {
  it('are stored once by content and given back whole', async () => {
    const journal = await open()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const reference = await journal.putBlob(bytes)
        expect(await journal.putBlob(bytes)).toEqual(reference)
        expect(reference.size).toBe(bytes.length)
        expect(Buffer.from(await journal.getBlob(reference))).toEqual(Buffer.from(bytes))
        expect(Buffer.from(await (await readJournal(state.directory())).getBlob(reference))).toEqual(Buffer.from(bytes))
      }),
      { numRuns: 25 },
    )
    expect((await readdir(join(state.directory(), 'blobs'))).filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([])
  })

  it('are refused when damaged or missing, and written anew by storing them again', async () => {
    const journal = await open()
    const reference = await journal.putBlob(Buffer.from('undo'))
    const path = join(state.directory(), 'blobs', reference.sha256)
    await writeFile(path, 'umdo')
    expect(await problemOf(journal.getBlob(reference))).toMatchObject({ code: 'blob-damaged', summary: expect.stringContaining(path) })
    await journal.putBlob(Buffer.from('undo'))
    expect(String(await journal.getBlob(reference))).toBe('undo')
    await rm(path)
    expect(await problemOf(journal.getBlob(reference))).toMatchObject({ code: 'blob-missing' })
    expect(await problemOf(journal.getBlob({ sha256: '../journal.jsonl', size: 1 }))).toMatchObject({ code: 'blob-missing' })
  })

  it('are listed by what they hold, without what a killed write left behind', async () => {
    expect(await storedBlobs(state.directory())).toEqual([])
    const journal = await open()
    const references = [await journal.putBlob(Buffer.from('a')), await journal.putBlob(Buffer.from('b'))]
    await writeFile(join(state.directory(), 'blobs', '.0123456789abcdef.tmp'), 'c')
    expect(await storedBlobs(state.directory())).toEqual(references.map((each) => each.sha256).toSorted())
  })
})
