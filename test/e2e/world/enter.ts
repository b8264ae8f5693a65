import { dirname } from 'node:path'
import type { ResultPromise } from 'execa'
import { execa } from 'execa'
import { NOMAD } from './addresses.ts'
import type { WorldFolder } from './folder.ts'
import { kubeconfig } from './kubernetes.ts'
import type { Tools } from './tools/build-tools.ts'
import { systemPath } from './tools/programs.ts'

/** Options of a command inside a world, as execa takes them; it sees only the environment that is given here. */
export interface InsideOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  readonly stdin?: 'pipe' | 'ignore'
  /** Milliseconds. */
  readonly timeout?: number
  /** Milliseconds between being told to end and being killed; 5,000 unless told. */
  readonly forceKillAfterDelay?: number
}
type Entered = ResultPromise<InsideOptions & { reject: false }>
export type Enter = (command: string, words?: readonly string[], options?: InsideOptions) => Entered

export interface Commands {
  readonly environment: Readonly<Record<string, string>>
  readonly enter: Enter
  /** Kills what still runs. */
  end(): Promise<void>
}

/** Commands in a world's network and, so that they find the machine's files, in no other of its namespaces. */
export function commandsIn(folder: WorldFolder, pid: number, tools: Tools): Commands {
  const running = new Set<Entered>()
  const caches = { KUBECACHEDIR: 'kubecache', HELM_CACHE_HOME: 'helm', HELM_CONFIG_HOME: 'helm', HELM_DATA_HOME: 'helm' }
  const environment = {
    PATH: [tools.folders.clients, tools.folders.nomad, dirname(process.execPath), systemPath()].join(':'),
    HOME: folder.in('home'),
    KUBECONFIG: kubeconfig(folder, 'operator'),
    NOMAD_ADDR: NOMAD,
    NOMAD_TOKEN: folder.nomadToken,
    // kubectl keeps what it discovers by host and port, and those are the same in every world.
    ...Object.fromEntries(Object.entries(caches).map(([name, part]) => [name, folder.in('home', part)])),
  }
  const enter: Enter = (command, words = [], options = {}) => {
    // All three become the command, so its pid is known. setpriv: a test that is killed takes it along.
    const entered = ['--target', String(pid), '--net', '--', 'setpriv', '--pdeathsig', 'KILL', command, ...words]
    const child = execa('nsenter', entered, { ...options, env: { ...environment, ...options.env }, extendEnv: false, reject: false })
    running.add(child)
    void child.then(() => running.delete(child))
    return child
  }
  return {
    environment,
    enter,
    end: async (): Promise<void> => {
      const left = [...running]
      for (const child of left) child.kill('SIGKILL')
      await Promise.all(left)
    },
  }
}
