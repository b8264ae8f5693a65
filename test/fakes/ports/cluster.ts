import type { Json } from '../../../src/domain/json.ts'
import type {
  HostUnit,
  ManagedHost,
  NomadListedJob,
  NomadNode,
  NomadNodeRights,
  NomadNodesPort,
  NomadPlacedAllocation,
  Ports,
} from '../../../src/domain/ports/index.ts'
import { ProblemError } from '../../../src/domain/problem.ts'
import { FakeNomad } from './nomad.ts'
import { answered } from './visitor.ts'
import { FakeWorld } from './world.ts'

/** One agent of Nomad on its host. */
export interface FakeAgent {
  /** The plan's name of the host; its own name, and the node's, unless told. */
  readonly host: string
  readonly hostName: string
  readonly nodeName: string
  readonly address: string
  client: boolean
  server: boolean
  leader: boolean
  load: string
  active: string
  enabled: string
  eligible: boolean
  meta: Readonly<Record<string, string>> | undefined
  root: boolean
  /** Milliseconds for which its process outlives the unit. */
  lingers: number
  endedAt: number | undefined
}

/** Agents on hosts, with jobs and allocations in memory. Its API answers while most of the servers run. */
export class FakeCluster {
  readonly world = new FakeWorld()
  readonly agents: FakeAgent[]
  jobs: NomadListedJob[] = []
  allocations: NomadPlacedAllocation[] = []
  rights: NomadNodeRights | 'unknown' = { everyNamespace: true, node: 'write' }
  /** How long an allocation takes to end after its node was drained, milliseconds. */
  endMs = 2_000
  /** What was done, in order: "drain a", "stop a", "disable a". */
  readonly log: string[] = []
  consul: string | undefined = '"10.0.0.1:8300"'
  /** Called before each change; somebody else's chance, or a refusal. */
  before: (what: string) => void = () => {}
  readonly #ends = new Map<string, number>()

  constructor(...agents: readonly (Partial<FakeAgent> & { readonly host: string })[]) {
    this.agents = agents.map((given, index) => ({
      hostName: given.host,
      nodeName: given.host,
      address: `10.0.0.${index + 1}`,
      client: true,
      server: true,
      leader: index === 0,
      load: 'loaded',
      active: 'active',
      enabled: 'enabled',
      eligible: true,
      meta: undefined,
      root: true,
      lingers: 0,
      endedAt: undefined,
      ...given,
    }))
    this.world.visitor.answer = ({ url }) => answered(200, url.endsWith('/v1/status/leader') ? (this.consul ?? '""') : 'Hello')
    for (const name of ['k1', 'k2']) this.#node(name, 'True')
  }

  get ports(): Ports {
    const hosts = Object.fromEntries(this.agents.map((agent) => [agent.host, this.#host(agent)]))
    return { ...this.world.ports, nomad: new ClusterNomad(this), hosts }
  }

  setReady(name: string, ready: boolean): void {
    this.#node(name, ready ? 'True' : 'False')
  }

  run(job: Partial<NomadListedJob> & { readonly id: string }, on?: string): void {
    this.jobs.push({
      namespace: 'default',
      type: 'service',
      status: 'running',
      stop: false,
      periodic: false,
      parameterized: false,
      parent: '',
      ...job,
    })
    if (on !== undefined) this.place(job.id, on, job.namespace)
  }

  place(job: string, on: string, namespace = 'default', clientStatus = 'running'): void {
    const known = { jobVersion: 0, desiredStatus: 'run', healthy: true, createIndex: 1, tasks: [] }
    this.allocations.push({
      ...known,
      id: `${job}-on-${on}`,
      name: `${job}.g[0]`,
      node: on,
      nodeId: `id-${on}`,
      namespace,
      job,
      clientStatus,
    })
  }

  snapshot(): Json {
    return {
      agents: this.agents.map(({ host, active, enabled, eligible }) => ({ host, active, enabled, eligible })),
      allocations: this.#allocations().map(({ id, clientStatus }) => `${id} ${clientStatus}`),
      world: this.world.snapshot(),
    }
  }

  readonly nodes: NomadNodesPort = {
    rights: async () => this.#asked(this.rights),
    jobs: async () => this.#asked(this.jobs),
    allocations: async () => this.#asked(this.#allocations()),
    nodes: async () => this.#asked(this.agents.filter((each) => each.client).map(nodeOf)),
    httpAddress: async (node) => this.#asked(`${this.agents.find((each) => idOf(each) === node)?.address}:4646`),
    servers: async () =>
      this.#asked(
        this.agents
          .filter((each) => each.server)
          .map(({ nodeName: name, address, leader, active }) => ({
            name,
            address,
            leader,
            status: active === 'active' ? 'alive' : 'failed',
          })),
      ),
    drain: async (node, { meta }) => {
      const agent = this.agents.find((each) => idOf(each) === node)
      if (agent === undefined) throw new Error(`no node ${node}`)
      this.#change(`drain ${agent.host}`)
      this.#asked(undefined)
      Object.assign(agent, { eligible: false, meta })
      for (const each of this.allocations.filter((one) => one.nodeId === node)) this.#ends.set(each.id, this.world.clock.now() + this.endMs)
    },
  }

  #asked<Value>(value: Value): Value {
    const servers = this.agents.filter((each) => each.server)
    if (servers.filter((each) => each.active === 'active').length * 2 > servers.length) return value
    throw new ProblemError({ code: 'nomad-unreachable', summary: 'Nomad does not answer', next: [], effect: 'no' })
  }

  #change(what: string): void {
    this.before(what)
    this.log.push(what)
  }

