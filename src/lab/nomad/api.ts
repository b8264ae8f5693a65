import type { Json } from '../../domain/json.ts'
import type { LabRequest, LabResponse } from '../contract.ts'
import type { Access } from './access.ts'
import { accessOf, policyBody, tokenBody } from './access.ts'
import { forbidden, queryHeaders, refused, written } from './answers.ts'
import type { Surroundings } from './blocking.ts'
import { answerQuery } from './blocking.ts'
import * as nodes from './nodes.ts'
import type { Look } from './reads.ts'
import * as reads from './reads.ts'
import type { Write } from './writes.ts'
import { answerDeregister, answerPlan, answerRegister, answerTag } from './writes.ts'
import type { NomadWorld } from './world.ts'

type Answer = LabResponse | Promise<LabResponse | 'drop'>

/** Nomad's HTTP API as far as recordings of the real one go; 501 for all else. */
export async function answerApi(world: NomadWorld, request: LabRequest, around: Surroundings): Promise<LabResponse | 'drop'> {
  const region = request.query.get('region') ?? ''
  if (region !== '' && region !== world.region) return refused(500, 'No path to region')
  const now = around.clock.now()
  const access = accessOf(world, request, now)
  if (request.path === '/v1/status/leader' && request.method === 'GET') return written('127.0.0.1:4647')
  if (access === 'expired-token' && request.path === '/v1/acl/token/self') return refused(500, 'ACL token expired')
  if (typeof access === 'string') return forbidden()
  const namespace = request.query.get('namespace') || 'default'
  const write: Write = { world, request, access, namespace, now }
  const query = (allowed: boolean, look: () => Look): Answer => (allowed ? answerQuery(request, look, around) : forbidden())
  return (
    (request.path.startsWith('/v1/job/') ? answerJobPath(write, query) : undefined) ??
    (request.method === 'GET' ? (answerAcl(world, request.path, access) ?? answerGet(write, query)) : undefined) ??
    (request.path === '/v1/jobs' && isPost(request) ? answerRegister(write, undefined) : undefined) ??
    answerNodePath(write, query) ?? {
      status: 501,
      headers: { 'content-type': 'text/plain' },
      body: `the lab's Nomad does not know ${request.method} ${request.path}`,
    }
  )
}

const isPost = ({ method }: LabRequest): boolean => method === 'POST' || method === 'PUT'

type Query = (allowed: boolean, look: () => Look) => Answer

function answerGet({ world, request, access, namespace }: Write, query: Query): Answer | undefined {
  const { path } = request
  if (path === '/v1/agent/self') {
    if (!access.management) return forbidden()
    const Version = { Version: world.version }
    return written({ config: { Region: world.region, Version }, member: { Name: `${world.node}.${world.region}` } })
  }
  if (path === '/v1/jobs') {
    const allowed = (each: string): boolean => (namespace === '*' || namespace === each) && access.may(each, 'list-jobs')
    return query(world.namespaces.some(allowed), () => reads.lookAtJobs(world, allowed, request.query.get('prefix') ?? ''))
  }
  if (path === '/v1/allocations' && namespace === '*') {
    const allowed = (each: string): boolean => access.may(each, 'read-job')
    return query(world.namespaces.some(allowed), () => nodes.lookAtAllAllocations(world, allowed))
  }
  if (path === '/v1/agent/members') return access.node === 'none' ? forbidden() : written(nodes.members(world))
  if (path === '/v1/scaling/policies') {
    return query(access.may(namespace, 'list-scaling-policies'), () => reads.lookAtScaling(world, namespace, request.query.get('job')))
  }
  if (path.startsWith('/v1/evaluation/')) {
    return query(access.may(namespace, 'read-job'), () => reads.lookAtEvaluation(world, path.slice('/v1/evaluation/'.length)))
  }
  if (path.startsWith('/v1/namespace/')) return answerNamespace(world, decodeURIComponent(path.slice('/v1/namespace/'.length)), access)
  return undefined
}

