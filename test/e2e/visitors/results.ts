import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JournalEntry } from '../../../src/domain/records.ts'
import type { Row } from './table.ts'
import { table } from './table.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of what visitors see in this run of the suite. */
    readonly visitorResults: string
  }
}

/** git ignores it. */
const RESULTS = fileURLToPath(new URL('../../../node_modules/.cache/visitors', import.meta.url))
const KEPT_MS = 24 * 3_600_000

/** A folder for one run of the suite, as others may run at the same time; those of other days are removed. */
export async function createResults(): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  for (const name of await readdir(RESULTS)) {
    const { mtimeMs } = await stat(join(RESULTS, name))
    if (Date.now() - mtimeMs > KEPT_MS) await rm(join(RESULTS, name), { recursive: true, force: true })
  }
  return mkdtemp(join(RESULTS, 'run-'))
}

/** A scenario's part of the results: `NAME.samples.jsonl`, `NAME.journal.jsonl` and `NAME.row.json`. */
export const resultFile = (folder: string, { name, settings }: Pick<Row, 'name' | 'settings'>, end: string): string =>
  join(folder, `${`${name} ${settings}`.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.${end}`)

/** Keeps what a scenario has shown: the row for the table, and the journal, which with the samples is what a plot of a handover needs. */
export async function keep(folder: string, row: Row, journal: readonly JournalEntry[]): Promise<void> {
  await writeFile(resultFile(folder, row, 'journal.jsonl'), journal.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  await writeFile(resultFile(folder, row, 'row.json'), JSON.stringify({ at: Date.now(), row }))
}

/** The table of all scenarios that were played, in the order in which they ended, also as `table.txt`; undefined without any. */
export async function resultsTable(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.row.json'))
  if (names.length === 0) return undefined
  const kept = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const rows = kept.map((text) => JSON.parse(text) as { readonly at: number; readonly row: Row }).sort((a, b) => a.at - b.at)
  const text = table(rows.map(({ row }) => row))
  await writeFile(join(folder, 'table.txt'), `${text}\n`)
  return text
}
