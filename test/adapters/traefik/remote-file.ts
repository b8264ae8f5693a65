import { createHash } from 'node:crypto'
import type { RemoteFile } from '../../../src/domain/ports/host.ts'

/** A file as a host would give it. */
export function remoteFile(content: string | Uint8Array, path = '/etc/traefik/dynamic_conf.yml'): RemoteFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    path,
    resolvedPath: path,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mode: '0644',
    owner: 'root:root',
    isMountPoint: false,
    writable: true,
  }
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
