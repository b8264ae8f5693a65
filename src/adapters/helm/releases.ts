import type { HelmPort, HelmRelease } from '../../domain/ports/helm.ts'
import type { HelmChart } from '../../domain/ports/rendering.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import { copyChart, refuseTooBig } from '../rendering/chart-copy.ts'
import { refusedByHelm } from '../rendering/helm-message.ts'
import { refuseOldHelm } from '../rendering/helm-version.ts'
import type { RunTool, ToolOutcome } from '../rendering/run-tool.ts'
import { runTool } from '../rendering/run-tool.ts'
import { helmMissing } from '../rendering/tool-problems.ts'
import { inWorkFolder } from '../rendering/work-folder.ts'
import { readHistory, readRelease } from './answers.ts'
import type { ClusterChoice } from './cluster-environment.ts'
import { clusterEnvironment } from './cluster-environment.ts'
import { notAnswered, notDone, refusedByCluster, wordsOf } from './release-problems.ts'

export interface ReleasesOptions extends ClusterChoice {
  readonly env: Readonly<Record<string, string | undefined>>
  /** `helm` of the `PATH` unless told. */
  readonly helm?: string
  readonly run?: RunTool
}

/** Helm gives its hooks five minutes; a little longer, so that it is helm who ends. */
const EFFECT_TIMEOUT_MS = 330_000
/** `helm list` alone finds by labels. Its flag for all states is another one in every major version; the states are not. */
const ANY_STATE = ['--deployed', '--failed', '--pending', '--superseded', '--uninstalling', '--uninstalled']

type Ran = Extract<ToolOutcome, { ran: true }>
interface Call {
  readonly args: readonly string[]
  readonly stdin?: string
  readonly timeoutMs?: number
}

interface Upgrade {
  readonly flags: readonly string[]
  readonly refused: (said: string) => Problem
  readonly timeoutMs?: number
}

/** Releases with the user's own helm, on the cluster that the plan names. */
export function createReleases({ env, helm = 'helm', run = runTool, ...choice }: ReleasesOptions): HelmPort {
  const context = choice.context === undefined ? [] : ['--kube-context', choice.context]
  let version: Promise<void> | undefined
  const newEnough = (): Promise<void> => (version ??= refuseOldHelm({ program: helm, env, run }).catch(forget))
  const forget = (error: unknown): never => {
    version = undefined
    throw error
  }

  async function runIn(folder: string, { args, ...call }: Call): Promise<Ran> {
    await newEnough()
    const outcome = await run(helm, { ...call, args: [...args, ...context], env: clusterEnvironment(env, folder, choice), folder })
    if (!outcome.ran) throw new ProblemError(helmMissing(helm, outcome.reason))
    return outcome
  }
  const ask = (release: HelmRelease, words: readonly string[], call: Partial<Call> = {}): Promise<Ran> =>
    inWorkFolder((folder) => runIn(folder, { ...call, args: [...words, '--namespace', release.namespace] }))
  const answered = async (release: HelmRelease, what: string, words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await ask(release, words)
    if (exitCode !== 0) throw new ProblemError(notAnswered(release, what, wordsOf(stderr)))
    return stdout
  }
  const done = async (release: HelmRelease, what: string, words: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await ask(release, words, { timeoutMs: EFFECT_TIMEOUT_MS })
    if (exitCode !== 0) throw new ProblemError(notDone(release, what, wordsOf(stderr)))
  }
  const upgrade = (chart: HelmChart, { flags, refused, ...time }: Upgrade): Promise<string> => {
    refuseTooBig(chart)
    return inWorkFolder(async (folder) => {
      const { args, stdin, say } = await copyChart(folder, chart)
      // Without --reset-values an upgrade without values would go on with those of the revision before.
      const words = ['upgrade', chart.release, ...args, '--install', '--reset-values', ...flags]
      const { exitCode, stdout, stderr } = await runIn(folder, { args: words, stdin, ...time })
      if (exitCode !== 0) throw new ProblemError(refused(say(stderr)))
      return stdout
    })
  }

  return {
    history: async (release) => {
      const { exitCode, stdout, stderr } = await ask(release, ['history', release.name, '--output', 'json'])
      if (exitCode === 0) return readHistory(stdout)
      if (/release: not found/.test(stderr)) return []
      throw new ProblemError(notAnswered(release, 'say the history', wordsOf(stderr)))
    },
    contents: async (release, revision) => {
      const get = (what: string): Promise<string> =>
        answered(release, `give the ${what}`, ['get', what, release.name, '--revision', String(revision)])
      const [manifest, hooks] = await Promise.all([get('manifest'), get('hooks')])
      return { manifest, hooks }
    },
    newestHas: async (release, labels) => {
      const words = ['list', '--filter', `^${release.name}$`, '--selector', labelsOf(labels), ...ANY_STATE, '--short']
      return (await answered(release, 'find the labels', words)).trim() !== ''
    },
    preview: async (chart) => {
      const release = { name: chart.release, namespace: chart.namespace }
      return readRelease(
        await upgrade(chart, {
          flags: ['--dry-run=server', '--output', 'json'],
          refused: (said) => refusedByCluster(release, wordsOf(said)) ?? refusedByHelm(chart.chart, said),
        }),
      )
    },
    upgrade: async (chart, { description, labels, createNamespace }) => {
      const flags = ['--description', description, '--labels', labelsOf(labels), ...(createNamespace ? ['--create-namespace'] : [])]
      const release = { name: chart.release, namespace: chart.namespace }
      await upgrade(chart, { flags, refused: (said) => notDone(release, 'upgrade', wordsOf(said)), timeoutMs: EFFECT_TIMEOUT_MS })
    },
    rollback: (release, revision) => done(release, 'roll back', ['rollback', release.name, String(revision)]),
    // Else pods outlive the objects that are seen to be gone.
    uninstall: (release) => done(release, 'uninstall', ['uninstall', release.name, '--cascade', 'foreground']),
  }
}

const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
