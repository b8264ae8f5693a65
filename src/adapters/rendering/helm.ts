import { join } from 'node:path'
import type { HelmChart, RenderedText, RenderingPort } from '../../domain/ports/rendering.ts'
import { ProblemError } from '../../domain/problem.ts'
import { refusedByHelm } from './helm-message.ts'
import { refuseOldHelm } from './helm-version.ts'
import type { RunTool, ToolOutcome } from './run-tool.ts'
import { toolEnvironment } from './tool-environment.ts'
import { helmMissing, tooBig } from './tool-problems.ts'
import { nestedValues, onCommandLine } from './values.ts'
import { below, inWorkFolder, writeTexts } from './work-folder.ts'

export interface ToolOptions {
  /** The program: a name in the `PATH` of `env`, or a path. */
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly run: RunTool
}

/** As large as a chart may be, bytes of all its texts. */
const LARGEST_CHART = 5 * 1024 * 1024

type Ran = Extract<ToolOutcome, { ran: true }>

/** `helm template` and `helm lint` as the user has them, on a copy of the chart's files. */
export function createHelm(options: ToolOptions): Pick<RenderingPort, 'helmTemplate' | 'helmLint'> {
  let version: Promise<void> | undefined
  const newEnough = (): Promise<void> =>
    (version ??= refuseOldHelm(options).catch((error: unknown) => {
      version = undefined
      throw error
    }))
  const ask = async (verb: readonly string[], chart: HelmChart): Promise<{ readonly ran: Ran; readonly say: (text: string) => string }> => {
    refuseTooBig(chart)
    // Both at once: each is a tenth of a second. What an old helm says matters less than that it is old.
    const [old, answer] = await Promise.allSettled([newEnough(), inWorkFolder((folder) => askIn(folder, verb, chart))])
    if (old.status === 'rejected') throw old.reason
    if (answer.status === 'rejected') throw answer.reason
    return answer.value
  }

  async function askIn(folder: string, verb: readonly string[], chart: HelmChart) {
    await writeTexts(join(folder, 'chart'), below(chart.chart, chart.files))
    const values = chart.values.map((path, index) => [`values-${index}.yaml`, chart.files.get(path) ?? ''] as const)
    await writeTexts(folder, values)
    // Values that may be secret go through stdin: they are on no command line and on no disk.
    const args = [
      ...verb,
      join(folder, 'chart'),
      '--namespace',
      chart.namespace,
      ...values.flatMap(([name]) => ['--values', join(folder, name)]),
      '--values',
      '-',
      ...onCommandLine(chart.set),
    ]
    const outcome = await options.run(options.program, {
      args,
      env: toolEnvironment(options.env, folder),
      folder,
      stdin: JSON.stringify(nestedValues(chart.set)),
    })
    if (!outcome.ran) throw new ProblemError(helmMissing(options.program, outcome.reason))
    const say = (text: string): string =>
      chart.values
        .reduce((said, path, index) => said.replaceAll(join(folder, `values-${index}.yaml`), path), text)
        .replaceAll(join(folder, 'chart'), chart.chart)
    return { ran: outcome, say }
  }

  return {
    helmTemplate: async (chart): Promise<RenderedText> => {
      const version = chart.kubernetesVersion === undefined ? [] : ['--kube-version', chart.kubernetesVersion]
      const { ran, say } = await ask(['template', chart.release, '--include-crds', '--skip-tests', ...version], chart)
      if (ran.exitCode !== 0) throw new ProblemError(refusedByHelm(chart.chart, say(ran.stderr)))
      return { yaml: ran.stdout, warnings: warnings(say(ran.stderr)) }
    },
    helmLint: async (chart) => {
      const { ran, say } = await ask(['lint'], chart)
      const found = lintMessages(say(ran.stdout))
      // Errors that it found make it fail, too; only silence is a failure to look.
      if (ran.exitCode !== 0 && found.every((each) => each.severity !== 'error'))
        throw new ProblemError(refusedByHelm(chart.chart, say(ran.stderr)))
      return found
    },
  }
}

function refuseTooBig(chart: HelmChart): void {
  const bytes = below(chart.chart, chart.files).reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0)
  if (bytes > LARGEST_CHART) throw new ProblemError(tooBig(chart, bytes, LARGEST_CHART))
}

const warnings = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(level=(INFO|DEBUG)|time=\S+ level=(INFO|DEBUG))/.test(line))

const SEVERITIES = { INFO: 'info', WARNING: 'warning', ERROR: 'error' } as const

/** `[WARNING] templates/: …`; further lines belong to the one before. */
function lintMessages(stdout: string): Awaited<ReturnType<RenderingPort['helmLint']>> {
  const found: { severity: 'error' | 'warning' | 'info'; message: string }[] = []
  for (const line of stdout.split('\n')) {
    const [, severity, message] = /^\[(INFO|WARNING|ERROR)\] (.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (severity !== undefined && message !== undefined) found.push({ severity: SEVERITIES[severity as keyof typeof SEVERITIES], message })
    else if (last !== undefined && /^\s+\S/.test(line)) last.message += ` ${line.trim()}`
  }
  return found
}
