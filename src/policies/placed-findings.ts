import type { PolicyFinding } from '../domain/policy.ts'
import type { PlanFiles } from '../domain/ports/index.ts'
import type { SourcePlace } from '../domain/problem.ts'
import type { RenderedChart } from '../domain/rendered-object.ts'
import type { ManifestPlaces } from './place-in-manifest.ts'
import { manifestPlaces } from './place-in-manifest.ts'

/** Findings at the lines of their fields, as far as files say them: of manifests the field's, of charts what the rule itself named. */
export async function placedFindings(
  findings: readonly PolicyFinding[],
  charts: readonly RenderedChart[],
  files: Pick<PlanFiles, 'read'>,
): Promise<readonly PolicyFinding[]> {
  const read = new Map<string, Promise<ManifestPlaces>>()
  const placesOf = (file: string): Promise<ManifestPlaces> => {
    const places = read.get(file) ?? files.read(file).then((text) => manifestPlaces(file, text), whereDocumentsBegin(file))
    read.set(file, places)
    return places
  }
  return Promise.all(
    findings.map(async (finding): Promise<PolicyFinding> => {
      const { source, path, object } = finding
      if (source === undefined) return withSource(finding, placeInChart(finding, charts))
      if (source.line === undefined || path === undefined) return finding
      const places = await placesOf(source.file)
      return { ...finding, source: places({ object, line: source.line, path }) }
    }),
  )
}

/** A file that is gone since it was rendered: a finding is told all the same. */
const whereDocumentsBegin =
  (file: string) =>
  (): ManifestPlaces =>
  ({ line }) => ({ file, line, column: 1 })

const withSource = (finding: PolicyFinding, source: SourcePlace | undefined): PolicyFinding =>
  source === undefined ? finding : { ...finding, source }

/** Rules about charts name a file of the chart, and where they can the line: `values.yaml:12`, `Chart.yaml: dependencies[0]`. */
function placeInChart({ object, path }: PolicyFinding, charts: readonly RenderedChart[]): SourcePlace | undefined {
  const [, name, line] = /^([^\s:]+)(?::(\d+))?/.exec(path ?? '') ?? []
  const chart = charts.find((each) => each.chart === object)
  if (name === undefined || chart === undefined) return undefined
  const file = `${object.replace(/(?<=.)\/+$/, '')}/${name}`
  if (!chart.files.has(file)) return undefined
  return line === undefined ? { file } : { file, line: Number(line), column: 1 }
}
