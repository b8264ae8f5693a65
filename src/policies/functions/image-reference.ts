import type { Value, ValueMap } from './value.ts'
import { fieldOf, mapOf, textOf } from './value.ts'

/** The parts of an image's name. `registry` is '' where the name has none; Docker's rule: the first part is one if it has a dot or a port, or is `localhost`. */
export interface ImageReference {
  readonly registry: string
  /** Without registry, tag and digest: `library/nginx`. */
  readonly repository: string
  /** Last part of the repository: `nginx`. */
  readonly name: string
  readonly tag: string
  readonly digest: string
  /** The name says the same image tomorrow: a digest, or a tag that is not `latest`. */
  readonly fixed: boolean
}

export function imageReference(reference: string): ImageReference {
  const [named = '', digest = ''] = reference.split('@')
  const tagAt = named.lastIndexOf(':')
  const hasTag = tagAt > named.lastIndexOf('/')
  const tag = hasTag ? named.slice(tagAt + 1) : ''
  const path = hasTag ? named.slice(0, tagAt) : named
  const first = path.slice(0, Math.max(0, path.indexOf('/')))
  const registry = /[.:]/.test(first) || first === 'localhost' ? first : ''
  const repository = registry === '' ? path : path.slice(registry.length + 1)
  const name = repository.slice(repository.lastIndexOf('/') + 1)
  return { registry, repository, name, tag, digest, fixed: digest !== '' || (tag !== '' && tag !== 'latest') }
}

/** What the kubelet does where the manifest says nothing: `Always` for `latest` or no tag, else `IfNotPresent` (Kubernetes documentation, "Images"). */
export function pullPolicy(container: Value): string {
  const reference = imageReference(textOf(fieldOf(container, 'image')))
  return textOf(fieldOf(container, 'imagePullPolicy')) || (reference.fixed ? 'IfNotPresent' : 'Always')
}

/** What the plan expects of this image (`expects.images`): by its whole name without tag, by its repository, or by the last part of that. */
export function expectedImage(reference: string, expects: Value): ValueMap {
  const { registry, repository, name } = imageReference(reference)
  const images = mapOf(fieldOf(expects, 'images'))
  const key = [`${registry}/${repository}`, repository, name].find((each) => images[each] !== undefined)
  return key === undefined ? {} : mapOf(images[key])
}
