/** Why an image could not be pulled: only some of it gets better by waiting. */
export type PullFailure = 'not-found' | 'unauthorized' | 'invalid-name' | 'wrong-platform' | 'network'

/**
 * Reads the message of ErrImagePull and ImagePullBackOff. The wording is the container runtime's: containerd 1.6 and 2, CRI-O and Docker
 * were looked at. Order matters: "repository does not exist or may require authorization" is a matter of rights, and a name that DNS
 * does not find is the network's.
 */
export function pullFailure(message: string): PullFailure {
  if (/invalid reference format|InvalidImageName|couldn't parse image (name|reference)/i.test(message)) return 'invalid-name'
  if (/no match for platform|no matching manifest for|exec format error/i.test(message)) return 'wrong-platform'
  if (/\b(401|403)\b|unauthorized|authorization failed|access denied|no basic auth credentials|insufficient_scope|\bdenied:/i.test(message))
    return 'unauthorized'
  if (
    /\blookup\b|dial tcp|i\/o timeout|connection refused|no such host|x509:|tls:|TLS handshake|\b5\d\d\b.*(Internal|Gateway|Unavailable)|toomanyrequests|\b429\b/i.test(
      message,
    )
  )
    return 'network'
  if (/code = NotFound|: not found|manifest unknown|name unknown|manifest for .* not found|\b404 Not Found\b/i.test(message))
    return 'not-found'
  return 'network'
}

/** In words, to be read after the image's name. */
export const PULL_FAILURE_IN_WORDS: Readonly<Record<PullFailure, string>> = {
  'not-found': 'does not exist in its registry',
  unauthorized: 'may not be pulled: the registry wants other credentials (is the pull secret there and right?)',
  'invalid-name': 'has a name that no registry accepts',
  'wrong-platform': "is not built for the node's architecture",
  network: 'could not be pulled: the registry did not answer the node',
}
