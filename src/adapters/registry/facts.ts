import type { Json } from '../../domain/json.ts'
import type { ImageFacts, Platform } from '../../domain/ports/images.ts'
import type { Documents } from './documents.ts'
import { jsonField, listField, textField } from './json-answer.ts'
import type { Child, Manifest } from './manifest.ts'
import { platformOf } from './manifest.ts'
import { Absent, NotSeen } from './not-seen.ts'
import { fit } from './platform.ts'

type Image = NonNullable<ImageFacts['image']>

/** Indexes may hold indexes; nobody has more than two floors. */
const MOST_FLOORS = 3
/** Members of an index that have to be opened to know what they are for. */
const MOST_OPENED = 4

interface Found {
  readonly platforms: readonly Platform[]
  readonly image?: Image
}

/** What the registry has under this tag or digest for the platform. Rejects with `Absent` or `NotSeen`. */
export async function readFacts(documents: Documents, asked: { reference: string; at: string; platform: Platform }): Promise<ImageFacts> {
  const manifest = await documents.manifest(asked.at)
  const found = await open(documents, manifest, asked.platform, 1)
  return { reference: asked.reference, digest: manifest.digest, ...found }
}

async function open(documents: Documents, manifest: Manifest, platform: Platform, floor: number): Promise<Found> {
  if (manifest.is === 'image') return imageOf(documents, manifest, platform)
  if (manifest.is === 'index') return choose(documents, manifest.children, platform, floor)
  throw new NotSeen(`it is no image that a node can run, but ${manifest.what}`, ['look what was pushed there; push the image anew'])
}

/** The best member for the platform; those that do not say what they are for are opened. */
async function choose(documents: Documents, children: readonly Child[], platform: Platform, floor: number): Promise<Found> {
  const said = children.flatMap((child) => (child.platform === undefined ? [] : [{ ...child, platform: child.platform }]))
  const silent = children.filter((child) => child.platform === undefined)
  if (floor >= MOST_FLOORS || silent.length > MOST_OPENED)
    throw new NotSeen('it is an index of indexes that nobody pulls', ['look what was pushed there'])
  const opened: readonly Found[] = await Promise.all(
    silent.map(async ({ digest }) => open(documents, await documents.manifest(digest), platform, floor + 1)),
  )
  const platforms = [...new Set([...said.map((child) => child.platform), ...opened.flatMap((each) => each.platforms)])]
  const best = said
    .map((child) => ({ child, fit: fit(platform, child.platform) }))
    .filter((each) => each.fit > 0)
    .sort((a, b) => b.fit - a.fit)[0]
  const image = best === undefined ? opened.find((each) => each.image !== undefined)?.image : await chosen(documents, best.child.digest)
  return { platforms, ...(image && { image: { ...image, platform } }) }

  /** The index has said what it is for. */
  async function chosen(from: Documents, digest: string): Promise<Image> {
    const manifest = await from.manifest(digest).catch((error: unknown): never => {
      throw error instanceof Absent ? new Absent(`${error.message}, which its index names for ${platform}`) : error
    })
    if (manifest.is !== 'image') throw new NotSeen(`what its index names for ${platform} is no image`, ['push the image anew'])
    return described(manifest, await from.config(manifest.config), platform)
  }
}

async function imageOf(documents: Documents, manifest: Extract<Manifest, { is: 'image' }>, platform: Platform): Promise<Found> {
  const config = await documents.config(manifest.config)
  const built = platformOf(config)
  if (built === undefined) throw new NotSeen('its configuration does not say for which platform it was built', ['build and push it anew'])
  return { platforms: [built], ...(fit(platform, built) > 0 && { image: described(manifest, config, platform) }) }
}

function described({ layerSizes }: Extract<Manifest, { is: 'image' }>, config: Json, platform: Platform): Image {
  const check = listField(config, 'config', 'Healthcheck', 'Test')
  return {
    platform,
    user: textField(config, 'config', 'User'),
    healthCheck: jsonField(config, 'config', 'Healthcheck') !== undefined && check.length > 0 && check[0] !== 'NONE',
    compressedBytes: layerSizes.reduce((sum, size) => sum + size, 0),
  }
}
