import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'

/** What a world takes from the machine: the program, and the Debian package that brings it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  '/usr/lib/cni/host-local': 'containernetworking-plugins',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  sudo: 'sudo',
  nft: 'nftables',
  ip: 'iproute2',
  sysctl: 'procps',
  'docker-registry': 'docker-registry',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  tar: 'tar',
}
/** Also where root's PATH lacks them. */
const PLACES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The environment's PATH with the folders of system programs at its end. */
export const systemPath = (): string => [...new Set([...(process.env['PATH'] ?? '').split(delimiter), ...PLACES])].join(delimiter)

export const debianPackages = (): readonly string[] => [...new Set(Object.values(PROGRAMS))].sort()

/** The Debian packages of programs that are absent, sorted; empty where nothing is missing. */
export async function missingPackages(): Promise<readonly string[]> {
  const absent = await Promise.all(Object.entries(PROGRAMS).map(async ([program, brings]) => ((await find(program)) ? [] : [brings])))
  return [...new Set(absent.flat())].sort()
}

/** Installs Debian packages by name; only root can. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 }
  await execa('apt-get', ['update', '-qq'], options)
  await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options)
}

/** Path of a program; undefined where there is none. */
export async function find(program: string): Promise<string | undefined> {
  const candidates = program.startsWith('/')
    ? [program]
    : systemPath()
        .split(delimiter)
        .map((folder) => join(folder, program))
  for (const path of candidates) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return path
  }
  return undefined
}
