import type { Json } from '../../domain/json.ts'
import type { Platform } from '../../domain/ports/images.ts'
import { isMap, jsonField, listField, textField } from './json-answer.ts'
import { normalPlatform } from './platform.ts'

/** A member of an index. */
export interface Child {
  readonly digest: string
  /** Undefined where the index does not say: then its configuration does. */
  readonly platform?: Platform
}

/** What a manifest may be (OCI image specification 1.1; Docker's manifest schema 2). Sizes: bytes. */
export type Manifest =
  | { readonly is: 'index'; readonly children: readonly Child[] }
  | { readonly is: 'image'; readonly config: string; readonly layerSizes: readonly number[] }
  /** Nothing that a node can run; `what`: the format that it says it has. */
  | { readonly is: 'other'; readonly what: string }

const INDEXES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json']
const MANIFESTS = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json']
const CONFIGS = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json']

export const ACCEPTED = [...INDEXES, ...MANIFESTS].join(', ')

/** The body says what it is; where it does not, the header does. */
export function readManifest(body: Json | undefined, contentType: string): Manifest {
  const type = textField(body, 'mediaType') || (contentType.split(';')[0] ?? '').trim()
  if (INDEXES.includes(type)) return { is: 'index', children: listField(body, 'manifests').flatMap(childOf) }
  const config = textField(body, 'config', 'digest')
  const configType = textField(body, 'config', 'mediaType')
  if (!MANIFESTS.includes(type)) return { is: 'other', what: named(type) ?? 'a document without a type' }
  if (!CONFIGS.includes(configType)) return { is: 'other', what: named(configType) ?? 'a manifest without a configuration' }
  const layerSizes = listField(body, 'layers').map((layer) => jsonField(layer, 'size'))
  return isDigest(config) && layerSizes.every(isSize)
    ? { is: 'image', config, layerSizes }
    : { is: 'other', what: 'a manifest that is not well-formed' }
}

/** A media type that people may be shown; anybody may have pushed it. */
const named = (type: string): string | undefined => (/^[\w.+/-]{1,120}$/.test(type) ? type : undefined)

/** Attestations lie in indexes beside the images, as being for no platform. */
function childOf(entry: Json): readonly Child[] {
  const digest = textField(entry, 'digest')
  const type = textField(entry, 'mediaType')
  const platform = platformOf(jsonField(entry, 'platform'))
  const isImage = ['', ...INDEXES, ...MANIFESTS].includes(type) && textField(entry, 'artifactType') === ''
  if (!isDigest(digest) || !isImage || platform?.startsWith('unknown/') === true) return []
  return [{ digest, ...(platform !== undefined && { platform }) }]
}

/** Of an index entry, and of an image's configuration, which name it alike. */
export function platformOf(value: Json | undefined): Platform | undefined {
  const os = textField(value, 'os')
  const architecture = textField(value, 'architecture')
  const variant = textField(value, 'variant')
  if (!isMap(value) || os === '' || architecture === '') return undefined
  return normalPlatform(`${os}/${architecture}${variant === '' ? '' : `/${variant}`}`)
}

export const isDigest = (text: string): boolean => /^sha(?:256:[a-f0-9]{64}|384:[a-f0-9]{96}|512:[a-f0-9]{128})$/.test(text)

const isSize = (value: Json | undefined): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
