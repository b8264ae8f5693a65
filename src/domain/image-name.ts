/** An image's name with every default filled in, as containerd reads it (distribution's reference grammar). */
export interface ImageName {
  /** `docker.io` where the name has none; with its port. */
  readonly registry: string
  /** `library/nginx` for Docker's own `nginx`. */
  readonly repository: string
  /** `latest` where the name has neither tag nor digest; undefined where it has only a digest. */
  readonly tag?: string
  /** `sha256:…`; where there is one, the tag says nothing. */
  readonly digest?: string
}

const DEFAULT_REGISTRY = 'docker.io'
const REGISTRY =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/
const LONGEST_NAME = 255

/** Undefined where the kubelet would say `InvalidImageName`. */
export function parseImageName(reference: string): ImageName | undefined {
  const at = reference.indexOf('@')
  const digest = at === -1 ? undefined : reference.slice(at + 1)
  const { name, tag } = splitTag(at === -1 ? reference : reference.slice(0, at))
  const { registry, path } = splitRegistry(name)
  const repository = registry === DEFAULT_REGISTRY && !path.includes('/') ? `library/${path}` : path
  const isValid =
    REGISTRY.test(registry) &&
    repository.split('/').every((part) => PATH_COMPONENT.test(part)) &&
    registry.length + 1 + repository.length <= LONGEST_NAME &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest))
  if (!isValid) return undefined
  const named = tag ?? (digest === undefined ? 'latest' : undefined)
  return { registry, repository, ...(named !== undefined && { tag: named }), ...(digest !== undefined && { digest }) }
}

function splitTag(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.lastIndexOf(':')
  return colon > text.lastIndexOf('/') ? { name: text.slice(0, colon), tag: text.slice(colon + 1) } : { name: text }
}

/** The first part is a registry if it has a dot, a port or a capital, or is `localhost`. */
function splitRegistry(name: string): { readonly registry: string; readonly path: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(0, slash))
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  if (!isRegistry) return { registry: DEFAULT_REGISTRY, path: name }
  return { registry: first === 'index.docker.io' ? DEFAULT_REGISTRY : first, path: name.slice(slash + 1) }
}

/** Names of one image are the same text here, however they are written: as nodes list the images they have. */
export function fullImageName({ registry, repository, tag, digest }: ImageName): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`
}
