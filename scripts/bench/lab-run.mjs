import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runNode } from './process.mjs'

const PLAN = 'plans/jayne-martin-counselling.yaml'
const JOB = 'fixtures/jayne-martin-counselling/nomad/job.json'
const RUNS = 3

/** The whole migration in the lab: its time without what it was told to wait for, and the peak memory of its process (the lab is in it). */
export async function labRun({ folder, cli, modules }) {
  const peakFile = join(folder, 'peak')
  const preload = join(folder, 'print-peak.cjs')
  await writeFile(
    preload,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)))\n`,
  )
  const shutdownDelay = await shutdownDelayInLab(folder, modules)
  const runs = []
  for (let run = 0; run < RUNS; run += 1) {
    await rm(join(folder, 'plans/.jmc-migrate'), { recursive: true, force: true })
    const { ms, stdout } = await runNode(['--require', preload, cli, 'run', PLAN, '--lab', '--yes', '--json'], { cwd: folder })
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { intervals, holds } = waits(events)
    // maxRSS is in kibibytes.
    const peak = Number(await readFile(peakFile, 'utf8')) * 1024
    runs.push({ ms, events, intervals, holds, shutdownDelay, peak, working: ms - intervals - holds - shutdownDelay })
  }
  const best = runs.toSorted((a, b) => a.working - b.working)[0]
  return {
    rows: [
      { what: 'the lab migration, without holds and intervals', measured: best.working, limit: 3_000, unit: 'ms' },
      {
        what: 'peak memory of that run, the lab included',
        measured: Math.max(...runs.map((run) => run.peak)),
        limit: 150e6,
        unit: 'bytes',
      },
    ],
    notes: [subtraction(best), `  of it: ${whereItWent(best)}`],
  }
}

/** How long the lab lets the stopped job's tasks live on for the plan's own job (ms). */
async function shutdownDelayInLab(folder, modules) {
  const { LONGEST_SHUTDOWN_DELAY_MS } = await import(pathToFileURL(join(modules, 'allocations.cjs')).href)
  const document = JSON.parse(await readFile(join(folder, JOB), 'utf8'))
  const delays = (document.Job ?? document).TaskGroups.map((group) => (group.ShutdownDelay ?? 0) / 1e6)
  return Math.min(LONGEST_SHUTDOWN_DELAY_MS, Math.max(...delays))
}

/** What gates waited on purpose (ms): `interval` after each look that did not settle them, and the length of the hold, whose looks are part of it. */
function waits(events) {
  let intervals = 0
  let holds = 0
  for (const { type, policy, progress } of events) {
    if (type !== 'observed') continue
    if (progress.phase === 'settling') intervals += policy.interval
    if (progress.phase === 'passed') holds += Math.min(policy.hold, progress.observedHoldMs)
  }
  return { intervals, holds }
}

function subtraction({ ms, intervals, holds, shutdownDelay, working }) {
  const parts = [
    `${seconds(intervals)} slept between looks`,
    `${seconds(holds)} of hold (the lab's, shortened from the plan's)`,
    `${seconds(shutdownDelay)} of Nomad's shutdown_delay (the lab's, shortened from the job's)`,
  ]
  return `the lab migration: ${seconds(ms)} in all, less ${parts.join(', ')}, leaves ${seconds(working)}; the best of ${RUNS} runs`
}

/** The working time by part of the run, waits taken off. */
function whereItWent({ events, working, shutdownDelay }) {
  const at = (type) => Date.parse(events.find((event) => event.type === type).at)
  const preflight = at('preflight-finished') - at('run-started')
  const preview = at('step-started') - at('preflight-finished')
  const steps = events
    .filter((event) => event.type === 'step-done')
    .map(({ step, ms }) => {
      const own = waits(events.filter((event) => event.step === step))
      const delay = events.some((event) => event.step === step && event.kind === 'stop-nomad-job') ? shutdownDelay : 0
      return [step, ms - own.intervals - own.holds - delay]
    })
  const known = [['preflight', preflight], ['preview', preview], ...steps]
  const rest = working - known.reduce((sum, [, ms]) => sum + ms, 0)
  return [...known, ['start, end and between', rest]].map(([name, ms]) => `${name} ${seconds(ms)}`).join(', ')
}

const seconds = (ms) => `${(ms / 1_000).toFixed(2)} s`
