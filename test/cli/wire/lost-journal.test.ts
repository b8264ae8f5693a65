import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { putBlob } from '../../../src/adapters/journal/blobs.ts'
import { openJournal } from '../../../src/adapters/journal/journal.ts'
import { knownRun } from '../../../src/cli/wire/run-source.ts'
import { encodeSnapshot } from '../../../src/engine/snapshot.ts'

let state = ''
let run = ''
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'lost-journal-'))
  run = join(state, 'runs', '0001')
  await mkdir(run, { recursive: true })
})
afterEach(() => rm(state, { recursive: true, force: true }))

const SNAPSHOT = encodeSnapshot({ schema: 1, planPath: 'p.yaml', planText: 'name: p\n', listings: {}, files: {} })
const JOURNALS = { missing: undefined, empty: '', 'a torn first line': '{"at":17' }

async function leave(journal: string | undefined, blobs: readonly Uint8Array[]): Promise<void> {
  if (journal !== undefined) await writeFile(join(run, 'journal.jsonl'), journal)
  for (const each of blobs) await putBlob(run, each)
}

describe.each(Object.entries(JOURNALS))('a run folder whose journal is %s', (_, journal) => {
  it('is nothing where a process died before its first record', async () => {
    await leave(journal, [])
    expect(await knownRun(state)).toBeUndefined()
    await leave(journal, [SNAPSHOT])
    await writeFile(join(run, 'blobs', '.0123456789abcdef.tmp'), 'half a snapsh')
    expect(await knownRun(state)).toBeUndefined()
  })

  it.each([
    ['what undo needs', [SNAPSHOT, Buffer.from('{"undo":1}')]],
    ['one blob that is no snapshot', [Buffer.from('{"undo":1}')]],
  ])('is damaged where it holds %s', async (_what, blobs) => {
    await leave(journal, blobs)
    await expect(knownRun(state)).rejects.toMatchObject({
      problem: {
        code: 'journal-lost',
        summary: expect.stringContaining(join(run, 'journal.jsonl')),
        details: [expect.stringContaining(join(run, 'blobs'))],
        next: [expect.stringContaining('restore'), expect.stringContaining(`move ${run} away`)],
        effect: 'no',
      },
    })
  })

  it('is damaged where it holds a restore bundle', async () => {
    await leave(journal, [])
    await mkdir(join(run, 'restore-bundle'))
    await expect(knownRun(state)).rejects.toMatchObject({ problem: { code: 'journal-lost' } })
  })
})

it('a journal that was opened and never written is nothing', async () => {
  const journal = await openJournal(run, { clock: { now: () => 0 } })
  await journal.putBlob(SNAPSHOT)
  await journal.close()
  expect(await knownRun(state)).toBeUndefined()
})
