import type { HostPort } from '../../domain/ports/host.ts'
import type { HttpExchange, HttpRequest, VisitorPort } from '../../domain/ports/visitor.ts'
import { ProblemError } from '../../domain/problem.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Where a URL leads, its usual port filled in. */
export const addressOf = (url: URL): Address => ({
  host: bare(url.hostname),
  port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
})

/** `192.168.1.5:30443`, `[::1]:30443`. */
export function splitAddress(address: string): Address {
  const at = address.lastIndexOf(':')
  const port = Number(address.slice(at + 1))
  if (at > 0 && Number.isInteger(port) && port > 0 && port < 65_536) return { host: bare(address.slice(0, at)), port }
  throw new ProblemError({
    code: 'address-not-understood',
    summary: `\`${address}\` is no address of the form host:port`,
    next: ['write it as in 192.168.1.5:30443'],
    effect: 'no',
  })
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

/**
 * Requests that come out on the host. The first tunnel to an address is kept until the host is closed, so that later requests need not wait for a
 * login; one that broke looks like an upstream that refuses, so that is asked once more through a fresh one.
 */
export function askThroughHost(host: HostPort, visitor: VisitorPort): (address: Address, request: HttpRequest) => Promise<HttpExchange> {
  const kept = new Set<string>()
  const once = async (address: Address, request: HttpRequest): Promise<HttpExchange> => {
    const tunnel = await host.tunnel(address)
    const key = `${address.host}:${address.port}`
    const isFirst = !kept.has(key)
    kept.add(key)
    try {
      return await visitor.ask({ ...request, socketPath: tunnel.socketPath })
    } finally {
      if (!isFirst) await tunnel.close()
    }
  }
  return async (address, request) => {
    const exchange = await once(address, request)
    return !exchange.ok && ['refused', 'reset', 'unreachable'].includes(exchange.failure) ? once(address, request) : exchange
  }
}
