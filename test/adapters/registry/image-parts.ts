import { createHash } from 'node:crypto'

export const digestOf = (content: string | Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const

export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const

export type Types = Readonly<Record<keyof typeof OCI, string>>

export interface Blob {
  readonly digest: string
  readonly size: number
}

export interface ConfigFields {
  readonly architecture?: string
  readonly variant?: string
  readonly os?: string
  readonly user?: string
  readonly check?: readonly string[]
}

export function configText({ architecture = 'amd64', variant, os = 'linux', user, check }: ConfigFields = {}): string {
  const config = { ...(user !== undefined && { User: user }), ...(check && { Healthcheck: { Test: check } }) }
  return JSON.stringify({ architecture, os, ...(variant !== undefined && { variant }), config, rootfs: { type: 'layers', diff_ids: [] } })
}

export function manifestText(config: string, layers: readonly Blob[], types: Types = OCI): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: digestOf(config), size: config.length },
    layers: layers.map((layer) => ({ mediaType: types.layer, ...layer })),
  })
}

export interface Member {
  readonly manifest: string
  readonly platform?: Readonly<Record<string, string>>
}

export function indexText(members: readonly Member[], types: Types = OCI): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: types.index,
    manifests: members.map(({ manifest, platform }) => ({
      mediaType: types.manifest,
      digest: digestOf(manifest),
      size: manifest.length,
      ...(platform && { platform }),
    })),
  })
}

/** A layer of that size that nobody reads. */
export const layer = (size: number): Blob => ({ digest: digestOf(`layer of ${size}`), size })
