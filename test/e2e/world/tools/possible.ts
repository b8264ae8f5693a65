import { execa } from 'execa'
import { title } from '../../../real/servers/tools.ts'
import { installPackages, missingPackages } from './programs.ts'

export { title }

/** What decides whether a world can be started. */
export interface Machine {
  readonly platform: string
  readonly uid: number | undefined
  readonly ci: boolean
}

const here = (): Machine => ({ platform: process.platform, uid: process.getuid?.(), ci: ['true', '1'].includes(process.env['CI'] ?? '') })

/**
 * Why no world can be started here; undefined where it can. In CI that is a failure, never a skip:
 * `const reason = await whyNoWorld(); describe.skipIf(reason !== undefined)(title('…', reason), …)`.
 */
export async function whyNoWorld(machine: Machine = here()): Promise<string | undefined> {
  const reason = await whatIsMissing(machine)
  if (reason !== undefined && machine.ci) throw new Error(`a world of real servers cannot be started here: ${reason}`)
  return reason
}

/** In CI, as root, the packages of missing programs are installed; on a person's machine nothing is. */
export async function installMissing(): Promise<void> {
  const { uid, ci } = here()
  const missing = await missingPackages()
  if (missing.length > 0 && ci && uid === 0) await installPackages(missing)
}

async function whatIsMissing({ platform, uid }: Machine): Promise<string | undefined> {
  if (platform !== 'linux') return `this is ${platform}, and the world lives in Linux namespaces`
  if (uid !== 0) return 'only root may make network, mount and process namespaces'
  const missing = await missingPackages()
  if (missing.length > 0) return `programs are missing: apt-get install ${missing.join(' ')}`
  const trial = await execa(
    'unshare',
    ['--net', '--pid', '--mount', '--cgroup', '--fork', '--kill-child', '--mount-proc', 'mount', '-t', 'tmpfs', 'none', '/run'],
    {
      reject: false,
    },
  )
  return trial.failed ? `namespaces cannot be made: ${(trial.stderr || trial.shortMessage || '').split('\n')[0]}` : undefined
}
