import { z } from 'zod'
import { DEFAULT_GATE_POLICY } from '../domain/gate-policy.ts'
import { canonicalJson } from '../domain/json.ts'
import { look } from '../domain/look.ts'
import type { Observation } from '../domain/observation.ts'
import { combine, fail, pass, pending } from '../domain/observation.ts'
import { siteOf } from '../domain/plan.ts'
import type { DynamicConfig, EdgePort, EdgeService, HttpExchange, UpstreamTrust } from '../domain/ports/index.ts'
import { differences } from '../domain/site.ts'
import type { StepContext, WaitingStepKind } from '../domain/step-kind.ts'
import { address, name } from './fields.ts'
import { failed, findings, passed } from './finding.ts'
import { recorded } from './recorded.ts'

const spec = z.strictObject({
  through: name("Service of the edge's dynamic file that leads to the cluster's Traefik, such as to-k8s-traefik"),
  address: address("Where to connect, host:port, where the edge's own name for the cluster resolves only inside its container").optional(),
})
export type VerifyIngressSpec = z.output<typeof spec>
type Context = StepContext<VerifyIngressSpec>

export const verifyIngress: WaitingStepKind<VerifyIngressSpec> = {
  nature: 'waits',
  kind: 'verify-ingress',
  summary: 'Asks the new side for the site exactly as the edge will: from its host, with its Host header, SNI and trust',
  spec,
  example: { through: 'to-k8s-traefik', address: '192.168.1.5:30443' },
  targets: ['edge'],
  traffic: () => ({ forward: [{ do: 'prove', side: 'new' }], back: [] }),
  check: ({ through }) =>
    through.includes('@') && !through.endsWith('@file')
      ? [
          {
            code: 'service-not-in-file',
            summary: `through: ${through} is not a service of the edge's dynamic file`,
            next: ['name a service of the file, such as to-k8s-traefik: only its trust settings can be copied'],
          },
        ]
      : [],
  preflight: (context) =>
    findings(`service ${qualified(context.spec)} of the edge`, async () => {
      const service = await context.ports.edge.service(qualified(context.spec))
      const what = `the edge has service ${qualified(context.spec)}`
      return service === undefined ? [failed(what, missing(context))] : [passed(what)]
    }),
  policy: () => ({ ...DEFAULT_GATE_POLICY, interval: 1_000, timeout: 60_000, successThreshold: 3 }),
  observe: (context) => look('the new side behind the edge', () => observe(context)),
}

/** Every server of the service must give the site's expected answer. */
async function observe(context: Context): Promise<Observation> {
  const { edge } = context.ports
  const name = qualified(context.spec)
  const before = waysOf(edge).get(name)
  const early = before && askServers(context, before)
  // Where the way has changed, nobody waits for it.
  early?.catch(() => undefined)
  const [service, config] = await Promise.all([edge.service(name), readAgain(edge)])
  if (service === undefined) return fail(missing(context).summary)
  if (service.status === 'disabled') return fail(`Traefik has disabled ${service.name}: ${service.errors.join('; ')}`)
  if (service.type !== 'loadbalancer') return fail(`${service.name} is of type ${service.type}: its servers cannot be asked one by one`)
  if (service.servers.length === 0) return fail(`${service.name} has no servers`)
  const way: Way = { service, trust: edge.trustOf(config, service) }
  waysOf(edge).set(name, way)
  return combine(await (before !== undefined && early !== undefined && isSameWay(before, way) ? early : askServers(context, way)))
}

const readAgain = (edge: EdgePort): Promise<DynamicConfig> => edge.readAgain?.() ?? edge.read()

/** Whom the edge asks, and how. */
interface Way {
  readonly service: EdgeService
  readonly trust: UpstreamTrust
}

/**
 * As each edge was last seen to ask: the next look asks so at once, beside finding out whether the edge still does. The answer counts only where it
 * does.
 */
const lastSeen = new WeakMap<EdgePort, Map<string, Way>>()

function waysOf(edge: EdgePort): Map<string, Way> {
  const known = lastSeen.get(edge) ?? new Map<string, Way>()
  lastSeen.set(edge, known)
  return known
}

/** All that an answer depends on, and what is said of it. */
const isSameWay = (one: Way, other: Way): boolean => {
  const [a = '', b = ''] = [one, other].map(({ service: { servers, passHostHeader, serversTransport }, trust }) =>
    canonicalJson(recorded({ urls: servers.map(({ url }) => url), passHostHeader, serversTransport, trust })),
  )
  return a === b
}

const askServers = (context: Context, { service, trust }: Way): Promise<readonly Observation[]> =>
  Promise.all(service.servers.map(({ url }) => askServer(context, service, url, trust)))

async function askServer(context: Context, service: EdgeService, url: string, trust: UpstreamTrust): Promise<Observation> {
  const { spec: own, plan, ports } = context
  const site = new URL(siteOf(plan).url)
  const host = service.passHostHeader ? site.host : new URL(url).host
  const exchange = await ports.edge.ask(url, {
    host,
    path: `${site.pathname}${site.search}`,
    trust,
    ...(own.address !== undefined && { address: own.address }),
  })
  const wrong = differences(exchange, siteOf(plan).expect)
  const where = own.address === undefined ? url : `${url} (at ${own.address})`
  if (wrong.length === 0) return pass(`${where} answered ${siteOf(plan).expect.status} for ${host}, ${describeTrust(trust, service)}`)
  return pending(`${where}: ${explain(exchange, wrong)}`, { side: 'new' })
}

/** In the cluster's Traefik an Ingress without ready endpoints loses its router: 404, not 503 (facts: Traefik 17). */
const explain = (exchange: HttpExchange, wrong: readonly string[]): string =>
  exchange.ok && exchange.status === 404
    ? "status 404: the Ingress is without ready endpoints, or the cluster's Traefik does not know it yet"
    : wrong.join('; ')

/** Which trust was used, because a certificate that nobody verified proves less. */
export function describeTrust(trust: UpstreamTrust, service: Pick<EdgeService, 'serversTransport'>): string {
  const source = service.serversTransport === undefined ? 'no serversTransport' : `serversTransport ${service.serversTransport}`
  const sni = trust.serverName === undefined ? '' : `, server name ${trust.serverName}`
  if (trust.insecureSkipVerify) return `certificate not verified (${source}: insecureSkipVerify${sni})`
  const authorities = trust.rootCAs === undefined ? "the system's authorities" : trust.rootCAs.join(', ')
  return `certificate checked against ${authorities} if it is HTTPS (${source}${sni})`
}

const qualified = ({ through }: VerifyIngressSpec): string => (through.includes('@') ? through : `${through}@file`)

const missing = (context: Context) => ({
  code: 'unknown-service',
  summary: `the edge's Traefik has no service ${qualified(context.spec)}`,
  next: [`define it under http.services of ${context.plan.targets.edge?.dynamicConfig ?? 'the dynamic file'}, or correct \`through\``],
})
