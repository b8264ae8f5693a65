import type { HelmChart, RenderedText, RenderingPort } from '../../domain/ports/rendering.ts'
import { ProblemError } from '../../domain/problem.ts'
import { copyChart, refuseTooBig } from './chart-copy.ts'
import { refusedByHelm } from './helm-message.ts'
import { refuseOldHelm } from './helm-version.ts'
import type { RunTool, ToolOutcome } from './run-tool.ts'
import { toolEnvironment } from './tool-environment.ts'
import { helmMissing } from './tool-problems.ts'
import { inWorkFolder } from './work-folder.ts'

export interface ToolOptions {
  /** The program: a name in the `PATH` of `env`, or a path. */
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly run: RunTool
}

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
    const copy = await copyChart(folder, chart)
    const outcome = await options.run(options.program, {
      args: [...verb, ...copy.args],
      env: toolEnvironment(options.env, folder),
      folder,
      stdin: copy.stdin,
    })
    if (!outcome.ran) throw new ProblemError(helmMissing(options.program, outcome.reason))
    return { ran: outcome, say: copy.say }
  }

  return {
    helmTemplate: async (chart): Promise<RenderedText> => {
      const version = chart.kubernetesVersion === undefined ? [] : ['--kube-version', chart.kubernetesVersion]
      const { ran, say } = await ask(['template', chart.release, '--include-crds', '--skip-tests', ...version], chart)
      if (ran.exitCode !== 0) throw new ProblemError(refusedByHelm(chart.chart, say(ran.stderr), chart.values))
      return { yaml: ran.stdout, warnings: warnings(say(ran.stderr)) }
    },
    helmLint: async (chart) => {
      const { ran, say } = await ask(['lint'], chart)
      const found = lintMessages(say(ran.stdout))
      // Errors that it found make it fail, too; only silence is a failure to look.
      if (ran.exitCode !== 0 && found.every((each) => each.severity !== 'error'))
        throw new ProblemError(refusedByHelm(chart.chart, say(ran.stderr), chart.values))
      return found
    },
  }
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
