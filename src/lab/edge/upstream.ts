import type { LabKubernetes, LabNomad, LabRequest, LabResponse } from '../contract.ts'
import type { RunningService } from './running-service.ts'
import type { Runtime } from './runtime.ts'
import type { EdgeWorld } from './world.ts'

export interface Upstreams {
  readonly nomad: Pick<LabNomad, 'answer'>
  readonly kubernetes: Pick<LabKubernetes, 'ingress'>
}

export interface Asking {
  readonly world: EdgeWorld
  readonly runtime: Runtime
  readonly upstreams: Upstreams
  readonly service: RunningService
}

/** What a server of a service answers, or what Traefik says in its place. */
export function askServer({ world, runtime, upstreams, service }: Asking, url: string, request: LabRequest): LabResponse {
  const server = new URL(url)
  const instance = service.instances?.[url]
  if (instance !== undefined) return answered(upstreams.nomad.answer(instance, request))
  if (!isIngress(world, url)) return plain(502, 'Bad Gateway')
  if (server.protocol !== 'https:') return plain(400, 'Client sent an HTTP request to an HTTPS server.\n')
  // The cluster's certificate is a private one for another domain: only a transport that does not look at it gets through (facts: Traefik 16).
  if (runtime.transports.get(service.serversTransport ?? '')?.insecureSkipVerify !== true) return plain(500, 'Internal Server Error')
  return answered(upstreams.kubernetes.ingress(request))
}

/** Whether the cluster's own Traefik is behind this URL. */
export function isIngress(world: EdgeWorld, url: string): boolean {
  const { hostname, port } = new URL(url)
  return world.addresses.ingress.includes(`${hostname}:${port || '443'}`)
}

const answered = (answer: LabResponse | 'drop'): LabResponse => (answer === 'drop' ? plain(502, 'Bad Gateway') : answer)
export const plain = (status: number, body: string): LabResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})
