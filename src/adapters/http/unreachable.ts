import type { Problem } from '../../domain/problem.ts'
import type { FailureKind, NetworkFailure } from './network-failure.ts'

const ADVICE: Readonly<Record<FailureKind, string>> = {
  refused: 'check that the address and port are right and that the server runs',
  reset: 'try again; if it stays, look into the log of the server (or of a proxy between)',
  timeout: 'check that the address is right and that no firewall drops the packets',
  dns: 'check the name in the address; from this machine it must resolve',
  unreachable: 'check the address and the network (a VPN that is down?)',
  tls: "check the address, and that the authority of the server's certificate is given",
  protocol: 'check the port: something else than this API answers there',
}

/** The problem of a request to an API that got no answer: effect `no` only where nothing of it can have left. */
export function unreachable(origin: string, attempted: string, failure: NetworkFailure): Problem {
  return {
    code: 'unreachable',
    summary: `${origin} cannot be used: ${failure.detail}`,
    attempted,
    next: [ADVICE[failure.failure]],
    effect: failure.neverSent ? 'no' : 'unknown',
  }
}
