// Draws who answered visitors during a handover in portions: `node scripts/draw-handover.mjs RECORDING > docs/handover.svg`, where RECORDING.samples.jsonl and
// RECORDING.journal.jsonl are what `npm run test:e2e -- test/e2e/migration/handover` keeps of a scenario in node_modules/.cache/visitors.
import { readFileSync } from 'node:fs'

const [recording] = process.argv.slice(2)
if (recording === undefined) throw new Error('which recording? node scripts/draw-handover.mjs FOLDER/handover-in-portions-fast')

const lines = (end) =>
  readFileSync(`${recording}.${end}.jsonl`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** What visitors get from the write of a step on, of the plan in portions. */
const BANDS = new Map([
  ['only-me', 'only me'],
  ['canary', '5%'],
  ['half', '50%'],
  ['with-spare', 'failover: Nomad is the spare'],
  ['alone', 'Kubernetes alone'],
  ['stop', 'job stopped'],
])

const BIN = 0.5
const [WIDTH, HEIGHT] = [960, 372]
const PLOT = { left: 56, right: 944, top: 112, bottom: 292 }
const FAILED = { top: 328, bottom: 352 }
/** Names of bands stand in two rows by turns: some bands are narrow. */
const ROWS = [102, 84]

const samples = lines('samples').filter((each) => each.type === 'sample' && each.asked !== 'socket-echo')
const began = Math.min(...samples.map(({ at }) => at))
const seconds = (at) => (at - began) / 1000
const bins = binned(samples)
// The last one is not full.
const last = bins.length - 1
const most = Math.max(...bins.slice(0, last).map(({ nomad, kubernetes, failed }) => nomad + kubernetes + failed)) / BIN
const top = most * 1.05
const x = (second) => PLOT.left + (second / (last * BIN)) * (PLOT.right - PLOT.left)
const y = (rate) => PLOT.bottom - (rate / top) * (PLOT.bottom - PLOT.top)
const bands = bandsOf(lines('journal'))
const wrong = samples.filter(({ verdict }) => verdict !== 'right')

process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title about">`,
    `<title id="title">One handover in portions, as visitors saw it</title>`,
    `<desc id="about">${summary()}. ${bands.map(({ name, from }) => `From second ${from.toFixed(1)}: ${name}`).join('. ')}.</desc>`,
    `<style>${style()}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    text(PLOT.left, 30, 'One handover in portions, as visitors saw it', 'heading'),
    text(PLOT.left, 50, `answers a second, by who gave them and when they were asked for; ${summary()}`, 'quiet'),
    ...legend(),
    ...bands.map(background),
    ...axes(),
    area(
      'kubernetes',
      () => 0,
      ({ kubernetes }) => kubernetes,
    ),
    area(
      'nomad',
      ({ kubernetes }) => kubernetes,
      ({ kubernetes, nomad }) => kubernetes + nomad,
    ),
    ...bands.map(band),
    ...failedLane(),
    '</svg>',
    '',
  ].join('\n'),
)

function binned(all) {
  const found = []
  for (const { at, verdict, side } of all) {
    const bin = (found[Math.floor(seconds(at) / BIN)] ??= { nomad: 0, kubernetes: 0, failed: 0 })
    bin[verdict === 'right' ? side : 'failed'] += 1
  }
  return Array.from(found, (bin) => bin ?? { nomad: 0, kubernetes: 0, failed: 0 })
}

/** From each write to the next one: what the file says is what visitors get, a moment later. The first undo takes them all back. */
function bandsOf(journal) {
  const done = journal.filter(({ record }) => record.type === 'effect-done' && BANDS.has(record.step))
  const back = done.filter(({ record }) => record.direction === 'undo').slice(0, 1)
  const starts = [
    { name: 'Nomad', from: 0 },
    ...done
      .filter(({ record }) => record.direction === 'apply')
      .map(({ at, record }) => ({ name: BANDS.get(record.step), from: seconds(at) })),
    ...back.map(({ at }) => ({ name: 'rolled back', from: seconds(at) })),
  ]
  return starts.map((each, index) => ({ ...each, to: starts[index + 1]?.from ?? last * BIN }))
}

function summary() {
  const count = (verdict) => samples.filter((each) => each.verdict === verdict).length
  return `${samples.length} requests, ${count('failed')} failed, ${count('wrong')} wrong`
}

/** Steps, one a bin, between two heights. */
function area(name, from, to) {
  const edge = (height) =>
    bins.slice(0, last).flatMap((bin, index) => [index, index + 1].map((side) => `${round(x(side * BIN))} ${round(y(height(bin) / BIN))}`))
  return `<path class="${name}" d="M${edge(to).join('L')}L${edge(from).toReversed().join('L')}Z"/>`
}

function axes() {
  const rates = Array.from({ length: Math.floor(top / 50) + 1 }, (_, index) => index * 50).map((rate) => [
    `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${round(y(rate))}" y2="${round(y(rate))}"/>`,
    text(PLOT.left - 8, y(rate) + 4, rate, 'quiet end'),
  ])
  const ticks = Array.from({ length: Math.floor((last * BIN) / 10) + 1 }, (_, index) => index * 10)
  return [...rates.flat(), ...ticks.map((tick) => text(x(tick), PLOT.bottom + 18, `${tick} s`, 'quiet middle'))]
}

