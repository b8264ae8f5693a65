import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openJournal } from '../../../src/adapters/journal/journal.ts'
import { readJournal } from '../../../src/adapters/journal/read-journal.ts'
import type { Child } from '../child.ts'
import { bundle, node, run, temporaryFolder } from '../child.ts'

const KILLS = 15
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let script: string

beforeAll(async () => {
  folder = await temporaryFolder()
  script = await bundle(join(import.meta.dirname, 'append-loop.ts'), folder.path)
})
afterAll(() => folder.remove())

/** Reads sequences that the child acknowledged until it has said `atLeast` of them; kills it then; the last one it said. */
async function killAfter(child: Child, atLeast: number): Promise<number> {
  let last = 0
  let said = 0
  for (let line = await child.lines.next(); line.done !== true; line = await child.lines.next()) {
    if (/^\d+$/.test(line.value)) last = Number(line.value)
    if (++said === atLeast) child.process.kill('SIGKILL')
  }
  await child.ended
  return last
}

describe('journal of a process that is killed', () => {
  it(`loses no acknowledged entry over ${KILLS} kills`, async () => {
    const directory = join(folder.path, 'killed')
    let before = 0
    for (let round = 0; round < KILLS; round++) {
      // Lines of up to 300 kB, so that some kills fall into the middle of one.
      const acknowledged = await killAfter(node(script, directory, String((round % 4) * 100_000)), 2 + (round % 5))
      const { entries } = await readJournal(directory)
      expect(acknowledged).toBeGreaterThan(before)
      expect(entries.length).toBeGreaterThanOrEqual(acknowledged)
      // At most the one that was under way beyond what the child could say.
      expect(entries.length).toBeLessThanOrEqual(acknowledged + 1)
      before = entries.length
    }
    const journal = await openJournal(directory, { clock: { now: () => 0 } })
    expect(journal.entries.map((each) => each.sequence)).toEqual(Array.from({ length: before }, (_, i) => i + 1))
    await journal.close()
  }, 60_000)
})

describe('journal on a disk that is full', () => {
  it('says so, leaves whole lines only, and can be gone on with', async () => {
    const directory = join(folder.path, 'full')
    // A limit on file sizes stands in for the full disk: 64 blocks of 512 or 1,024 bytes.
    const child = run(['sh', '-c', 'ulimit -f 64 && exec "$0" "$@"', process.execPath, script, directory, '5000'])
    const lines: string[] = []
    for (let line = await child.lines.next(); line.done !== true; line = await child.lines.next()) lines.push(line.value)
    expect(await child.ended).toBe(3)
    expect(lines.at(-1)).toMatch(/^failed disk-full: cannot write the journal: .*EFBIG/)
    const acknowledged = lines.filter((line) => /^\d+$/.test(line)).length
    const reading = await readJournal(directory)
    expect([reading.entries.length, reading.warnings]).toEqual([acknowledged, []])
    expect((await stat(join(directory, 'journal.jsonl'))).size).toBeGreaterThan(20_000)
    const journal = await openJournal(directory, { clock: { now: () => 0 } })
    expect((await journal.append({ type: 'process-detached', how: 'ended' })).sequence).toBe(acknowledged + 1)
    await journal.close()
  })
})
