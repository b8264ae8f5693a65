import { RELEASE_ANNOTATIONS } from './record.ts'
import type { ReleaseRecord } from './record.ts'
import { nameOf } from '../record.ts'
import type { DeployContext, Reference } from '../record.ts'

export interface Remains {
  /** Objects that helm deletes and that are still there. */
  readonly left: readonly string[]
  /** What stays on purpose, with the reason. */
  readonly kept: readonly string[]
}

/** What is there of all that the release has made anew. */
export async function remainsOf({ ports: { kubernetes } }: DeployContext, record: ReleaseRecord): Promise<Remains> {
  const added = record.objects.filter((each) => each.added)
  const [left, kept, hooks] = await Promise.all([
    there(
      added.filter((each) => !each.kept),
      async (reference) => isItsOwn(record, await kubernetes.get(reference)),
    ),
    there(
      added.filter((each) => each.kept),
      async (reference) => (await kubernetes.get(reference)) !== undefined,
    ),
    there(
      record.hooks.map((reference) => ({ reference })),
      async (reference) => (await kubernetes.get(reference)) !== undefined,
    ),
  ])
  return {
    left,
    kept: [
      ...kept.map((each) => `${each} stays: the chart tells helm to keep it`),
      ...hooks.map((each) => `${each} stays: a hook made it, and helm does not take those back`),
      ...(record.createsNamespace ? [`Namespace ${record.namespace} stays: it may hold what others put there`] : []),
    ],
  }
}

async function there<Each extends { readonly reference: Reference }>(
  objects: readonly Each[],
  look: (reference: Reference) => Promise<boolean>,
): Promise<readonly string[]> {
  const found = await Promise.all(objects.map(async ({ reference }) => ((await look(reference)) ? [nameOf(reference)] : [])))
  return found.flat()
}

type Live = Awaited<ReturnType<DeployContext['ports']['kubernetes']['get']>>

/** An object of that name that others have made since is not what helm deleted. */
function isItsOwn({ release, namespace }: ReleaseRecord, live: Live): boolean {
  const annotations = live?.metadata.annotations ?? {}
  return annotations[RELEASE_ANNOTATIONS.name] === release && annotations[RELEASE_ANNOTATIONS.namespace] === namespace
}
