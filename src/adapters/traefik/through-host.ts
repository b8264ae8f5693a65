import type { HostPort, Tunnel } from '../../domain/ports/host.ts'
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

/** A tunnel held for later requests; `asking`: the one that opened it is not done yet, and closes what was let go meanwhile. */
interface Kept {
  readonly tunnel: Tunnel
  asking: boolean
}
const letGo = async ({ tunnel, asking }: Kept): Promise<void> => (asking ? undefined : tunnel.close())

/**
 * Requests that come out on the host. The first tunnel to an address is kept until the host is closed, so that later requests need not wait for a
 * login. Over ssh an upstream that refuses looks like a tunnel that broke (`reset`), so that is asked once more through a fresh one. Rejects with
 * `tunnel-broke` where our own end of it does not take connections, and a fresh one does not either: that says nothing of the upstream.
 */
export function askThroughHost(host: HostPort, visitor: VisitorPort): (address: Address, request: HttpRequest) => Promise<HttpExchange> {
  const kept = new Map<string, Kept>()
  const once = async (address: Address, request: HttpRequest): Promise<HttpExchange> => {
    const key = `${address.host}:${address.port}`
    const tunnel = await host.tunnel(address)
    const known = kept.get(key)
    const mine = known?.tunnel.socketPath === tunnel.socketPath ? undefined : { tunnel, asking: true }
    if (mine !== undefined) kept.set(key, mine)
    try {
      if (mine !== undefined && known !== undefined) await letGo(known)
      const exchange = await visitor.ask({ ...request, socketPath: tunnel.socketPath })
      if (whyOurEnd(exchange) !== undefined) await drop(key, tunnel)
      return exchange
    } finally {
      if (mine !== undefined) mine.asking = false
      if (mine === undefined || kept.get(key) !== mine) await tunnel.close()
    }
  }
  /** Without a user it is opened anew, whatever ssh says of its life. What another request has opened since is not that one. */
  const drop = async (key: string, { socketPath }: Tunnel): Promise<void> => {
    const dead = kept.get(key)
    if (dead?.tunnel.socketPath !== socketPath) return
    kept.delete(key)
    await letGo(dead)
  }
  return async (address, request) => {
    const first = await once(address, request)
    if (first.ok || (first.failure !== 'reset' && whyOurEnd(first) === undefined)) return first
    const second = await once(address, request)
    const broke = whyOurEnd(second)
    if (broke !== undefined) throw tunnelBroke(address, broke)
    return second
  }
}

/** The socket of a tunnel is on this machine: nobody there but ssh can refuse us. Undefined: it took the connection. */
const whyOurEnd = (exchange: HttpExchange): string | undefined =>
  !exchange.ok && (exchange.failure === 'refused' || exchange.failure === 'unreachable') ? exchange.detail : undefined

const tunnelBroke = ({ host, port }: Address, detail: string): ProblemError =>
  new ProblemError({
    code: 'tunnel-broke',
    summary: `our own ssh tunnel to ${host}:${port} does not take connections, nor does a fresh one: ${detail}`,
    attempted: `ask ${host}:${port} from the edge's host`,
    next: ['see that ssh to the host stays up (its log, `ServerAliveInterval`), then run again'],
    effect: 'no',
  })
