import { gzipSync } from 'node:zlib'
import { request } from 'undici'
import type { Blob, ConfigFields, Types } from '../../adapters/registry/image-parts.ts'
import { configText, digestOf, indexText, manifestText } from '../../adapters/registry/image-parts.ts'

/** A repository of a registry, as a builder sees it. */
export interface Repository {
  /** `http://127.0.0.1:41873/v2/shop`. */
  readonly url: string
  readonly authorization?: string
}

export interface Pushed extends Blob {
  readonly manifest: string
  /** Of all layers, compressed. */
  readonly compressedBytes: number
}

/** An image of one gzipped layer; without a tag only its digest names it. */
export async function pushImage(
  to: Repository,
  types: Types,
  fields: ConfigFields & { readonly tag?: string; readonly content: string },
): Promise<Pushed> {
  const config = configText(fields)
  const layers = await Promise.all([gzipSync(fields.content), gzipSync(`more of ${fields.content}`)].map((bytes) => pushBlob(to, bytes)))
  await pushBlob(to, Buffer.from(config))
  const manifest = manifestText(config, layers, types)
  const compressedBytes = layers.reduce((sum, { size }) => sum + size, 0)
  return { manifest, compressedBytes, ...(await pushManifest(to, fields.tag ?? digestOf(manifest), manifest, types.manifest)) }
}

export async function pushIndex(
  to: Repository,
  types: Types,
  tag: string,
  members: readonly { readonly manifest: string; readonly platform: Readonly<Record<string, string>> }[],
): Promise<Blob> {
  return pushManifest(to, tag, indexText(members, types), types.index)
}

async function pushBlob(to: Repository, bytes: Buffer): Promise<Blob> {
  const { location } = await send(to, 'POST', `${to.url}/blobs/uploads/`, 202)
  const url = new URL(location ?? '', to.url)
  url.searchParams.set('digest', digestOf(bytes))
  await send(to, 'PUT', url.href, 201, bytes, 'application/octet-stream')
  return { digest: digestOf(bytes), size: bytes.length }
}

async function pushManifest(to: Repository, reference: string, manifest: string, type: string): Promise<Blob> {
  await send(to, 'PUT', `${to.url}/manifests/${reference}`, 201, Buffer.from(manifest), type)
  return { digest: digestOf(manifest), size: manifest.length }
}

async function send(
  { authorization }: Repository,
  method: 'POST' | 'PUT',
  url: string,
  expected: number,
  body?: Buffer,
  type?: string,
): Promise<{ readonly location?: string }> {
  const headers = { ...(authorization !== undefined && { authorization }), ...(type !== undefined && { 'content-type': type }) }
  const answer = await request(url, { method, headers, ...(body && { body }) })
  const text = await answer.body.text()
  if (answer.statusCode !== expected) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`)
  const { location } = answer.headers
  return typeof location === 'string' ? { location } : {}
}
