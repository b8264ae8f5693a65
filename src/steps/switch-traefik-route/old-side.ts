import type { Observation } from '../../domain/observation.ts'
import { pass, pending } from '../../domain/observation.ts'
import { siteOf } from '../../domain/plan.ts'
import type { EdgeService, HttpExchange, UpstreamTrust } from '../../domain/ports/index.ts'
import type { StepContext } from '../../domain/step-kind.ts'
import { differences } from '../../domain/site.ts'
import { dependsOnJob, qualify } from './record.ts'
import type { SwitchRecord } from './record.ts'

/** The old side as the edge has it now. */
export type OldSide =
  /** Gone from the edge: no router, no service, no servers. */
  | { readonly status: 'gone'; readonly reason: string }
  /** Every server gave the site's expected answer. */
  | { readonly status: 'answers'; readonly reason: string }
  /** A server that the edge still lists does not take connections. */
  | { readonly status: 'dead'; readonly reason: string; readonly evidence: readonly string[] }
  /** A server answered, but not as the site should. */
  | { readonly status: 'wrong'; readonly reason: string; readonly evidence: readonly string[] }
  /** Its servers refuse plain requests, as Consul Connect's do: only the edge itself can ask them. */
  | { readonly status: 'closed'; readonly reason: string; readonly evidence: readonly string[] }

/** Router in the API and enabled, service there, every server asked plainly as from the edge. */
export async function lookAtOldSide(context: StepContext<unknown>, record: Pick<SwitchRecord, 'replaced'>): Promise<OldSide> {
  const { edge } = context.ports
  const router = await edge.router(record.replaced.name)
  if (router === undefined) return { status: 'gone', reason: `the edge no longer has router ${record.replaced.name}` }
  if (router.status === 'disabled')
    return { status: 'gone', reason: `Traefik has disabled router ${router.name}: ${router.errors.join('; ')}` }
  const name = qualify(router.service, router.provider)
  const service = await edge.service(name)
  if (service === undefined || service.servers.length === 0) return { status: 'gone', reason: `service ${name} of the edge has no servers` }
  const trust = await trustFor(context, router.provider, service)
  const answers = await Promise.all(
    service.servers.map(async ({ url }) => ({ url, exchange: await askPlainly(context, service, url, trust) })),
  )
  return judgeServers(context, service, answers)
}

interface Answer {
  readonly url: string
  readonly exchange: HttpExchange
}

function judgeServers({ plan }: StepContext<unknown>, service: EdgeService, answers: readonly Answer[]): OldSide {
  const wrong = answers
    .map(({ url, exchange }) => ({ url, exchange, differs: differences(exchange, siteOf(plan).expect) }))
    .filter((each) => each.differs.length > 0)
  const evidence = wrong.map(({ url, differs }) => `${url}: ${differs.join('; ')}`)
  const servers = `${answers.length} ${answers.length === 1 ? 'server' : 'servers'} of ${service.name}`
  if (wrong.length === 0) return { status: 'answers', reason: `${servers} answered ${siteOf(plan).expect.status}` }
  const are = answers.length === 1 ? 'is' : 'are'
  if (wrong.some(({ exchange }) => takesNoConnections(exchange))) return { status: 'dead', reason: evidence[0] ?? servers, evidence }
  if (wrong.every(({ exchange }) => isClosed(exchange, service))) {
    return { status: 'closed', reason: `${servers} ${are} known to the edge, but closed to plain requests`, evidence }
  }
  return { status: 'wrong', reason: evidence[0] ?? `${servers} answered wrongly`, evidence }
}

/** Nobody listens: a sidecar with mutual TLS would at least take the connection. */
const takesNoConnections = (exchange: HttpExchange): boolean =>
  !exchange.ok && ['refused', 'unreachable', 'timeout', 'dns'].includes(exchange.failure)

/** Mutual TLS refuses in many ways: a reset, a handshake, no HTTP at all, or a 400 about HTTP on an HTTPS port. */
const isClosed = (exchange: HttpExchange, service: EdgeService): boolean =>
  exchange.ok ? exchange.status === 400 && service.serversTransport !== undefined : !takesNoConnections(exchange)

/** A standing look: it must not write a probe into the live file, so it says honestly what it did not see. One bad look may be a hiccup. */
export function oldSideObservation(seen: OldSide): Observation {
  switch (seen.status) {
    case 'answers':
      return pass(`the old side answers: ${seen.reason}`)
    case 'closed':
      return pass(`the old side is enabled at the edge: ${seen.reason}, so not asked directly`, seen.evidence)
    case 'dead':
      return pending(`the old side does not take connections: ${seen.reason}`, { side: 'old', evidence: seen.evidence })
    case 'gone':
      return pending(`the old side is gone: ${seen.reason}`, { side: 'old' })
    case 'wrong':
      return pending(`the old side answers wrongly: ${seen.reason}`, { side: 'old', evidence: seen.evidence })
  }
}

const askPlainly = (context: StepContext<unknown>, service: EdgeService, url: string, trust: UpstreamTrust): Promise<HttpExchange> => {
  const site = new URL(siteOf(context.plan).url)
  return context.ports.edge.ask(url, {
    host: service.passHostHeader ? site.host : new URL(url).host,
    path: `${site.pathname}${site.search}`,
    trust,
  })
}

/** The file says how its own services are dialled; a job's service is asked plainly. */
async function trustFor({ ports }: StepContext<unknown>, provider: string, service: EdgeService): Promise<UpstreamTrust> {
  return dependsOnJob(provider) ? { insecureSkipVerify: false } : ports.edge.trustOf(await ports.edge.read(), service)
}
