import type { HostPort } from './host.ts'

/** A systemd unit as its host shows it now, in systemd's own words. */
export interface HostUnit {
  /** With its suffix: `nomad.service`. */
  readonly name: string
  /** `loaded`, `not-found`, `masked`, … */
  readonly load: string
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, … */
  readonly active: string
  /** `enabled`, `disabled`, `static`, `masked`, …; empty where systemd has no file of it. */
  readonly enabled: string
  /** Its main process, `PID:START` (ticks since boot, so that a number given again is another process); undefined: none. */
  readonly process: string | undefined
  /** Path of the unit's file; empty where there is none. */
  readonly file: string
  /** What `systemctl cat` prints: the file with its drop-ins. */
  readonly content: string
  /** Words of the command that it runs. */
  readonly command: readonly string[]
  /** Of the processes that were asked about, those that are still there. */
  readonly living: readonly string[]
  /** Of the TCP ports that were asked about, those that somebody on the host listens on. */
  readonly listening: readonly number[]
  /** Whether we are root there. */
  readonly isRoot: boolean
  /** What the host calls itself, and its own addresses. */
  readonly hostName: string
  readonly addresses: readonly string[]
}

/** systemd on one host. Rejects with a ProblemError where it cannot be asked or refuses; a unit that does not exist is `not-found`, no problem. */
export interface HostUnits {
  read(unit: string, about?: { readonly processes?: readonly string[]; readonly ports?: readonly number[] }): Promise<HostUnit>
  /** `systemctl stop`; resolves when systemd says that it has stopped. */
  stop(unit: string): Promise<void>
  /** `systemctl disable`: it is not started at boot any more. */
  disable(unit: string): Promise<void>
}

/** A host of `targets.hosts` with all that steps may do there. */
export type ManagedHost = HostPort & { readonly units: HostUnits }
