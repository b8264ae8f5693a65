import type { KubernetesObject, KubernetesPort } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Finding } from '../../domain/step-kind.ts'
import { failed, passed, warned } from '../finding.ts'
import { isObject } from './field-paths.ts'
import { nameOf, referenceOf } from './record.ts'
import type { DeployContext } from './record.ts'
import type { ResolvedObject } from './resolve.ts'

const SERVICE = { apiVersion: 'v1', kind: 'Service' }

/**
 * Node ports that the step's Services ask for and a Service of the cluster already has, in whatever namespace. The server says so itself only
 * where the Service's own namespace is already there (facts: Kubernetes 4): with a new one it would be said in the middle of the step.
 */
export async function nodePorts({ ports }: DeployContext, objects: readonly ResolvedObject[]): Promise<readonly Finding[]> {
  const wanted = objects.flatMap(({ object }) =>
    object.kind === SERVICE.kind ? nodePortsOf(object).map((port) => ({ port, name: nameOf(referenceOf(object)) })) : [],
  )
  if (wanted.length === 0) return []
  const taken = await takenBy(ports.kubernetes)
  if (taken instanceof ProblemError) return wanted.map(({ port, name }) => unseen(port, name, taken))
  return wanted.map(({ port, name }) => {
    const holder = taken.get(port)
    return holder === undefined || holder === name ? passed(`node port ${port} is free for ${name}`) : inUse(port, name, holder)
  })
}

const nodePortsOf = ({ spec }: KubernetesObject): readonly number[] => {
  const list: readonly unknown[] = isObject(spec) && Array.isArray(spec['ports']) ? spec['ports'] : []
  return list.flatMap((each) => (isObject(each) && typeof each['nodePort'] === 'number' ? [each['nodePort']] : []))
}

/** Each node port of the cluster and the name of the Service that has it; the problem where they may not be listed. */
async function takenBy(kubernetes: KubernetesPort): Promise<ReadonlyMap<number, string> | ProblemError> {
  try {
    const services = await kubernetes.list(SERVICE, { namespace: '' })
    return new Map(
      services.flatMap((each) => nodePortsOf(each).map((port) => [port, nameOf(referenceOf({ ...each, ...SERVICE }))] as const)),
    )
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown
    throw thrown
  }
}

const inUse = (port: number, name: string, holder: string): Finding =>
  failed(`node port ${port} is free for ${name}`, {
    code: 'node-port-in-use',
    summary: `${name} asks for node port ${port}, which ${holder} has`,
    next: ['choose another node port, or leave it out and let the cluster choose', `or take ${holder} away first, if nobody needs it`],
    effect: 'no',
  })

const unseen = (port: number, name: string, { problem }: ProblemError): Finding =>
  warned(`node port ${port} is free for ${name}`, {
    code: 'node-ports-unseen',
    summary: `whether node port ${port} is free could not be seen: ${problem.summary}`,
    next: ['kubectl get services -A', 'or go on: the API server refuses a Service whose node port is taken'],
    effect: 'no',
  })
