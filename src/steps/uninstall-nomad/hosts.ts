import type { HostUnit, NomadNode, NomadServer } from '../../domain/ports/index.ts'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { HostRecord, NamedHost, UninstallContext } from './record.ts'
import { hostOf, nodesOf, runs, serviceOf } from './record.ts'

/** Nomad's own default, where a server without a client part does not tell. */
const DEFAULT_HTTP_PORT = 4646

/** The agents on the plan's hosts, in the order in which they are stopped, and the nodes and servers elsewhere. */
export interface Agents {
  readonly hosts: readonly HostRecord[]
  /** Names of Nomad's nodes and servers that the plan leaves alone. */
  readonly staying: readonly string[]
}

/** Finds each host's unit, its node and whether it is a server; rejects with the problems of all hosts at once. */
export async function findAgents(context: UninstallContext): Promise<Agents> {
  const nodesPort = nodesOf(context)
  const [units, nodes, servers] = await Promise.all([
    Promise.all(context.spec.hosts.map((each) => hostOf(context, each.host).units.read(serviceOf(context.spec)))),
    nodesPort.nodes(),
    nodesPort.servers(),
  ])
  const found = context.spec.hosts.flatMap((named, index) => {
    const unit = units[index]
    return unit === undefined ? [] : [{ named, unit, nodes: candidates(named, unit, nodes), server: serverOn(named, unit, servers) }]
  })
  const problems = found.flatMap((each) => problemsOf(each, nodes))
  const taken = found.flatMap(({ nodes: [node] }) => (node ? [node.id] : []))
  const [first, ...rest] = [...problems, ...(new Set(taken).size === taken.length ? [] : [sameNode(found)])]
  if (first !== undefined) throw new ProblemError(first, ...rest)
  const hosts = await Promise.all(found.map((each) => recordOf(context, each)))
  const mine = new Set([...taken, ...found.flatMap(({ server }) => (server ? [server.name] : []))])
  return {
    hosts: inOrder(hosts, servers.find((each) => each.leader)?.name, found),
    staying: [
      ...nodes.filter((each) => each.status !== 'down' && !mine.has(each.id)).map((each) => `node ${each.name}`),
      ...servers.filter((each) => each.status === 'alive' && !mine.has(each.name)).map((each) => `server ${each.name}`),
    ],
  }
}

interface Found {
  readonly named: NamedHost
  readonly unit: HostUnit
  readonly nodes: readonly NomadNode[]
  readonly server: NomadServer | undefined
}

/** By the plan's word; else by name, or by an address that is the host's own and not every host's. A node that is down counts only where no other fits. */
function candidates({ host, node: told }: NamedHost, unit: HostUnit, nodes: readonly NomadNode[]): readonly NomadNode[] {
  const fits = nodes.filter(({ id, name, address }) =>
    told === undefined ? isOn(host, unit, name, address) : name === told || id === told,
  )
  const up = fits.filter((each) => each.status !== 'down')
  return up.length > 0 ? up : fits
}

const serverOn = ({ host, node }: NamedHost, unit: HostUnit, servers: readonly NomadServer[]): NomadServer | undefined =>
  servers.find(({ name, address }) => name === node || isOn(host, unit, name, address))

const isOn = (host: string, unit: HostUnit, name: string, address: string): boolean =>
  name === host || name === unit.hostName || (unit.addresses.includes(address) && !/^(127\.|::1$)/.test(address))

function problemsOf({ named: { host, node: told }, unit, nodes: found, server }: Found, nodes: readonly NomadNode[]): readonly Problem[] {
  const known = nodes.map(({ name, address, status }) => `node ${name} at ${address} is ${status}`)
  const problem = (code: string, summary: string, ...next: readonly string[]): Problem => ({
    code,
    summary,
    details: known,
    next,
    effect: 'no',
  })
  const sayWhich = `say which it is: hosts: [{ host: ${host}, node: NAME }]`
  if (unit.load === 'not-found')
    return [problem('unit-missing', `${host} has no unit ${unit.name}`, 'name the unit that Nomad runs as: `service:`')]
  if (found.length > 1)
    return [
      problem(
        'nomad-node-ambiguous',
        `${found.length} nodes of Nomad may be ${host}: ${found.map((each) => each.id).join(', ')}`,
        sayWhich,
      ),
    ]
  if (found.length === 0 && (told !== undefined || (runs(unit) && server === undefined))) {
    const said = told === undefined ? `no node or server of Nomad has the name or an address of ${host}` : `Nomad has no node ${told}`
    return [problem('nomad-node-unknown', said, sayWhich)]
  }
  const ready = found[0]?.status === 'ready' ? found[0] : undefined
  if (!runs(unit) && (ready !== undefined || server?.status === 'alive'))
    return [
      problem(
        'nomad-runs-otherwise',
        `${unit.name} on ${host} is ${unit.active}, but Nomad says that ${ready ? `node ${ready.name} is ready` : `server ${server?.name} is alive`}`,
        'name the unit that the agent runs as: `service:`; an agent that systemd does not run must be stopped by hand',
      ),
    ]
  return []
}

const sameNode = (found: readonly Found[]): Problem => ({
  code: 'nomad-node-ambiguous',
  summary: 'two of the hosts lead to the same node of Nomad',
  details: found.map(({ named, nodes: [node] }) => `${named.host}: ${node?.name ?? 'no node'} (${node?.id ?? ''})`),
  next: ['name each host once, or say which node it is: hosts: [{ host: HOST, node: NAME }]'],
  effect: 'no',
})

async function recordOf(context: UninstallContext, { named: { host }, unit, nodes: [node], server }: Found): Promise<HostRecord> {
  const address = node && runs(unit) ? await nodesOf(context).httpAddress(node.id) : undefined
  const port = Number(/:(\d+)$/.exec(address ?? '')?.[1] ?? DEFAULT_HTTP_PORT)
  return {
    host,
    unit: unit.name,
    active: runs(unit),
    enabled: unit.enabled,
    process: unit.process ?? null,
    file: unit.file,
    content: unit.content,
    command: unit.command,
    node: node === undefined ? null : { id: node.id, name: node.name, eligible: node.eligible },
    server: server !== undefined,
    port: runs(unit) ? port : null,
  }
}

/** Clients first, as long as there are servers to tell them what to do; of the servers the leader last. */
function inOrder(hosts: readonly HostRecord[], leader: string | undefined, found: readonly Found[]): readonly HostRecord[] {
  const rank = ({ host, server }: HostRecord): number => {
    if (!server) return 0
    return found.some((each) => each.named.host === host && each.server?.name === leader) ? 2 : 1
  }
  return hosts.toSorted((a, b) => rank(a) - rank(b))
}
