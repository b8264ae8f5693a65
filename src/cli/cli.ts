import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Compiled } from './load-program.ts'
import { loadProgram } from './load-program.ts'
import type * as start from './start.ts'
import { VERSION } from './version.ts'

/** Written here by the build: the file beside this one that holds `start.ts` and all it needs, and its compiled code. */
declare const PROGRAM: Compiled & { readonly file: string }

const [first, ...rest] = process.argv.slice(2)

// Scripts ask for the version often: it is answered before anything is loaded.
if (rest.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.on('error', () => process.exit(1))
  process.stdout.write(`${VERSION}\n`)
} else {
  const program = loadProgram(fileURLToPath(new URL(PROGRAM.file, import.meta.url)), PROGRAM) as typeof start
  await program.start()
}
