import type { Json } from '../domain/json.ts'
import type { KubernetesObject } from '../domain/ports/kubernetes.ts'
import { allContainers } from './functions/pods.ts'
import { textOf } from './functions/value.ts'

/** The images that an object's pods run, init containers' included, as it names them. */
export const imagesOf = (object: KubernetesObject): readonly string[] =>
  allContainers(object as Json).flatMap(({ image }) => textOf(image) || [])
