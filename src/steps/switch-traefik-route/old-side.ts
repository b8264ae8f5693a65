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
  const before = qualify(record.replaced.service, record.replaced.provider)
  // Its router seldom leads elsewhere than it did: asked beside it, and anew where it does.
  const [router, serviceBefore] = await Promise.all([edge.router(record.replaced.name), edge.service(before)])
  if (router === undefined) return { status: 'gone', reason: `the edge no longer has router ${record.replaced.name}` }
  if (router.status === 'disabled')
    return { status: 'gone', reason: `Traefik has disabled router ${router.name}: ${router.errors.join('; ')}` }
  const name = qualify(router.service, router.provider)
  const service = name === before ? serviceBefore : await edge.service(name)
  if (service === undefined || service.servers.length === 0) return { status: 'gone', reason: `service ${name} of the edge has no servers` }
  const trust = await trustFor(context, router.provider, service)
  const answers = await Promise.all(
    service.servers.map(async ({ url }): Promise<Answer> => {
      const exchange = await askPlainly(context, service, url, trust)
      return { url, exchange, takesConnections: takesConnections(exchange) ?? (await speaksTls(context, service, url, trust)) }
    }),
  )
  return judgeServers(context, service, answers)
}

interface Answer {
  readonly url: string
  readonly exchange: HttpExchange
  /** Somebody is there: a byte of theirs has come. */
  readonly takesConnections: boolean
}

function judgeServers({ plan }: StepContext<unknown>, service: EdgeService, answers: readonly Answer[]): OldSide {
  const wrong = answers
    .map((each) => ({ ...each, differs: differences(each.exchange, siteOf(plan).expect) }))
    .filter((each) => each.differs.length > 0)
  const evidence = wrong.map(({ url, differs }) => `${url}: ${differs.join('; ')}`)
  const servers = `${answers.length} ${answers.length === 1 ? 'server' : 'servers'} of ${service.name}`
  if (wrong.length === 0) return { status: 'answers', reason: `${servers} answered ${siteOf(plan).expect.status}` }
  const are = answers.length === 1 ? 'is' : 'are'
  if (wrong.some((each) => !each.takesConnections)) return { status: 'dead', reason: evidence[0] ?? servers, evidence }
  if (wrong.every(({ exchange }) => isClosed(exchange, service))) {
    return { status: 'closed', reason: `${servers} ${are} known to the edge, but closed to plain requests`, evidence }
  }
  return { status: 'wrong', reason: evidence[0] ?? `${servers} answered wrongly`, evidence }
}

/**
 * Whether somebody is there; undefined where it cannot be told. A sidecar with mutual TLS shows its certificate or an alert. Over ssh a server that
 * refuses connections ends them without a byte, and so may one that is spoken to without the TLS that it expects.
 */
function takesConnections(exchange: HttpExchange): boolean | undefined {
  if (exchange.ok || exchange.certificate !== undefined || exchange.timings.firstByte !== undefined) return true
  if (exchange.failure === 'reset') return exchange.timings.secured === undefined ? undefined : true
  return exchange.failure === 'tls' || exchange.failure === 'protocol'
}

/** A server that ended a plain connection without a byte, asked once more over TLS. */
async function speaksTls(context: StepContext<unknown>, service: EdgeService, url: string, trust: UpstreamTrust): Promise<boolean> {
  const secure = new URL(url)
  if (secure.protocol === 'https:') return false
  const { port } = secure
  secure.protocol = 'https:'
  secure.port = port === '' ? '80' : port
  return takesConnections(await askPlainly(context, service, secure.href, trust)) ?? false
}

/** Mutual TLS refuses in many ways: a reset, a handshake, no HTTP at all, or a 400 about HTTP on an HTTPS port. */
const isClosed = (exchange: HttpExchange, service: EdgeService): boolean =>
  !exchange.ok || (exchange.status === 400 && service.serversTransport !== undefined)

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
  const { edge } = ports
  return dependsOnJob(provider) ? { insecureSkipVerify: false } : edge.trustOf(await (edge.readAgain?.() ?? edge.read()), service)
}
