import { join } from 'node:path'
import type { HelmChart } from '../../domain/ports/rendering.ts'
import { ProblemError } from '../../domain/problem.ts'
import { tooBig } from './tool-problems.ts'
import { nestedValues, onCommandLine } from './values.ts'
import { below, writeTexts } from './work-folder.ts'

/** As large as a chart may be, bytes of all its texts. */
const LARGEST_CHART = 5 * 1024 * 1024

/** A chart in a folder of its own, as helm is asked about it. */
export interface ChartCopy {
  /** After the verb and the release's name. */
  readonly args: readonly string[]
  readonly stdin: string
  /** What helm says, with the paths of the plan in place of the folder's. */
  readonly say: (text: string) => string
}

/** Writes the chart and its values files into the folder. Values that may be secret go through stdin: they are on no command line and on no disk. */
export async function copyChart(folder: string, chart: HelmChart): Promise<ChartCopy> {
  const values = chart.values.map((path, index) => [`values-${index}.yaml`, chart.files.get(path) ?? ''] as const)
  await Promise.all([writeTexts(join(folder, 'chart'), below(chart.chart, chart.files)), writeTexts(folder, values)])
  const files = values.flatMap(([name]) => ['--values', join(folder, name)])
  return {
    args: [join(folder, 'chart'), '--namespace', chart.namespace, ...files, '--values', '-', ...onCommandLine(chart.set)],
    stdin: JSON.stringify(nestedValues(chart.set)),
    say: (text) =>
      chart.values
        .reduce((said, path, index) => said.replaceAll(join(folder, `values-${index}.yaml`), path), text)
        .replaceAll(join(folder, 'chart'), chart.chart),
  }
}

/** Rejects with `chart-too-big`. */
export function refuseTooBig(chart: HelmChart): void {
  const bytes = below(chart.chart, chart.files).reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)
  if (bytes > LARGEST_CHART) throw new ProblemError(tooBig(chart, bytes, LARGEST_CHART))
}
