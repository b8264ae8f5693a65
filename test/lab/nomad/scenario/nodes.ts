import type { JsonObject } from '../../../../src/domain/json.ts'
import type { Call, Seen } from './call.ts'
import { get, post, rows, running, textAt } from './call.ts'
import { JOB, register } from './jobs.ts'

/** A job that runs on every node. */
const SYSTEM: JsonObject = {
  ...JOB,
  ID: 'everywhere',
  Name: 'everywhere',
  Type: 'system',
  TaskGroups: [{ ...(JOB['TaskGroups'] as readonly JsonObject[])[0], Count: 1, Update: null, Services: null }],
}
const LATE: JsonObject = { ...JOB, ID: 'late', Name: 'late' }

const nodeId = (seen: Seen): string => textAt(rows(seen('nodes')['rows'])[0], 'ID')
const NODE = ['Status', 'Drain', 'SchedulingEligibility', 'NodePool', 'NodeClass']
const inList = (fields: readonly string[]): readonly string[] => fields.map((field) => `0.${field}`)
const LIST = ['ID', 'Namespace', 'Status', 'Stop', 'Type', 'Periodic', 'ParameterizedJob', 'ParentID']
/** Of a node: the rest is what the machine has. */
const KEPT = ['ID', 'Name', 'HTTPAddr', 'Status', 'Drain', 'DrainStrategy', 'SchedulingEligibility', 'LastDrain', 'Datacenter', 'NodePool']

/** Nodes and servers, and who may see them. */
export const NODES: readonly Call[] = [
  get('nodes', '/v1/nodes', {
    until: (body) => rows(body)[0]?.['Status'] === 'ready',
    same: inList([...NODE, 'LastDrain']),
    without: ['Drivers', 'HostVolumes'],
  }),
  get('nodes-keeper', '/v1/nodes', { token: 'keeper', same: inList(NODE), without: ['Drivers', 'HostVolumes'] }),
  get('nodes-reader', '/v1/nodes', { token: 'reader' }),
  get('nodes-none', '/v1/nodes', { token: 'none' }),
  get('node', (seen) => `/v1/node/${nodeId(seen)}`, { keep: KEPT, same: [...NODE.slice(0, 4), 'LastDrain', 'DrainStrategy'] }),
  get('node-reader', (seen) => `/v1/node/${nodeId(seen)}`, { token: 'reader' }),
  get('node-absent', '/v1/node/00000000-1111-2222-3333-444444444444'),
  get('members', '/v1/agent/members', {
    token: 'keeper',
    same: ['Members.0.Status', 'Members.0.Tags.role', 'Members.0.Tags.region', 'ServerRegion'],
  }),
  get('members-reader', '/v1/agent/members', { token: 'reader' }),
  get('policy-keeper', '/v1/acl/policy/keeper', {
    token: 'keeper',
    same: ['Name', 'RulesJSON.Node.Policy', 'RulesJSON.Namespaces.0.Name'],
  }),
]

