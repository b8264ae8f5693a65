import type { KubernetesPort } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Finding } from '../../domain/step-kind.ts'
import { passed, warned } from '../finding.ts'
import { isObject } from './field-paths.ts'
import type { DeployContext } from './record.ts'
import type { ResolvedObject } from './resolve.ts'

const KIND = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }

/**
 * Classes that Ingresses name and the cluster lacks: no controller may ever serve them, and the site would be "not found" for as long as one
 * looks. A warning: Traefik without rights on the whole cluster goes by the name alone. Whoever may not read classes is told nothing.
 */
export async function ingressClasses(context: DeployContext, objects: readonly ResolvedObject[]): Promise<readonly Finding[]> {
  const own = objects.filter(({ object }) => object.kind === KIND.kind).map(({ object }) => object.metadata.name)
  const wanted = objects.flatMap(({ object }) => (object.kind === 'Ingress' ? classOf(object['spec']) : []))
  const unknown = [...new Set(wanted)].filter((name) => !own.includes(name))
  const found = await Promise.all(unknown.map((name) => lookUp(context.ports.kubernetes, name)))
  return found.flat()
}

const classOf = (spec: unknown): readonly string[] =>
  isObject(spec) && typeof spec['ingressClassName'] === 'string' ? [spec['ingressClassName']] : []

async function lookUp(kubernetes: KubernetesPort, name: string): Promise<readonly Finding[]> {
  const what = `the cluster has IngressClass ${name}`
  try {
    if ((await kubernetes.get({ ...KIND, name })) !== undefined) return [passed(what)]
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return []
  }
  return [
    warned(what, {
      code: 'ingress-class-missing',
      summary: `the cluster has no IngressClass ${name}: its Ingress may never be served`,
      next: ['kubectl get ingressclasses', 'correct `ingressClassName`, or go on if your controller goes by the name alone'],
    }),
  ]
}
