import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'

/** What the lab's host needs to be one host over all its lives: made once, kept below its own folder. */
export interface HostKeys {
  readonly folder: string
  readonly hostPrivate: string
  readonly hostPublic: string
  readonly userPublic: string
  /** Path of the user's private key, for ssh. */
  readonly identity: string
}

/** Loads the keys from `directory`, or makes them: a restarted lab has the same host key. */
export async function labHostKeys(directory: string): Promise<HostKeys> {
  const folder = join(directory, '.ssh-lab')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const host = await keyPair(join(folder, 'host_key'))
  const user = await keyPair(join(folder, 'user_key'))
  return { folder, hostPrivate: host.private, hostPublic: host.public, userPublic: user.public, identity: join(folder, 'user_key') }
}

async function keyPair(path: string): Promise<Pair> {
  const kept = await readPair(path)
  if (kept && isUsable(kept)) return kept
  const made = newPair()
  // The public half first: a private key without it would be made anew.
  await writeFile(`${path}.pub`, made.public)
  await writeFile(path, made.private, { mode: 0o600 })
  return made
}

interface Pair {
  readonly private: string
  readonly public: string
}

const readPair = async (path: string): Promise<Pair | undefined> => {
  try {
    return { private: await readFile(path, 'utf8'), public: await readFile(`${path}.pub`, 'utf8') }
  } catch {
    return undefined
  }
}

/** ssh2 makes a key that it cannot read itself about three times in a thousand (measured on 1.17.0): such a pair is made anew. */
export function newPair(): Pair {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519')
    if (isUsable(made)) return made
  }
}

const isUsable = (pair: Pair): boolean => [pair.private, pair.public].every((half) => !(ssh2.utils.parseKey(half) instanceof Error))

/** An ssh_config whose every alias is the lab's host; the key in known_hosts stands under a name of its own, as ports change. */
export async function writeSshConfig(keys: HostKeys, port: number, user: string): Promise<string> {
  const path = join(keys.folder, 'config')
  const known = join(keys.folder, 'known_hosts')
  await writeFile(known, `jmc-lab-host ${keys.hostPublic}\n`)
  const lines = [
    'Host *',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    '  HostKeyAlias jmc-lab-host',
    `  IdentityFile "${keys.identity}"`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile "${known}"`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
  ]
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}
