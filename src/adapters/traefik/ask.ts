import type { EdgePort, UpstreamTrust } from '../../domain/ports/edge.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import type { VisitorPort } from '../../domain/ports/visitor.ts'
import { addressOf, askThroughHost, splitAddress } from './through-host.ts'

/**
 * One request to an upstream as the edge sends it: from the edge's host, with the visitor's Host and the forwarding headers of a visitor over
 * HTTPS, SNI and verification after the server's URL (none for an IP address; facts: Traefik 19) unless the transport names a server.
 * Rejects where the host cannot be reached; what the upstream does is in the exchange.
 */
export function createAsk(host: HostPort, visitor: VisitorPort): EdgePort['ask'] {
  const through = askThroughHost(host, visitor)
  return async (serverUrl, { host: visitorsHost, path, trust, address, headers }) => {
    const server = new URL(serverUrl)
    const ca = await authorities(host, trust)
    return through(address === undefined ? addressOf(server) : splitAddress(address), {
      url: new URL(path, server.origin).href,
      headers: {
        host: visitorsHost,
        'x-forwarded-host': visitorsHost,
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '443',
        ...headers,
      },
      insecureSkipVerify: trust.insecureSkipVerify,
      ...(trust.serverName !== undefined && { serverName: trust.serverName }),
      ...(ca !== undefined && { ca }),
    })
  }
}

/** PEM of the transport's authorities: written in the file itself, or files on the edge's host. */
async function authorities(host: HostPort, trust: UpstreamTrust): Promise<string | undefined> {
  if (trust.rootCAs === undefined || trust.insecureSkipVerify) return undefined
  const texts = trust.rootCAs.map(async (each) =>
    each.includes('-----BEGIN') ? each : new TextDecoder().decode((await host.readFile(each)).bytes),
  )
  return (await Promise.all(texts)).join('\n')
}