/** Jobs and allocations of all namespaces: what a token may not see is left out without a word. */
export const EVERYWHERE: readonly Call[] = [
  get('everywhere-empty', '/v1/jobs?namespace=*', { token: 'keeper', same: [''] }),
  get('everywhere-allocations-empty', '/v1/allocations?namespace=*', { token: 'keeper', same: [''] }),
  get('everywhere-none', '/v1/jobs?namespace=*', { token: 'none' }),
  get('everywhere-allocations-none', '/v1/allocations?namespace=*', { token: 'none' }),
  post('other-registers', '/v1/jobs?namespace=other', { body: register({ ...SYSTEM, Namespace: 'other' }, 0) }),
  get('other-runs', '/v1/job/everywhere/allocations?namespace=other', {
    until: (body) => rows(body)[0]?.['ClientStatus'] === 'running',
    same: ['0.ClientStatus', '0.DesiredStatus', '0.Namespace', '0.Name'],
    without: ['TaskStates'],
  }),
  get('everywhere-one', '/v1/jobs?namespace=*', { token: 'keeper', same: inList(LIST), without: ['JobSummary'] }),
  get('everywhere-reader', '/v1/jobs?namespace=*', { token: 'reader', same: [''] }),
  get('everywhere-allocations-reader', '/v1/allocations?namespace=*', { token: 'reader', same: [''] }),
  get('everywhere-allocations', '/v1/allocations?namespace=*', {
    token: 'keeper',
    same: inList(['ClientStatus', 'DesiredStatus', 'JobID', 'Namespace']),
    without: ['TaskStates', 'AllocatedResources', 'PreemptedAllocations'],
  }),
  post('drained-registers', '/v1/jobs', { body: register(JOB, 0) }),
  get('drained-runs', '/v1/job/contract/allocations', { until: running(0), same: ['0.ClientStatus'], without: ['TaskStates'] }),
]

/** A drain: the node is said to be drained while its allocations still end. */
export const DRAIN: readonly Call[] = [
  post('drain-reader', (seen) => `/v1/node/${nodeId(seen)}/drain`, { token: 'reader', body: { DrainSpec: { Deadline: 60e9 } } }),
  post('drain-absent', '/v1/node/00000000-1111-2222-3333-444444444444/drain', { body: { DrainSpec: { Deadline: 60e9 } } }),
  post('drain', (seen) => `/v1/node/${nodeId(seen)}/drain`, {
    token: 'keeper',
    body: { DrainSpec: { Deadline: 60e9, IgnoreSystemJobs: false }, MarkEligible: false, Meta: { who: 'contract' } },
  }),
  get('node-drained', (seen) => `/v1/node/${nodeId(seen)}`, {
    until: (body) => (body as JsonObject)['Drain'] === false,
    keep: KEPT,
    same: ['Status', 'Drain', 'SchedulingEligibility', 'DrainStrategy', 'LastDrain.Status', 'LastDrain.Meta.who'],
  }),
  get('still-ending', '/v1/allocations?namespace=*', {
    until: (body) => rows(body).some((each) => each['DesiredStatus'] === 'stop' && each['ClientStatus'] === 'running'),
    without: ['TaskStates', 'AllocatedResources', 'PreemptedAllocations'],
  }),
  get('ended', '/v1/allocations?namespace=*', {
    until: (body) => rows(body).every((each) => each['ClientStatus'] === 'complete'),
    without: ['TaskStates', 'AllocatedResources', 'PreemptedAllocations'],
  }),
  get('nodes-drained', '/v1/nodes', { same: inList(NODE), without: ['Drivers', 'HostVolumes'] }),
  get('job-drained', '/v1/job/contract', {
    until: (body) => (body as JsonObject)['Status'] !== 'running',
    same: ['Status', 'Stop'],
    without: ['TaskGroups'],
  }),
  get('system-drained', '/v1/job/everywhere?namespace=other', { same: ['Stop', 'Type'], without: ['TaskGroups'] }),
  post('late-registers', '/v1/jobs', { body: register(LATE, 0) }),
  get('late-nowhere', '/v1/job/late/allocations', { same: [''] }),
  get('late', '/v1/job/late', {
    until: (body) => (body as JsonObject)['Status'] === 'pending',
    same: ['Status', 'Stop'],
    without: ['TaskGroups'],
  }),
  post('drain-again', (seen) => `/v1/node/${nodeId(seen)}/drain`, { body: { DrainSpec: { Deadline: 60e9 }, Meta: { who: 'again' } } }),
  get('node-drained-again', (seen) => `/v1/node/${nodeId(seen)}`, {
    until: (body) => (body as JsonObject)['Drain'] === false,
    keep: KEPT,
    same: ['Drain', 'SchedulingEligibility', 'LastDrain.Status', 'LastDrain.Meta.who'],
  }),
]
