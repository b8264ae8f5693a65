import type { Platform } from '../../domain/ports/images.ts'
import type { Node } from './images-nodes.ts'
import { nodesFor } from './images-nodes.ts'
import type { ImageUse, PullPolicy } from './images-pods.ts'
import type { PullSecretsOf } from './images-pull-secrets.ts'

/** What has to be known of an image, once for all containers that ask the same. */
export interface ImageToSee {
  readonly image: string
  /** Undefined: nobody knows the nodes. */
  readonly platform: Platform | undefined
  readonly pullPolicy: PullPolicy
  /** Nodes of that platform on which its pods may run. */
  readonly nodes: readonly Node[]
  readonly dockerConfigs: readonly string[]
  /** About pull secrets that could not be read. */
  readonly notes: readonly string[]
  /** `Deployment/todo-app-backend`. */
  readonly usedBy: readonly string[]
}

/** One question for each image, platform of its nodes and set of pull secrets. `nodes` undefined: they could not be listed. */
export async function imageQuestions(
  uses: readonly ImageUse[],
  secretsOf: PullSecretsOf,
  nodes: readonly Node[] | undefined,
): Promise<readonly ImageToSee[]> {
  const asked = await Promise.all(uses.map(async (use) => questionsOf(use, await secretsOf(use), nodes)))
  const questions = new Map<string, ImageToSee>()
  for (const question of asked.flat()) {
    const { image, platform, pullPolicy, dockerConfigs } = question
    const key = JSON.stringify([image, platform, pullPolicy, dockerConfigs])
    const same = questions.get(key)
    questions.set(key, same ? together(same, question) : question)
  }
  return [...questions.values()]
}

function questionsOf(
  { image, pullPolicy, object, pod }: ImageUse,
  secrets: Awaited<ReturnType<PullSecretsOf>>,
  nodes: readonly Node[] | undefined,
): readonly ImageToSee[] {
  const base = { image, pullPolicy, ...secrets, usedBy: [object] }
  const able = nodes === undefined ? [] : nodesFor(pod, nodes)
  const platforms = [...new Set(able.map((node) => node.platform))]
  if (platforms.length === 0) return [{ ...base, platform: undefined, nodes: [] }]
  return platforms.map((platform) => ({ ...base, platform, nodes: able.filter((node) => node.platform === platform) }))
}

const together = (one: ImageToSee, other: ImageToSee): ImageToSee => ({
  ...one,
  nodes: [...new Set([...one.nodes, ...other.nodes])],
  notes: [...new Set([...one.notes, ...other.notes])],
  usedBy: [...new Set([...one.usedBy, ...other.usedBy])],
})
