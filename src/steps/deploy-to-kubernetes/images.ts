import { fullImageName, parseImageName } from '../../domain/image-name.ts'
import type { KubernetesPort } from '../../domain/ports/index.ts'
import type { ImageLook, ImagePort, Platform } from '../../domain/ports/images.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { RenderedObject } from '../../domain/rendered-object.ts'
import type { Node } from './images-nodes.ts'
import { readyNodes } from './images-nodes.ts'
import { imageUses, unknownImageUses } from './images-pods.ts'
import { pullSecretsOf } from './images-pull-secrets.ts'
import type { ImageToSee } from './images-questions.ts'
import { imageQuestions } from './images-questions.ts'

/** `on-nodes`: every node that may run it says that it has it; what is in it, nodes do not say. */
export type ImageSighting = ImageLook | { readonly seen: 'on-nodes'; readonly nodes: readonly string[] }

export interface InspectedImage {
  /** As the manifests name it. */
  readonly image: string
  /** Undefined: nobody knows the nodes. */
  readonly platform: Platform | undefined
  /** `Deployment/todo-app-backend`. */
  readonly usedBy: readonly string[]
  readonly look: ImageSighting
}

/** More at once help nobody, and registries count them. */
const AT_ONCE = 4
/** Asked for where nobody knows the nodes: an image that is absent is so for every platform. */
const ANY_PLATFORM = 'linux/amd64'

/**
 * Every image of the objects as its registry has it, once for each platform of the nodes that may run it. Reads nodes, service accounts and pull
 * secrets of the cluster; what cannot be read makes a look `unseen`, never a rejection.
 */
export async function inspectImages(
  { kubernetes, images }: { readonly kubernetes: KubernetesPort; readonly images: ImagePort },
  objects: readonly RenderedObject[],
  { namespace }: { readonly namespace: string },
): Promise<readonly InspectedImage[]> {
  const uses = imageUses(objects, namespace)
  const unknown = unknownImageUses(objects).map(notLookedAt)
  if (uses.length === 0) return unknown
  const nodes = await listNodes(kubernetes)
  const known = nodes.why === undefined ? nodes.ready : undefined
  const questions = await imageQuestions(uses, pullSecretsOf(kubernetes, objects, namespace), known)
  const inspected: InspectedImage[] = []
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    const looks = questions.slice(at, at + AT_ONCE).map(async (question) => {
      const { image, platform, usedBy } = question
      return { image, platform, usedBy, look: await see(images, question, nodes.why) }
    })
    inspected.push(...(await Promise.all(looks)))
  }
  return [...inspected, ...unknown]
}

/** A registry's "no" would be no reason to refuse, and its "yes" no proof: so it is not asked, and that is said. */
const notLookedAt = ({ image, object }: ReturnType<typeof unknownImageUses>[number]): InspectedImage => ({
  image,
  platform: undefined,
  usedBy: [object],
  look: {
    seen: 'unseen',
    reason: `how ${object} uses it is not known, so it was not asked for`,
    next: [`docker buildx imagetools inspect ${image}`],
  },
})

interface Nodes {
  readonly ready: readonly Node[]
  /** Why they are not known. */
  readonly why?: string
}

async function listNodes(kubernetes: KubernetesPort): Promise<Nodes> {
  try {
    const ready = readyNodes(await kubernetes.list({ apiVersion: 'v1', kind: 'Node' }, { namespace: '' }))
    return ready.length === 0 ? { ready, why: 'no node of the cluster is ready' } : { ready }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { ready: [], why: `the nodes cannot be listed: ${error.problem.summary}` }
  }
}

async function see(images: ImagePort, question: ImageToSee, whyNoNodes: string | undefined): Promise<ImageSighting> {
  const { image, platform, pullPolicy, nodes, dockerConfigs, notes } = question
  const having = nodes.filter((node) => has(node, image)).map((node) => node.name)
  const everywhere = nodes.length > 0 && having.length === nodes.length
  if (pullPolicy === 'Never') return everywhere ? { seen: 'on-nodes', nodes: having } : neverSeen(question, whyNoNodes, having)
  const look = await images.look({ reference: image, platform: platform ?? ANY_PLATFORM, dockerConfigs })
  if (look.seen === 'yes') return platform === undefined ? forNobodyKnows(look.facts.digest, whyNoNodes) : look
  if (everywhere && pullPolicy === 'IfNotPresent') return { seen: 'on-nodes', nodes: having }
  return look.seen === 'unseen' ? { ...look, next: [...look.next, ...notes] } : look
}

function has({ images }: Node, image: string): boolean {
  const name = parseImageName(image)
  return name !== undefined && images.has(fullImageName(name))
}

function neverSeen({ image, nodes }: ImageToSee, whyNoNodes: string | undefined, having: readonly string[]): ImageLook {
  const lacking = nodes.map((node) => node.name).filter((name) => !having.includes(name))
  const reason =
    nodes.length === 0
      ? `it is never pulled, and ${whyNoNodes ?? NOWHERE}`
      : `it is never pulled, and ${lacking.join(', ')} ${lacking.length === 1 ? 'does' : 'do'} not list it (nodes list only some of their images)`
  return { seen: 'unseen', reason, next: [`look on the node: crictl images | grep ${lastPart(image)}`] }
}

const forNobodyKnows = (digest: string, whyNoNodes: string | undefined): ImageLook => ({
  seen: 'unseen',
  reason: `it is there (${digest}), but for which platform it must be built nobody knows: ${whyNoNodes ?? NOWHERE}`,
  next: ['grant `list` of nodes to who runs this: kubectl auth can-i list nodes', 'or look yourself: kubectl get nodes -o wide'],
})

const NOWHERE = 'no ready node may run its pods (node selector, affinity, taints)'

const lastPart = (image: string): string => parseImageName(image)?.repository.split('/').at(-1) ?? image
