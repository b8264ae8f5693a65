import type { Json, JsonObject } from '../../domain/json.ts'
import type { NomadListedJob, NomadNode, NomadNodesPort, NomadPlacedAllocation, NomadServer } from '../../domain/ports/nomad-nodes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { allocationOf } from './answers.ts'
import type { NomadApi } from './api.ts'
import { isList, listOf, objectOf, textOf } from './json-fields.ts'
import { readNodeRights } from './node-rights.ts'

/** Nodes, servers and what runs on them, over all namespaces of the region. Recorded from 1.11 (test/lab/nomad/recordings). */
export function createNodes(api: NomadApi): NomadNodesPort {
  const list = async (path: string, what: string, capability: string, query = {}): Promise<readonly JsonObject[]> =>
    listOf((await api.ask('GET', path, { what, capability, query, expects: isList })).body).map(objectOf)

  /** A namespace that the token may not see is missing from `namespace=*` without a word: 200 and an empty list (recorded). */
  const everywhere = async (path: string, what: string): Promise<readonly JsonObject[]> => {
    const rights = await readNodeRights(api)
    if (rights === 'unknown' || !rights.everyNamespace) throw new ProblemError(unseen(api.address, what))
    return list(path, what, 'list-jobs and read-job in every namespace', { namespace: '*' })
  }
  const nodePath = (id: string, rest = ''): string => `/v1/node/${encodeURIComponent(id)}${rest}`

  return {
    rights: () => readNodeRights(api),
    jobs: async () => (await everywhere('/v1/jobs', 'list the jobs of all namespaces')).map(listedJob),
    allocations: async () => (await everywhere('/v1/allocations', 'list the allocations of all namespaces')).map(placedAllocation),
    nodes: async () => (await list('/v1/nodes', 'list the nodes', 'node:read')).map(nodeOf),
    async httpAddress(node) {
      const { body } = await api.ask('GET', nodePath(node), { what: `read node ${node}`, capability: 'node:read' })
      return textOf(objectOf(body)['HTTPAddr']) || undefined
    },
    async servers() {
      const [members, leader] = await Promise.all([
        api.ask('GET', '/v1/agent/members', {
          what: 'list the servers',
          capability: 'node:read',
          expects: (body) => isList(objectOf(body)['Members']),
        }),
        api.ask('GET', '/v1/status/leader', { what: 'ask for the leader', capability: 'none' }),
      ])
      return listOf(objectOf(members.body)['Members']).map((each) => serverOf(objectOf(each), textOf(leader.body)))
    },
    async drain(node, { deadlineMs, meta }) {
      await api.ask('POST', nodePath(node, '/drain'), {
        what: `drain node ${node}`,
        capability: 'node:write',
        body: { DrainSpec: { Deadline: deadlineMs * 1e6, IgnoreSystemJobs: false }, MarkEligible: false, Meta: meta },
      })
    },
  }
}

const listedJob = (raw: JsonObject): NomadListedJob => ({
  id: textOf(raw['ID']),
  namespace: textOf(raw['Namespace']) || 'default',
  type: textOf(raw['Type']),
  status: textOf(raw['Status']),
  stop: raw['Stop'] === true,
  periodic: raw['Periodic'] === true,
  parameterized: raw['ParameterizedJob'] === true,
  parent: textOf(raw['ParentID']),
})

const NO_DEPLOYMENT: ReadonlySet<number> = new Set()

const placedAllocation = (raw: JsonObject): NomadPlacedAllocation => ({
  ...allocationOf(raw, NO_DEPLOYMENT),
  namespace: textOf(raw['Namespace']) || 'default',
  job: textOf(raw['JobID']),
  nodeId: textOf(raw['NodeID']),
})

function nodeOf(raw: JsonObject): NomadNode {
  const last = raw['LastDrain']
  return {
    id: textOf(raw['ID']),
    name: textOf(raw['Name']),
    address: textOf(raw['Address']),
    status: textOf(raw['Status']),
    draining: raw['Drain'] === true,
    eligible: textOf(raw['SchedulingEligibility']) !== 'ineligible',
    lastDrain:
      last === null || last === undefined ? undefined : { status: textOf(objectOf(last)['Status']), meta: texts(objectOf(last)['Meta']) },
  }
}

const texts = (value: Json | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([key, text]) => [key, textOf(text)]))

/** Gossip names a server `NAME.REGION`; who leads is known by the address of its RPC. */
function serverOf(raw: JsonObject, leader: string): NomadServer {
  const tags = objectOf(raw['Tags'])
  const address = textOf(raw['Addr'])
  const rpc = `${textOf(tags['rpc_addr']) || address}:${textOf(tags['port'])}`
  const name = textOf(raw['Name'])
  const region = `.${textOf(tags['region'])}`
  return {
    name: name.endsWith(region) ? name.slice(0, -region.length) : name,
    address,
    status: textOf(raw['Status']),
    leader: rpc === leader || rpc.replace(/^\[?([^\]]*)\]?:/, '[$1]:') === leader,
  }
}

const unseen = (address: string, what: string) => ({
  code: 'nomad-namespaces-unseen',
  summary: `the token for Nomad at ${address} cannot be shown to see every namespace, and Nomad leaves out what it may not see without a word`,
  attempted: what,
  next: [
    'give the token a policy with `namespace "*" { policy = "read" }` and no narrower rule that takes it away again',
    'or set NOMAD_TOKEN (targets.nomad.token) to a management token',
  ],
  effect: 'no' as const,
})
