import { setTimeout as pause } from 'node:timers/promises'
import type { JournalRecord } from '../../../src/domain/records.ts'
import type { Ended, Started } from '../command.ts'
import type { Migration } from '../world/migration.ts'

const BETWEEN_LOOKS_MS = 5

/** A record that a scenario waits for, such as `{ type: 'intent', step: 'stop' }`. */
export type Sought = { readonly type: JournalRecord['type'] } & Readonly<Record<string, unknown>>

/** Resolves as soon as the journal holds the record; rejects when the command ends without it. */
export async function recorded(migration: Migration, command: Started, sought: Sought): Promise<void> {
  let end: Ended | undefined
  void command.ended.then((ended) => (end = ended))
  const isThere = async (): Promise<boolean> =>
    (await migration.records()).some((record) => Object.entries(sought).every(([name, value]) => valueOf(record, name) === value))
  while (!(await isThere())) {
    if (end !== undefined && !(await isThere()))
      throw new Error(`ended (${end.code}) without the record ${JSON.stringify(sought)}:\n${end.stdout}${end.stderr}`)
    await pause(BETWEEN_LOOKS_MS)
  }
}

const valueOf = (record: JournalRecord, name: string): unknown => Object.entries(record).find(([each]) => each === name)?.[1]

/** Kills the command by SIGKILL as soon as the record is there; resolves when it has ended. */
export async function killedAt(migration: Migration, command: Started, sought: Sought): Promise<void> {
  await recorded(migration, command, sought)
  command.signal('SIGKILL')
  const { code } = await command.ended
  if (code !== undefined) throw new Error(`it ended by itself, with ${code}, before it was killed`)
}
