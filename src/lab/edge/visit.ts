import { createHash } from 'node:crypto'
import type { LabContext, LabRequest, LabResponse } from '../contract.ts'
import type { FailoverConfiguration } from './configuration.ts'
import { qualified } from './configuration.ts'
import type { Health } from './health.ts'
import { healthAt } from './health.ts'
import type { Metrics } from './metrics.ts'
import { passMiddlewares } from './middlewares.ts'
import type { RunningService } from './running-service.ts'
import type { RunningRouter, Runtime } from './runtime.ts'
import type { Upstreams } from './upstream.ts'
import { askServer, isIngress, plain } from './upstream.ts'
import { nextTurn, withCookie } from './weighted.ts'
import type { EdgeWorld } from './world.ts'

/** A visitor's request on an entry point: the first router that matches, its middlewares, its service. */
export function answerVisitor(
  world: EdgeWorld,
  context: LabContext,
  runtime: Runtime,
  upstreams: Upstreams,
  entryPoint: string,
  request: LabRequest,
  metrics: Metrics,
): LabResponse | 'drop' {
  const point = world.entryPoints.find((each) => each.name === entryPoint)
  if (point === undefined) return 'drop'
  const answer = answerOn({ world, context, runtime, upstreams, request, metrics }, point)
  metrics.count('entrypoint', entryPoint, request.method, answer.status)
  return answer
}

type Asked = Omit<Visit, 'health' | 'router'>

function answerOn(asked: Asked, { name: entryPoint, tls }: EdgeWorld['entryPoints'][number]): LabResponse {
  const { world, context, runtime, upstreams, request } = asked
  const router = choose(world, runtime.routers, entryPoint, tls, request)
  if (router === undefined) return plain(404, '404 page not found\n')
  const stopped = passMiddlewares(runtime, router, request, tls)
  if (stopped !== undefined) return stopped
  if (router.service === 'noop@internal') return plain(418, '')
  if (router.service.endsWith('@internal')) return { status: 501, body: `the lab does not serve ${router.service}` }
  const health = healthAt(world, runtime, upstreams, context.clock.now())
  return proxy({ ...asked, health, router }, runtime.services.get(qualified(router.service, router.provider)))
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

interface Visit {
  readonly world: EdgeWorld
  readonly context: LabContext
  readonly runtime: Runtime
  readonly upstreams: Upstreams
  readonly health: Health
  readonly router: RunningRouter
  readonly request: LabRequest
  readonly metrics: Metrics
}

function proxy(visit: Visit, service: RunningService | undefined): LabResponse {
  if (service === undefined) return plain(503, 'no available server\n')
  if (service.weighted !== undefined) {
    const turn = nextTurn(visit.runtime, service, visit.request, visit.health)
    return withCookie(proxy(visit, turn?.child), turn?.cookie)
  }
  return service.failover === undefined ? serve(visit, service) : failOver(visit, service, service.failover)
}

function failOver(visit: Visit, { provider }: RunningService, { service, fallback, errors }: FailoverConfiguration): LabResponse {
  const named = (name: string): RunningService | undefined => visit.runtime.services.get(qualified(name, provider))
  const [first, second] = [named(service), named(fallback)]
  if (first === undefined || !visit.health.isUp(first)) return proxy(visit, second)
  const limit = errors?.maxRequestBodyBytes ?? -1
  if (limit >= 0 && Buffer.byteLength(visit.request.body) > limit) return plain(413, 'Request Entity Too Large')
  const answer = proxy(visit, first)
  return errors?.status.some((range) => isIn(range, answer.status)) === true ? proxy(visit, second) : answer
}

/** `502`, or `500-504`. */
function isIn(range: string, status: number): boolean {
  const [from = 0, to = from] = range.split('-').map(Number)
  return status >= from && status <= to
}

function serve({ world, context, runtime, upstreams, health, router, request, metrics }: Visit, service: RunningService): LabResponse {
  const url = service.servers.find((each) => health.isServerUp(service, each))
  if (url === undefined) return plain(503, 'no available server\n')
  const host = request.headers['host'] ?? ''
  const forwarded = {
    ...request,
    headers: {
      ...request.headers,
      host: service.passHostHeader ? host : new URL(url).host,
      'x-forwarded-host': host,
      'x-forwarded-proto': router.tls === undefined ? 'http' : 'https',
    },
  }
  const answer = askServer({ world, runtime, upstreams, service }, url, forwarded)
  const isCluster = isIngress(world, url) && url.startsWith('https:') && answer.status < 500
  const given = isCluster && spoilt(world, context, router, request) ? { ...answer, status: 200, body: WRONG_PAGE } : answer
  // Whoever had no server to ask counts nothing: that 503 is the entry point's alone.
  metrics.count('service', service.name, request.method, given.status)
  return given
}

const WRONG_PAGE = '<!doctype html><title>Welcome</title><h1>It works!</h1>'

/** The fault `bad-body-after-cutover`: visitors of the site get a wrong page, direct requests to the cluster do not. */
const spoilt = (world: EdgeWorld, context: LabContext, router: RunningRouter, request: LabRequest): boolean =>
  context.faults.has('bad-body-after-cutover') &&
  router.provider === 'file' &&
  (request.headers['host'] ?? '').replace(/:\d+$/, '') === world.siteHost
