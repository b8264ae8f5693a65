/** Appends without end; says the sequence of each entry after `append` resolved. Killed by its test. */
import { openJournal } from '../../../src/adapters/journal/journal.ts'

const [, , directory = '', padding = '0'] = process.argv
const journal = await openJournal(directory, { clock: { now: () => Date.now() } })
process.stdout.write(`opened ${journal.warnings.map((each) => each.code).join()}\n`)
for (;;) {
  try {
    const { sequence } = await journal.append({
      type: 'note',
      step: 'deploy',
      direction: 'apply',
      note: { uid: 'x'.repeat(Number(padding)) },
    })
    process.stdout.write(`${sequence}\n`)
  } catch (error) {
    process.stdout.write(`failed ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(3)
  }
}
