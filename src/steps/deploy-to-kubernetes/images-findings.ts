import type { ImageFacts } from '../../domain/ports/images.ts'
import type { Finding } from '../../domain/step-kind.ts'
import type { InspectedImage } from './images.ts'

/**
 * What rules are told of images: what was seen of them. One for each platform that lacks it, and of those that have it one for each way they
 * differ, with the largest size.
 */
export function imageFacts(inspected: readonly InspectedImage[]): readonly ImageFacts[] {
  const seen = inspected.flatMap(({ look }) => (look.seen === 'yes' ? [look.facts] : []))
  const kept = new Map<string, ImageFacts>()
  for (const facts of seen) {
    const { reference, digest, image } = facts
    const key = JSON.stringify([reference, digest, image?.user, image?.healthCheck])
    const other = kept.get(key)
    if (other === undefined || (other.image?.compressedBytes ?? 0) < (image?.compressedBytes ?? 0)) kept.set(key, facts)
  }
  return [...kept.values()]
}

/** What a person is told, one finding an image and platform. An image that nobody could see is a warning, never a pass. */
export const imageFindings = (inspected: readonly InspectedImage[]): readonly Finding[] => inspected.map(findingOf)

function findingOf({ image, platform, usedBy, look }: InspectedImage): Finding {
  const what = `image ${image}`
  const attempted = `look at image ${image} of ${usedBy.join(', ')}`
  if (look.seen === 'yes') return { what: `${what} is ${look.facts.digest}${sizeOf(look.facts)}`, verdict: 'pass' }
  if (look.seen === 'on-nodes') return { what: `${what} is on ${look.nodes.join(', ')}`, verdict: 'pass' }
  if (look.seen === 'absent') {
    const next = ['push it, or correct the name of the image', `docker buildx imagetools inspect ${image}`]
    const summary = `there is no image ${image}: ${look.reason}`
    return { what: `${what} exists`, verdict: 'fail', problem: { code: 'image-absent', summary, attempted, next, effect: 'no' } }
  }
  const summary = `nobody could see image ${image}${platform === undefined ? '' : ` for ${platform}`}: ${look.reason}`
  return {
    what: `${what} was seen`,
    verdict: 'warn',
    problem: { code: 'image-not-seen', summary, attempted, next: look.next, effect: 'no' },
  }
}

/** Without an image for the platform the rules speak. */
const sizeOf = ({ image }: ImageFacts): string =>
  image === undefined ? '' : ` for ${image.platform}, ${(image.compressedBytes / 1_000_000).toFixed(1)} MB compressed`
