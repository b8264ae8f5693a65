import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHost } from '../../src/adapters/ssh/host.ts'
import type { HostPort, RemoteFile } from '../../src/domain/ports/host.ts'
import { createLabHostRunner } from '../../src/lab/host/index.ts'

/** The edge's host without ssh: the dynamic file and how it is reached. A tunnel's "socket" is the address itself, for `sockets` to answer. */
export interface EdgeHost {
  readonly port: HostPort
  /** The file's text as Traefik sees it now. */
  read(): string
  close(): void
}

export const TUNNEL = 'tunnel:'

const tunnel: HostPort['tunnel'] = async ({ host, port }) => ({ socketPath: `${TUNNEL}${host}:${port}`, close: async () => undefined })

/** The real adapter and its real scripts in a local `sh`, below a temporary folder. */
export function shellHost(path: string, text: string): EdgeHost {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const port = createHost({ name: 'hestia', ssh: 'hestia', become: 'sudo', run: createLabHostRunner({ directory }) })
  return {
    port: { ...port, tunnel },
    read: () => readFileSync(file, 'utf8'),
    close: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** The same promises in memory, for the hundreds of worlds in which a process dies: a `sh` for each call would take minutes. */
export function memoryHost(path: string, text: string): EdgeHost {
  let content = text
  const remote = (): RemoteFile => ({
    path,
    resolvedPath: path,
    bytes: new TextEncoder().encode(content),
    sha256: sha256(content),
    mode: '0644',
    owner: '0:0',
    isMountPoint: false,
    writable: true,
  })
  const port: HostPort = {
    describe: async () => ({ name: 'hestia', user: 'deploy', become: 'sudo', exchange: 'mv', kernel: 'Linux' }),
    readFile: async () => remote(),
    hashFile: async () => sha256(content),
    replaceFile: async (file, bytes) => {
      if (sha256(content) !== file.sha256) return { outcome: 'changed-meanwhile', found: sha256(content) }
      content = new TextDecoder().decode(bytes)
      return { outcome: 'replaced', sha256: sha256(content), by: 'exchange' }
    },
    tunnel,
    close: async () => undefined,
  }
  return { port, read: () => content, close: () => undefined }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
