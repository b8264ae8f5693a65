import process from 'node:process'
import { VERSION } from './version.ts'

const [first, ...rest] = process.argv.slice(2)

// Scripts ask for the version often: it is answered before anything is loaded.
if (rest.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.on('error', () => process.exit(1))
  process.stdout.write(`${VERSION}\n`)
} else await (await import('./start.ts')).start()