/** A tint behind every second one. */
function background({ from, to }, index) {
  const rows = `y="${ROWS[index % 2] - 14}" height="${PLOT.bottom - ROWS[index % 2] + 14}"`
  return index % 2 === 0 ? '' : `<rect class="tint" x="${round(x(from))}" width="${round(x(to) - x(from))}" ${rows}/>`
}

function band({ name, from }, index) {
  const at = x(from)
  const row = ROWS[index % 2]
  const line = `<line class="write" x1="${round(at)}" x2="${round(at)}" y1="${row - 14}" y2="${PLOT.bottom}"/>`
  return `${index === 0 ? '' : line}${text(at + (index === 0 ? 0 : 5), row, name, 'label')}`
}

function legend() {
  const entry = (name, label, at) => [
    `<rect class="${name}" x="${at}" y="20" width="11" height="11" rx="2"/>`,
    text(at + 17, 30, label, 'label'),
  ]
  return [...entry('nomad', 'Nomad', 700), ...entry('kubernetes', 'Kubernetes', 775), ...entry('failed', 'failed', 880)]
}

/** A lane of its own, where a single one is seen. */
function failedLane() {
  const bars = bins.slice(0, last).flatMap(({ failed }, index) => {
    if (failed === 0) return []
    const height = Math.max(3, Math.min(1, failed / BIN / top) * (FAILED.bottom - FAILED.top))
    return [
      `<rect class="failed" x="${round(x(index * BIN))}" y="${round(FAILED.bottom - height)}" width="${round(x(BIN) - x(0))}" height="${round(height)}"/>`,
    ]
  })
  return [
    text(PLOT.left - 8, FAILED.bottom, 'failed', 'quiet end'),
    `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${FAILED.bottom}" y2="${FAILED.bottom}"/>`,
    ...bars,
    ...(wrong.length === 0 ? [text(PLOT.left, FAILED.bottom - 7, 'none, from beginning to end', 'quiet')] : []),
  ]
}

function text(at, baseline, words, kind) {
  return `<text class="${kind}" x="${round(at)}" y="${round(baseline)}">${words}</text>`
}

function round(number) {
  return Math.round(number * 10) / 10
}

function style() {
  const colours = ({ page, ink, quiet, grid, tint, nomad, kubernetes, failed }) =>
    `.page{fill:${page}}text{fill:${ink}}.quiet{fill:${quiet}}.grid{stroke:${grid}}.tint{fill:${tint}}.write{stroke:${ink}}.nomad{fill:${nomad}}.kubernetes{fill:${kubernetes}}.failed{fill:${failed}}`
  const light = {
    page: '#fcfcfb',
    ink: '#0b0b0b',
    quiet: '#52514e',
    grid: '#d6d5cd',
    tint: '#f0efea',
    nomad: '#eda100',
    kubernetes: '#2a78d6',
    failed: '#d03b3b',
  }
  const dark = {
    page: '#1a1a19',
    ink: '#ffffff',
    quiet: '#c3c2b7',
    grid: '#45443f',
    tint: '#272725',
    nomad: '#c98500',
    kubernetes: '#3987e5',
    failed: '#e66767',
  }
  return [
    'text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}.heading{font-size:16px;font-weight:600}.quiet{font-size:12px}.end{text-anchor:end}.middle{text-anchor:middle}',
    '.grid{stroke-width:1}.write{stroke-width:1;stroke-dasharray:3 3;opacity:.7}.label{font-weight:500}',
    colours(light),
    `@media (prefers-color-scheme:dark){${colours(dark)}}`,
  ].join('')
}
