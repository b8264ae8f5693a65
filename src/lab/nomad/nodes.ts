import type { Json, JsonObject } from '../../domain/json.ts'
import type { LabResponse } from '../contract.ts'
import type { Access } from './access.ts'
import { allocationStub, stopAllocation } from './allocations.ts'
import { forbidden, refused, written } from './answers.ts'
import { idOf } from './ids.ts'
import { taskGroups } from './job-document.ts'
import { findJob } from './jobs.ts'
import { isObject } from './json-fields.ts'
import type { Look } from './reads.ts'
import type { NomadWorld, NomadWorldDrain } from './world.ts'

/** The lab has one node and one server, which are the same agent. */
const ADDRESS = '127.0.0.1'
export const HTTP_PORT = 4646
/** The systemd unit that it is on its host. */
export const NOMAD_UNIT = 'nomad.service'

const nodeId = (world: NomadWorld): string => idOf('node', world.node)

function nodeStub(world: NomadWorld): JsonObject {
  const { drain } = world
  return {
    ID: nodeId(world),
    Name: world.node,
    Address: ADDRESS,
    Datacenter: 'dc1',
    NodePool: 'default',
    NodeClass: '',
    Version: world.version,
    Status: 'ready',
    StatusDescription: '',
    Drain: false,
    SchedulingEligibility: drain === undefined ? 'eligible' : 'ineligible',
    LastDrain: drain === undefined ? null : lastDrain(drain),
    CreateIndex: 1,
    ModifyIndex: drain?.modifyIndex ?? 1,
  }
}

const lastDrain = ({ meta, accessor, startedAt, updatedAt }: NomadWorldDrain): JsonObject => ({
  Status: 'complete',
  Meta: meta,
  AccessorID: `token:${accessor}`,
  StartedAt: seconds(startedAt),
  UpdatedAt: seconds(updatedAt),
})

const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

export const lookAtNodes = (world: NomadWorld): Look => ({ index: world.drain?.modifyIndex ?? 1, body: [nodeStub(world)] })

export function lookAtNode(world: NomadWorld, id: string): Look {
  const index = world.drain?.modifyIndex ?? 1
  if (id !== nodeId(world)) return { index, absent: 'node not found' }
  const { ID, Name, Datacenter, NodePool, Status, Drain, SchedulingEligibility, LastDrain } = nodeStub(world)
  const body = { ID, Name, Datacenter, NodePool, Status, Drain, SchedulingEligibility, LastDrain, DrainStrategy: null }
  return { index, body: { ...body, HTTPAddr: `${ADDRESS}:${HTTP_PORT}` } }
}

export function lookAtAllAllocations(world: NomadWorld, namespaces: (namespace: string) => boolean): Look {
  const seen = world.allocations.filter((each) => namespaces(each.namespace))
  return { index: world.tables.allocations, body: seen.map((each) => allocationStub(world, each)) }
}

/** What gossip says; it has no index. */
export const members = (world: NomadWorld): JsonObject => ({
  ServerName: world.node,
  ServerRegion: world.region,
  ServerDC: 'dc1',
  Members: [
    {
      Name: `${world.node}.${world.region}`,
      Addr: ADDRESS,
      Port: 4648,
      Status: 'alive',
      Tags: { role: 'nomad', region: world.region, dc: 'dc1', build: world.version, port: '4647', rpc_addr: ADDRESS },
    },
  ],
})

/** All allocations are told to end; system jobs' too. The node is "drained" when they are all told, not when they have ended (recorded). */
export function answerDrain(world: NomadWorld, access: Access, id: string, text: string, now: number): LabResponse {
  if (access.node !== 'write') return forbidden()
  if (id !== nodeId(world)) return refused(500, 'node not found')
  const body = parsed(text)
  const spec = isObject(body) ? body['DrainSpec'] : undefined
  if (!isObject(body) || !isObject(spec)) return { status: 501, body: "the lab's Nomad only knows a drain with a DrainSpec" }
  world.writes += 1
  for (const allocation of world.allocations.filter((each) => each.client !== 'complete')) {
    const document = findJob(world, allocation.namespace, allocation.job)?.versions.find((each) => each['Version'] === allocation.version)
    const group = taskGroups(document ?? {}).find((each) => each.name === allocation.group)
    allocation.why = document?.['Type'] === 'system' ? 'alloc not needed as node is tainted' : 'alloc is being migrated'
    stopAllocation(world, allocation, group?.shutdownDelay ?? 0, now)
  }
  const modifyIndex = (world.index += 1)
  world.drain = {
    meta: isObject(body['Meta']) ? body['Meta'] : {},
    accessor: access.token.accessor,
    startedAt: now,
    updatedAt: now,
    modifyIndex,
  }
  return written({ EvalIDs: null, EvalCreateIndex: 0, NodeModifyIndex: modifyIndex, Index: modifyIndex }, modifyIndex)
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
