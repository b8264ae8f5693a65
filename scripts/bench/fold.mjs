import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

const RECORDS = 100_000
const ROUNDS = 5

/** Folding the journal of a run that soaked for very long: the records of the lab's run, with its looks and its restarts repeated between. */
export async function foldRecords({ folder, modules }) {
  const { fold } = await import(pathToFileURL(join(modules, 'fold.cjs')).href)
  const entries = longJournal(await labJournal(folder))
  const times = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now()
    const state = fold(entries)
    times.push(performance.now() - startedAt)
    if (state.finished?.state !== 'nomad-removed') throw new Error('the fold did not come to the end of the run')
  }
  return {
    rows: [{ what: `${RECORDS.toLocaleString('en-GB')} records folded, cold`, measured: times[0], limit: 1_000, unit: 'ms' }],
    notes: [`folding again in the same process takes ${Math.min(...times).toFixed(0)} ms`],
  }
}

async function labJournal(folder) {
  const runs = join(folder, 'plans/.jmc-migrate/jayne-martin-counselling.lab/runs')
  const last = (await readdir(runs)).sort().at(-1)
  const text = await readFile(join(runs, last, 'journal.jsonl'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

function longJournal(journal) {
  const soaking = journal.findIndex(({ record }) => record.type === 'gate-progress')
  const attached = journal.find(({ record }) => record.type === 'process-attached')
  if (soaking === -1 || !attached) throw new Error('the journal of the lab run holds no hold')
  const looks = Array.from({ length: RECORDS - journal.length }, (_, index) => (index % 100 === 99 ? attached : journal[soaking]))
  const all = [...journal.slice(0, soaking), ...looks, ...journal.slice(soaking)]
  return all.map((entry, index) => ({ ...entry, sequence: index + 1, at: attached.at + index }))
}
