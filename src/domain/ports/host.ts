/** A file on a host, read whole. */
export interface RemoteFile {
  /** The path as the plan says it, and where its symlinks end. */
  readonly path: string
  readonly resolvedPath: string
  readonly bytes: Uint8Array
  /** Lower-case hex SHA-256 of `bytes`. */
  readonly sha256: string
  readonly mode: string
  readonly owner: string
  /** Set where the file itself is a mount point (a single-file bind mount keeps the old inode after a rename; facts.md, Traefik 4). */
  readonly isMountPoint: boolean
  readonly writable: boolean
  /**
   * A file beside it in which a write of ours that was killed left an edit of someone else (or that says how a write in place was cut
   * short). The next `replaceFile`, with whatever bytes, first puts it right.
   */
  readonly unfinished?: string
}

export type ReplaceOutcome =
  /** Our bytes are in place and what came out was what had been read. */
  | {
      readonly outcome: 'replaced'
      readonly sha256: string
      readonly by: 'exchange' | 'checked-rename' | 'in-place'
      readonly kept?: string
    }
  /**
   * A human was faster; their file is in place, untouched. `found` is the hash of the file now. `kept` (here and above): a file beside it with an
   * edit of a human that another edit had superseded, or that a killed write had left; show it to the person.
   */
  | { readonly outcome: 'changed-meanwhile'; readonly found: string; readonly kept?: string }

export interface HostDescription {
  readonly name: string
  readonly user: string
  readonly become: 'sudo' | undefined
  /** How names can be exchanged atomically there: `mv`, `perl`, `python3`; undefined: only a checked rename. */
  readonly exchange: 'mv' | 'perl' | 'python3' | undefined
  readonly kernel: string
}

/** A socket on this machine whose connections come out on the host, towards an address that the host can reach. */
export interface Tunnel {
  readonly socketPath: string
  close(): Promise<void>
}

/** One host over ssh. Every call has an outer timeout and rejects with a ProblemError that tells refused, host key changed, no key, no sudo, timed out apart. */
export interface HostPort {
  describe(): Promise<HostDescription>
  readFile(path: string): Promise<RemoteFile>
  /**
   * Replaces the content of `file` by `bytes` if, and only if, the file still is what was read; under a lock on the host, with owner and
   * mode kept, by an exchange of names, so that an edit of a human is never lost. `mode: in-place` writes into the same inode.
   */
  replaceFile(file: RemoteFile, bytes: Uint8Array, mode: 'exchange' | 'in-place'): Promise<ReplaceOutcome>
  /** `sha256` of the file now; cheaper than reading it. */
  hashFile(path: string): Promise<string>
  tunnel(address: { readonly host: string; readonly port: number }): Promise<Tunnel>
  /** Ends the connections that were kept for speed. */
  close(): Promise<void>
}