  #allocations(): readonly NomadPlacedAllocation[] {
    const now = this.world.clock.now()
    return this.allocations.map((each) => ((this.#ends.get(each.id) ?? Infinity) <= now ? { ...each, clientStatus: 'complete' } : each))
  }

  #host(agent: FakeAgent): ManagedHost {
    const nothing = async (): Promise<never> => Promise.reject(new Error('not asked in these tests'))
    const lives = (): boolean => agent.active === 'active' || (agent.endedAt ?? 0) + agent.lingers > this.world.clock.now()
    return {
      describe: nothing,
      readFile: nothing,
      replaceFile: nothing,
      hashFile: nothing,
      tunnel: async ({ host, port }) => ({ socketPath: `${agent.host}:${host}:${port}`, close: async () => {} }),
      close: async () => {},
      units: {
        read: async (name, { processes = [], ports = [] } = {}) => ({
          ...unitOf(agent, name.endsWith('.service') ? name : `${name}.service`),
          living: lives() ? processes : [],
          listening: agent.active === 'active' ? ports : [],
        }),
        stop: async () => {
          this.#change(`stop ${agent.host}`)
          Object.assign(agent, { active: 'inactive', endedAt: this.world.clock.now() })
        },
        disable: async () => {
          this.#change(`disable ${agent.host}`)
          agent.enabled = 'disabled'
        },
      },
    }
  }

  #node(name: string, status: string): void {
    this.world.kubernetes.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: {
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          { type: 'Ready', status },
        ],
      },
    })
  }
}

class ClusterNomad extends FakeNomad {
  readonly nodes: NomadNodesPort

  constructor({ world, nodes }: FakeCluster) {
    super(world.clock)
    this.nodes = nodes
  }
}

const idOf = ({ nodeName }: FakeAgent): string => `id-${nodeName}`

const nodeOf = (agent: FakeAgent): NomadNode => ({
  id: idOf(agent),
  name: agent.nodeName,
  address: agent.address,
  status: agent.active === 'active' ? 'ready' : 'down',
  draining: false,
  eligible: agent.eligible,
  lastDrain: agent.meta && { status: 'complete', meta: agent.meta },
})

const unitOf = ({ host, hostName, address, load, active, enabled, root }: FakeAgent, name: string): HostUnit => ({
  name,
  load,
  active,
  enabled,
  process: active === 'active' ? `10:${host}` : undefined,
  file: '/etc/systemd/system/nomad.service',
  content: '[Service]\nExecStart=/usr/bin/nomad agent -config /etc/nomad.d\n',
  command: ['/usr/bin/nomad', 'agent', '-config', '/etc/nomad.d'],
  living: [],
  listening: [],
  isRoot: root,
  hostName,
  addresses: ['127.0.0.1', address],
})