function answerNodePath({ world, request, access, now }: Write, query: Query): Answer | undefined {
  const [, id, rest = ''] = /^\/v1\/node(?:s|\/([^/]+)(\/drain)?)$/.exec(request.path) ?? []
  if (rest === '/drain' && id !== undefined && isPost(request)) return nodes.answerDrain(world, access, id, request.body, now)
  if (rest !== '' || request.method !== 'GET') return undefined
  if (request.path === '/v1/nodes') return query(access.node !== 'none', () => nodes.lookAtNodes(world))
  return id === undefined ? undefined : query(access.node !== 'none', () => nodes.lookAtNode(world, id))
}

function answerNamespace(world: NomadWorld, name: string, access: Access): LabResponse {
  if (!access.sees(name)) return forbidden()
  if (!world.namespaces.includes(name)) return refused(404, 'Namespace not found', queryHeaders(1))
  return found({ Name: name, Description: '', Quota: '', CreateIndex: 1, ModifyIndex: 1 })
}

function answerAcl(world: NomadWorld, path: string, access: Access): LabResponse | undefined {
  if (!path.startsWith('/v1/acl/')) return undefined
  if (path === '/v1/acl/token/self') return found(tokenBody(access.token))
  if (!world.acl) return refused(400, 'ACL support disabled')
  if (path === '/v1/acl/policies')
    return found(
      (access.management ? world.policies : access.policies).map((policy) => ({
        Name: policy.name,
        Description: '',
        CreateIndex: 1,
        ModifyIndex: 1,
      })),
    )
  if (!path.startsWith('/v1/acl/policy/')) return undefined
  const name = decodeURIComponent(path.slice('/v1/acl/policy/'.length))
  if (!access.management && name !== 'anonymous' && !access.token.policies.includes(name)) return forbidden()
  const policy = world.policies.find((each) => each.name === name)
  return policy === undefined ? refused(404, 'ACL policy not found', queryHeaders(1)) : found(policyBody(policy))
}

const found = (body: Json): LabResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...queryHeaders(1) },
  body: JSON.stringify(body),
})

/** What the real server also has below a job; without this it would be taken for a job's name. */
const NOT_HERE = /\/(evaluate|periodic\/force|summary|dispatch|dispatch\/payload|revert|deployments|stable|scale|services|actions|action)$/

/** `/v1/job/ID…`: the id may hold slashes, so that the last word decides, as on the real server. */
function answerJobPath(write: Write, query: Query): Answer | undefined {
  const { world, request, access, namespace } = write
  const path = decodeURIComponent(request.path.slice('/v1/job/'.length))
  if (NOT_HERE.test(path)) return undefined
  const [, id = path, last = ''] = /^(.*)\/(allocations|evaluations|versions|submission|deployment|plan|tag)$/.exec(path) ?? []
  if (last === 'tag') {
    const parts = path.split('/')
    if (parts.length !== 4) return refused(404, 'invalid job tag endpoint')
    return isPost(request) || request.method === 'DELETE' ? answerTag(write, parts[0] ?? '', parts[2] ?? '') : undefined
  }
  if (last === 'plan') return isPost(request) ? answerPlan(write, id) : undefined
  if (last === '' && isPost(request)) return answerRegister(write, id)
  if (last === '' && request.method === 'DELETE') return answerDeregister(write, id)
  if (request.method !== 'GET') return undefined
  const version = request.query.get('version') ?? ''
  if (last === 'submission' && !/^\d+$/.test(version)) return refused(400, 'Unable to parse job submission version parameter')
  const looks: Readonly<Record<string, () => Look>> = {
    '': () => reads.lookAtJob(world, namespace, id),
    allocations: () => reads.lookAtAllocations(world, namespace, id),
    evaluations: () => reads.lookAtEvaluations(world, namespace, id),
    versions: () => reads.lookAtVersions(world, namespace, id),
    deployment: () => reads.lookAtDeployment(world, namespace, id),
    submission: () => reads.lookAtSubmission(world, namespace, id, Number(version)),
  }
  const look = looks[last]
  return look && query(access.may(namespace, 'read-job'), look)
}
