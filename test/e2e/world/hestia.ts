import { chown, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { execa } from 'execa'
import { SSH_PORT } from './addresses.ts'
import type { WorldFolder } from './folder.ts'
import { inside } from './folder.ts'
import type { Server } from './server.ts'
import { onHost } from './traefik.ts'

const DEPLOY = 1500
export const HOST = 'hestia'

/** The host that the edge runs on: real sshd, users `root` and `deploy`, and Traefik's folder, which belongs to `deploy`. */
export async function writeHostFiles(folder: WorldFolder): Promise<void> {
  const host = (path: string): string => onHost(folder, path)
  for (const path of ['etc/ssh/authorized_keys', 'home/deploy']) await mkdir(host(path), { recursive: true })
  await writeFile(host('etc/ssh/sshd_config'), SSHD)
  await Promise.all([newKey(host('etc/ssh/host_key')), newKey(folder.in('ssh', 'id'))])
  for (const user of ['root', 'deploy']) await copyFile(folder.in('ssh', 'id.pub'), host(`etc/ssh/authorized_keys/${user}`))
  await writeFile(
    host('etc/passwd'),
    [
      'root:x:0:0:root:/root:/bin/bash',
      'sshd:x:104:65534::/run/sshd:/usr/sbin/nologin',
      `deploy:x:${DEPLOY}:${DEPLOY}::/home/deploy:/bin/bash`,
      '',
    ].join('\n'),
  )
  await writeFile(host('etc/group'), `root:x:0:\nnogroup:x:65534:\ndeploy:x:${DEPLOY}:\n`)
  // sshd refuses accounts that look locked: `*`, not `!`.
  await writeFile(host('etc/shadow'), 'root:*:::::::\nsshd:*:::::::\ndeploy:*:::::::\n', { mode: 0o600 })
  for (const path of ['home/deploy', 'mnt/docker/traefik', 'mnt/docker/traefik/traefik', 'mnt/docker/traefik/traefik/dynamic_conf.yml'])
    await chown(host(path), DEPLOY, DEPLOY)

  const [type, key] = (await readFile(host('etc/ssh/host_key.pub'), 'utf8')).split(' ')
  await writeFile(folder.in('ssh', 'known_hosts'), `[127.0.0.1]:${SSH_PORT} ${type} ${key}\n`)
  await writeFile(folder.in('ssh', 'config'), sshConfig(folder))
}

const newKey = (file: string): Promise<unknown> => execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'world', '-f', file])

const SSHD = [
  `Port ${SSH_PORT}`,
  'ListenAddress 127.0.0.1',
  'HostKey /etc/ssh/host_key',
  'AuthorizedKeysFile /etc/ssh/authorized_keys/%u',
  'PermitRootLogin prohibit-password',
  'PasswordAuthentication no',
  'KbdInteractiveAuthentication no',
  'UsePAM no',
  'UseDNS no',
  'PidFile none',
  'PrintMotd no',
  'MaxStartups 100',
  'Subsystem sftp internal-sftp',
  '',
].join('\n')

const sshConfig = (folder: WorldFolder): string =>
  [
    `Host ${HOST}`,
    '  HostName 127.0.0.1',
    `  Port ${SSH_PORT}`,
    '  User deploy',
    `  IdentityFile ${folder.in('ssh', 'id')}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${folder.in('ssh', 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n')

/** It becomes the host first: a mount namespace and a name of its own. */
export const sshd = (folder: WorldFolder, program: string): Server => ({
  name: 'sshd',
  command: ['unshare', '--mount', '--uts', '--', 'bash', inside('hestia.sh'), folder.path, program],
})
