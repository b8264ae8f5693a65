import { createHash } from 'node:crypto'
import type { LabContext, LabKubernetes, LabNomad, LabRequest, LabResponse } from '../contract.ts'
import { qualified } from './configuration.ts'
import { passMiddlewares } from './middlewares.ts'
import type { RunningRouter, RunningService, Runtime } from './runtime.ts'
import type { EdgeWorld } from './world.ts'

export interface Upstreams {
  readonly nomad: Pick<LabNomad, 'answer'>
  readonly kubernetes: Pick<LabKubernetes, 'ingress'>
}

/** A visitor's request on an entry point: the first router that matches, its middlewares, its service. */
export function answerVisitor(
  world: EdgeWorld,
  context: LabContext,
  runtime: Runtime,
  upstreams: Upstreams,
  entryPoint: string,
  request: LabRequest,
): LabResponse | 'drop' {
  const point = world.entryPoints.find((each) => each.name === entryPoint)
  if (point === undefined) return 'drop'
  const router = choose(world, runtime.routers, entryPoint, point.tls, request)
  if (router === undefined) return plain(404, '404 page not found\n')
  const stopped = passMiddlewares(runtime, router, request, point.tls)
  if (stopped !== undefined) return stopped
  if (router.service === 'noop@internal') return plain(418, '')
  if (router.service.endsWith('@internal')) return { status: 501, body: `the lab does not serve ${router.service}` }
  const service = runtime.services.get(qualified(router.service, router.provider))
  return service === undefined
    ? plain(503, 'no available server\n')
    : proxy(world, context, runtime, upstreams, { router, service, request })
}

/** By priority; among equals a coin that falls anew with each configuration (facts: Traefik 10). */
function choose(
  world: EdgeWorld,
  routers: readonly RunningRouter[],
  entryPoint: string,
  tls: boolean,
  request: LabRequest,
): RunningRouter | undefined {
  const coin = ({ name }: RunningRouter) => createHash('sha256').update(`${world.loads} ${name}`).digest('hex')
  return routers
    .filter(
      (router) =>
        router.status !== 'disabled' && router.using.includes(entryPoint) && (router.tls !== undefined) === tls && router.matches(request),
    )
    .toSorted((a, b) => b.priority - a.priority || (coin(a) < coin(b) ? -1 : 1))[0]
}

interface Proxied {
  readonly router: RunningRouter
  readonly service: RunningService
  readonly request: LabRequest
}

function proxy(
  world: EdgeWorld,
  context: LabContext,
  runtime: Runtime,
  upstreams: Upstreams,
  { router, service, request }: Proxied,
): LabResponse {
  const url = service.servers[0]
  if (url === undefined) return plain(503, 'no available server\n')
  const server = new URL(url)
  const forwarded = {
    ...request,
    headers: {
      ...request.headers,
      host: service.passHostHeader ? (request.headers['host'] ?? '') : server.host,
      'x-forwarded-host': request.headers['host'] ?? '',
      'x-forwarded-proto': router.tls === undefined ? 'http' : 'https',
    },
  }
  const instance = service.instances?.[url]
  if (instance !== undefined) return answered(upstreams.nomad.answer(instance, forwarded))
  if (!world.addresses.ingress.includes(`${server.hostname}:${server.port || '443'}`)) return plain(502, 'Bad Gateway')
  if (server.protocol !== 'https:') return plain(400, 'Client sent an HTTP request to an HTTPS server.\n')
  // The cluster's certificate is a private one for another domain: only a transport that does not look at it gets through (facts: Traefik 16).
  if (runtime.transports.get(service.serversTransport ?? '')?.insecureSkipVerify !== true) return plain(500, 'Internal Server Error')
  const answer = answered(upstreams.kubernetes.ingress(forwarded))
  return spoilt(world, context, router, request)
    ? { ...answer, status: 200, body: '<!doctype html><title>Welcome</title><h1>It works!</h1>' }
    : answer
}

/** The fault `bad-body-after-cutover`: visitors of the site get a wrong page, direct requests to the cluster do not. */
const spoilt = (world: EdgeWorld, context: LabContext, router: RunningRouter, request: LabRequest): boolean =>
  context.faults.has('bad-body-after-cutover') &&
  router.provider === 'file' &&
  (request.headers['host'] ?? '').replace(/:\d+$/, '') === world.siteHost

const answered = (answer: LabResponse | 'drop'): LabResponse => (answer === 'drop' ? plain(502, 'Bad Gateway') : answer)
const plain = (status: number, body: string): LabResponse => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body })
