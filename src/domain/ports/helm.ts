import type { HelmChart } from './rendering.ts'

/** A release of helm's, by its name and the namespace that it is kept in. */
export interface HelmRelease {
  readonly name: string
  readonly namespace: string
}

/** One revision, as `helm history` says it. */
export interface HelmRevision {
  readonly revision: number
  /** `deployed`, `superseded`, `failed`, `uninstalling`, `uninstalled`, `pending-install`, `pending-upgrade`, `pending-rollback`. */
  readonly status: string
  /** Helm's own (`Rollback to 3`) unless one was given, and until the revision is complete. */
  readonly description: string
  /** Name and version of the chart: `shop-1.2.3`. */
  readonly chart: string
  /** When it was last written, milliseconds since 1970. */
  readonly updated: number
}

/** What a revision is made of: YAML documents, each below its template. */
export interface HelmContents {
  readonly manifest: string
  readonly hooks: string
}

export interface HelmMarks {
  /** In the history of a complete revision. */
  readonly description: string
  /** On the revision from its first moment, also while it is pending. Later revisions inherit them. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Releases through the user's own helm (3.14 or later, or 4), on the plan's cluster. Nothing is waited for but hooks. Questions reject with
 * `effect: 'no'`; `upgrade`, `rollback` and `uninstall` with `effect: 'unknown'` once helm was started.
 */
export interface HelmPort {
  /** Oldest first; empty where there is no such release. */
  history(release: HelmRelease): Promise<readonly HelmRevision[]>
  contents(release: HelmRelease, revision: number): Promise<HelmContents>
  /** Whether the newest revision carries all these labels. */
  newestHas(release: HelmRelease, labels: HelmMarks['labels']): Promise<boolean>
  /** What an upgrade would make of it, asked of the server; changes nothing. */
  preview(chart: HelmChart): Promise<HelmContents & { readonly chart: string }>
  /** Installs it, or upgrades it with these values alone. */
  upgrade(chart: HelmChart, marks: HelmMarks & { readonly createNamespace: boolean }): Promise<void>
  rollback(release: HelmRelease, revision: number): Promise<void>
  /** With its history. */
  uninstall(release: HelmRelease): Promise<void>
}
