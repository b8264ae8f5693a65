import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Edge } from './edge.ts'
import type { Load } from './schedule.ts'
import { visit } from './visit.ts'

// The visitors as a process of their own, so that a test that is busy does not count as a slow answer. One argument, JSON; SIGTERM ends it
// once the answers that are due have come. Says `visiting` when the first answer is there.
const { edge, load, file } = JSON.parse(process.argv[2] ?? '') as { readonly edge: Edge; readonly load: Load; readonly file: string }
const leaving = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => leaving.abort())

const out = createWriteStream(file)
let first = true
await visit(edge, load, leaving.signal, (each) => {
  out.write(`${JSON.stringify(each)}\n`)
  if (first) process.stdout.write('visiting\n')
  first = false
})
out.end()
await finished(out)
process.exit()
