// Measures what has a limit and prints a table: `npm run bench`. Nothing is asserted; exit 1 only where something could not be measured.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, root } from './bench/bundle.mjs'
import { edgeFile } from './bench/edge-file.mjs'
import { foldRecords } from './bench/fold.mjs'
import { labRun } from './bench/lab-run.mjs'
import { askPolicies } from './bench/policies.mjs'
import { printTable } from './bench/table.mjs'
import { validatePlans } from './bench/validate.mjs'
import { versionStart } from './bench/version.mjs'

// What runs in processes of its own comes first: a process begins with the peak memory of the one that started it.
const MEASUREMENTS = [versionStart, labRun, validatePlans, edgeFile, foldRecords, askPolicies]

const folder = await mkdtemp(join(tmpdir(), 'jmc-migrate-bench-'))
try {
  const place = { folder, ...(await bundle(folder)) }
  for (const name of ['plans', 'fixtures']) {
    await cp(join(root, name), join(folder, name), { recursive: true, filter: (path) => !path.endsWith('.jmc-migrate') })
  }
  const results = []
  for (const measure of MEASUREMENTS) results.push(await measured(measure, place))
  console.log(`Node ${process.version}, ${availableParallelism()} cores, load average ${loadavg()[0].toFixed(1)}\n`)
  printTable(results)
  if (results.some(({ rows }) => rows.some((row) => row.measured === undefined))) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measured(measure, place) {
  try {
    return await measure(place)
  } catch (error) {
    return {
      rows: [{ what: measure.name }],
      notes: [`${measure.name} could not be measured: ${error instanceof Error ? error.message : String(error)}`],
    }
  }
}
