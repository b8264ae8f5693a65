import type { HelmContents } from '../../../domain/ports/helm.ts'
import type { KubernetesObject } from '../../../domain/ports/index.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { Manifest } from '../manifests.ts'
import { duplicates, parseManifests } from '../manifests.ts'
import type { DeployContext, Reference } from '../record.ts'
import { referenceOf, sameObject } from '../record.ts'
import { chartDocuments } from '../rendered.ts'
import { inNamespace, scopeAmong } from '../scope.ts'
import { KEEP_ANNOTATION } from './record.ts'

/** An object of a release, where helm puts it. */
export interface PlacedObject {
  readonly manifest: Manifest
  readonly object: KubernetesObject
  readonly reference: Reference
  readonly kept: boolean
}

/** The objects of a manifest (or of hooks) of helm's. Rejects with every document that is none, and with every object that comes twice. */
export async function placedObjects(
  { ports }: Pick<DeployContext, 'ports'>,
  { chart, namespace }: { readonly chart: string; readonly namespace: string },
  text: HelmContents['manifest'],
): Promise<readonly PlacedObject[]> {
  const parsed = chartDocuments(chart, text).map((each) => parseManifests(each.file, each.text, 'rendered'))
  const manifests = parsed.flatMap((each) => each.manifests)
  const [problem, ...more] = [...parsed.flatMap((each) => each.problems), ...duplicates(manifests)]
  if (problem !== undefined) throw new ProblemError(problem, ...more)
  const namespaced = scopeAmong(manifests.map((each) => each.object))
  return Promise.all(
    manifests.map(async (manifest) => {
      const kind = await ports.kubernetes.kind(manifest.object.apiVersion, manifest.object.kind)
      const object = inNamespace(manifest.object, kind?.namespaced ?? namespaced(manifest.object), namespace)
      return { manifest, object, reference: referenceOf(object), kept: isKept(object) }
    }),
  )
}

/** Helm leaves it where it is, whatever becomes of the release. */
export const isKept = ({ metadata }: KubernetesObject): boolean => metadata.annotations?.[KEEP_ANNOTATION] === 'keep'

export const among = (objects: readonly PlacedObject[], reference: Reference): PlacedObject | undefined =>
  objects.find((each) => sameObject(each.reference, reference))
