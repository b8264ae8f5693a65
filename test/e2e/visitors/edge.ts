import { createSecureContext } from 'node:tls'
import { Agent, buildConnector } from 'undici'

/** Where visitors go: always to one address, whatever DNS says, and with the site's name in TLS and HTTP. */
export interface Edge {
  /** `host:port`. */
  readonly address: string
  readonly site: string
  /** PEM of the authority that the site's certificate is signed by. */
  readonly authority: string
}

/** How long a visitor waits for an answer, milliseconds: far longer than a machine that is busy with whole worlds stands still. */
export const PATIENCE_MS = 30_000

/** Each new connection is a stranger's: a whole TLS handshake. */
export function agentFor({ address, site, authority }: Edge): Agent {
  // Made once: with `ca` each connection would read the authority anew, which costs a visitor more than the handshake.
  const secureContext = createSecureContext({ ca: authority })
  const connect = buildConnector({ secureContext, servername: site, maxCachedSessions: 0, allowH2: false, timeout: PATIENCE_MS })
  const [hostname = '', port = ''] = address.split(':')
  return new Agent({
    connect: (options, callback) => connect({ ...options, hostname, port }, callback),
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  })
}
