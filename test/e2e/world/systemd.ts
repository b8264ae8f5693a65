import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { WorldFolder } from './folder.ts'
import { inside } from './folder.ts'
import { onHost } from './traefik.ts'

/** The unit that the world's Nomad agent is on its host. */
export const NOMAD_UNIT = 'nomad.service'

/**
 * What the host needs to be asked about its services: a stand-in `systemctl` that starts and stops the world's real Nomad agent, and the right
 * of `deploy` to become root by the machine's own sudo. Programs go where the host mounts `/usr/local/bin`.
 */
export async function writeSystemd(folder: WorldFolder, nomad: string): Promise<void> {
  for (const path of ['usr/local/bin', 'etc/systemd/system']) await mkdir(onHost(folder, path), { recursive: true })
  const systemctl = onHost(folder, 'usr/local/bin/systemctl')
  await writeFile(systemctl, `#!/usr/bin/env bash\nfolder=${folder.path}\n${await readFile(inside('systemctl.sh'), 'utf8')}`)
  await chmod(systemctl, 0o755)
  await writeFile(onHost(folder, `etc/systemd/system/${NOMAD_UNIT}`), unit(`${nomad} agent -config=${folder.in('etc', 'nomad.json')}`))
  await writeFile(folder.in('run', `${NOMAD_UNIT}.enabled`), '')
  await writeFile(onHost(folder, 'etc/sudoers'), SUDOERS, { mode: 0o440 })
}

const unit = (command: string): string =>
  [
    '[Unit]',
    'Description=Nomad',
    'Wants=network-online.target',
    '',
    '[Service]',
    `ExecStart=${command}`,
    'KillMode=process',
    'KillSignal=SIGINT',
    'TimeoutStopSec=90',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')

/** The host's name is not in any hosts file: sudo must not look for it. */
const SUDOERS = [
  'Defaults !fqdn',
  'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
  'deploy ALL=(root) NOPASSWD: ALL',
  '',
].join('\n')
