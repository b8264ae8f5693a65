import type { Problem, SourcePlace } from '../../domain/problem.ts'

/** What helm said when it refused, as far as it was looked into. `chart`: the chart's folder as the plan names it. */
export function refusedByHelm(chart: string, stderr: string, values: readonly string[] = []): Problem {
  const lines = messageLines(stderr)
  return missingDependencies(chart, lines) ?? outsideSchema(chart, lines) ?? notRendered(chart, lines, values)
}

const attempted = (chart: string): string => `render the chart ${chart}`

/** Helm's own words, without its log and its advice about flags that nobody passed. */
const messageLines = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .map((line) => line.replace(/^Error: (?:INSTALLATION FAILED: )?/, '').trimEnd())
    .filter((line) => line.trim() !== '' && !/^(level=|time=|Use --debug flag|walk\.go:|install\.go:)/.test(line))

function missingDependencies(chart: string, lines: readonly string[]): Problem | undefined {
  const names = /missing in charts\/ directory: (.+)$/.exec(lines.join(' '))?.[1]
  if (names === undefined) return undefined
  return {
    code: 'chart-dependencies-missing',
    summary: `the chart ${chart} needs other charts that are not in its folder charts/: ${names}`,
    attempted: attempted(chart),
    next: [
      `fetch them: helm dependency build ${chart}`,
      `and unpack them beside the chart: (cd ${chart}/charts && for each in *.tgz; do tar -xzf "$each" && rm "$each"; done)`,
    ],
    location: { file: `${chart}/Chart.yaml` },
    effect: 'no',
  }
}

/** `values.schema.json` says no: a typo in a values file or in `set`, or a value out of its bounds. */
function outsideSchema(chart: string, lines: readonly string[]): Problem | undefined {
  const start = lines.findIndex((line) => line.startsWith("values don't meet the specifications of the schema"))
  if (start === -1) return undefined
  const wrong = lines.slice(start + 1).filter((line) => line.startsWith('- '))
  const said = wrong.map((line) => asValue(line.slice(2)))
  return {
    code: 'chart-values-refused',
    summary: `the values do not fit the schema of the chart ${chart}: ${said[0] ?? 'it does not say why'}`,
    attempted: attempted(chart),
    details: said.length > 1 ? said : lines.slice(start + 1).filter((line) => !wrong.includes(line) && !line.endsWith(':')),
    next: [`correct \`values\` or \`set\`; ${chart}/values.schema.json says what the chart takes`],
    effect: 'no',
  }
}

/** `at '/backend/replicaCount': maximum: got 20, want 10` → `backend.replicaCount: maximum: got 20, want 10`; likewise helm 3.14's `(root): …`. */
function asValue(said: string): string {
  const [, pointer, rest] = /^at '([^']*)': (.*)$/.exec(said) ?? []
  if (pointer !== undefined && rest !== undefined) return pointer === '' ? rest : `${pointer.slice(1).replaceAll('/', '.')}: ${rest}`
  return said.replace(/^\(root\): /, '')
}

function notRendered(chart: string, lines: readonly string[], values: readonly string[]): Problem {
  const place = placeIn(chart, lines)
  const [first = 'helm ended without a word', ...more] = lines.map((line) => withoutPlace(line))
  const where = place === undefined ? `the chart ${chart}` : place.line === undefined ? place.file : `${place.file}:${place.line}`
  return {
    code: 'chart-not-rendered',
    summary: `${where} does not render: ${first}`,
    attempted: attempted(chart),
    ...(more.length > 0 && { details: more.slice(0, 8) }),
    next: [
      'correct the template or the values it uses',
      `see it alone: helm template ${[chart, ...values.map((file) => `--values ${file}`)].join(' ')}   # and with the plan's \`set\``,
    ],
    ...(place && { location: place }),
    effect: 'no',
  }
}

/** Helm says `NAME/templates/x.yaml:7:9`, with the chart's name where the plan knows its folder; the last one said is the innermost. */
function placeIn(chart: string, lines: readonly string[]): SourcePlace | undefined {
  const found = [
    ...lines.join('\n').matchAll(/[^\s/"'(]+\/((?:[^\s:"'()]+\/)?(?:templates|crds)\/[^\s:"'()]+?\.\w+)(?::(\d+)(?::(\d+))?)?/g),
  ]
  const last = found.findLast((each) => each[2] !== undefined) ?? found.at(-1)
  if (last === undefined) return undefined
  const file = `${chart}/${last[1]}`
  return last[2] === undefined ? { file } : { file, line: Number(last[2]), column: Number(last[3] ?? 1) }
}

/** `execution error at (app/templates/x.yaml:7:9): secrets.pw is needed` → `secrets.pw is needed`. */
const withoutPlace = (line: string): string =>
  line
    .replace(/^(?:execution|parse) error at \([^)]*\): /, '')
    .replace(/^YAML parse error on \S+: error converting YAML to JSON: yaml: (?:line \d+: )?/, 'its output is no YAML: ')
    .replace(/^template: \S+:\d+:\d+: /, '')
