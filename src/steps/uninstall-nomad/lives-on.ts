import { look } from '../../domain/look.ts'
import type { Observation } from '../../domain/observation.ts'
import { pass, pending } from '../../domain/observation.ts'
import type { HttpExchange } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError, toProblem } from '../../domain/problem.ts'
import { askAsVisitor } from '../../domain/visit-site.ts'
import type { UninstallContext, Well } from './record.ts'
import { hostOf } from './record.ts'

/** What the plan names as living on, while it is well; rejects with all that is not. */
export async function wellNow(context: UninstallContext): Promise<Well> {
  const { kubernetesNodes = false, consulLeader, urls = [] } = context.spec.livesOn ?? {}
  const problems: Problem[] = []
  const gather = async <Value>(work: Promise<Value>): Promise<Value | undefined> =>
    work.catch((thrown: unknown) => {
      if (!(thrown instanceof ProblemError)) throw thrown
      problems.push(toProblem(thrown))
      return undefined
    })
  const [readyNodes, answered] = await Promise.all([
    kubernetesNodes ? gather(someReadyNodes(context)) : null,
    Promise.all(urls.map((url) => gather(answerOf(context, url)))),
    consulLeader === undefined ? undefined : gather(everyLeader(context, consulLeader)),
  ])
  const [first, ...rest] = problems
  if (first !== undefined) throw new ProblemError(first, ...rest)
  return { readyNodes: readyNodes ?? null, urls: answered.flatMap((each) => (each === undefined ? [] : [each])) }
}

/** One look at each of them against what it was. */
export async function observeWell(context: UninstallContext, well: Well): Promise<readonly Observation[]> {
  const { consulLeader } = context.spec.livesOn ?? {}
  const { readyNodes } = well
  return Promise.all([
    ...(readyNodes === null ? [] : [look('the Kubernetes nodes', () => observeNodes(context, readyNodes))]),
    ...(consulLeader === undefined ? [] : [look('Consul', () => observeLeader(context, consulLeader))]),
    ...well.urls.map(({ url, status }) => look(url, () => observeUrl(context, url, status))),
  ])
}

async function readyNodesNow({ ports }: UninstallContext): Promise<readonly string[]> {
  const nodes = await ports.kubernetes.list({ apiVersion: 'v1', kind: 'Node' }, { namespace: '' })
  return nodes.filter(isReady).map((node) => node.metadata.name)
}

function isReady({ status }: { readonly [field: string]: unknown }): boolean {
  const conditions = isObject(status) && Array.isArray(status['conditions']) ? (status['conditions'] as readonly unknown[]) : []
  return conditions.some((each) => isObject(each) && each['type'] === 'Ready' && each['status'] === 'True')
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

async function someReadyNodes(context: UninstallContext): Promise<readonly string[]> {
  const ready = await readyNodesNow(context)
  if (ready.length > 0) return ready
  throw notWell('no Kubernetes node is Ready', 'kubectl get nodes   # see why')
}

async function observeNodes(context: UninstallContext, before: readonly string[]): Promise<Observation> {
  const ready = new Set(await readyNodesNow(context))
  const missing = before.filter((name) => !ready.has(name))
  return missing.length === 0
    ? pass(
        before.length === 1
          ? `Kubernetes node ${before[0]} still is Ready`
          : `the ${before.length} Kubernetes nodes that were Ready still are`,
      )
    : pending(`Kubernetes nodes were Ready before and are not now: ${missing.join(', ')}`, { side: 'new' })
}

/** A Consul agent is asked through each host, the way its own services reach it. */
async function leaderless(context: UninstallContext, url: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    context.spec.hosts.map(async ({ host }) => {
      const said = await askThrough(context, host, `${url.replace(/\/$/, '')}/v1/status/leader`)
      const leader = said.ok && said.status === 200 ? /^"([^"]+)"/.exec(said.body.trim())?.[1] : undefined
      return leader === undefined
        ? [`Consul at ${url} on ${host} names no leader: ${said.ok ? `${said.status} ${said.body.slice(0, 60)}` : said.detail}`]
        : []
    }),
  )
  return answers.flat()
}

async function askThrough(context: UninstallContext, host: string, url: string): Promise<HttpExchange> {
  const { hostname, port, protocol } = new URL(url)
  const address = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || (protocol === 'https:' ? 443 : 80)) }
  const once = async (): Promise<HttpExchange> => {
    const tunnel = await hostOf(context, host).tunnel(address)
    try {
      return await context.ports.visitor.ask({ url, socketPath: tunnel.socketPath }, context.signal)
    } finally {
      await tunnel.close()
    }
  }
  const first = await once()
  if (whyOurEnd(first) === undefined) return first
  const second = await once()
  const broke = whyOurEnd(second)
  if (broke !== undefined) throw tunnelBroke(host, url, broke)
  return second
}

/** The socket of a tunnel is on this machine: nobody there but ssh can refuse us. Undefined: it took the connection. */
const whyOurEnd = (said: HttpExchange): string | undefined =>
  !said.ok && (said.failure === 'refused' || said.failure === 'unreachable') ? said.detail : undefined

const tunnelBroke = (host: string, url: string, detail: string): ProblemError =>
  new ProblemError({
    code: 'tunnel-broke',
    summary: `our own ssh tunnel through ${host} does not take connections, nor does a fresh one: ${detail}`,
    attempted: `ask ${url} from ${host}`,
    next: ['see that ssh to the host stays up, then run again'],
    effect: 'no',
  })

async function everyLeader(context: UninstallContext, url: string): Promise<void> {
  const without = await leaderless(context, url)
  if (without[0] !== undefined) throw notWell(without.join('; '), 'consul members   # on the host: see why')
}

async function observeLeader(context: UninstallContext, url: string): Promise<Observation> {
  const without = await leaderless(context, url)
  return without.length === 0 ? pass('Consul has a leader') : pending(without.join('; '))
}

/** What a server says of itself (5xx) is not "well", whatever it was before. */
async function answerOf(context: UninstallContext, url: string): Promise<Well['urls'][number]> {
  const said = await askAsVisitor(context, url)
  if (said.ok && said.status < 500) return { url, status: said.status }
  throw notWell(
    `${url} does not answer well: ${said.ok ? `status ${said.status}` : said.detail}`,
    `curl -i ${url}   # see why, or take it out of livesOn.urls`,
  )
}

async function observeUrl(context: UninstallContext, url: string, before: number): Promise<Observation> {
  const said = await askAsVisitor(context, url)
  if (said.ok && said.status === before) return pass(`${url} answers ${before} as before`)
  return pending(`${url} answered ${before} before, and now ${said.ok ? `answers ${said.status}` : `does not: ${said.detail}`}`)
}

const notWell = (summary: string, next: string): ProblemError =>
  new ProblemError({
    code: 'not-well-before',
    summary,
    attempted: 'look at what the plan names as living on without Nomad',
    next: [next, 'Nomad is only removed while all of them are well: afterwards nobody could tell what it broke'],
    effect: 'no',
  })
