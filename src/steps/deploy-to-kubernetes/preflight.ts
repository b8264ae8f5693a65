import type { AccessQuestion } from '../../domain/ports/index.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Finding } from '../../domain/step-kind.ts'
import { failed, passed, warned } from '../finding.ts'
import { askAhead } from './dry-runs.ts'
import { isObject } from './field-paths.ts'
import { ingressClasses } from './ingress-classes.ts'
import { kindsNotServed } from './kinds-served.ts'
import { nodePorts } from './node-ports.ts'
import { groupOf } from './record.ts'
import type { DeployContext } from './record.ts'
import { resolveObjects } from './resolve.ts'
import type { ResolvedObject } from './resolve.ts'

/** What apply and undo need of each kind; server-side apply creates with `create` and changes with `patch`. */
const VERBS: readonly AccessQuestion['verb'][] = ['get', 'list', 'create', 'patch', 'delete']
/** What readiness and its diagnosis look at beside the objects themselves. */
const READ: readonly { readonly group: string; readonly resource: string }[] = [
  { group: '', resource: 'pods' },
  { group: 'apps', resource: 'replicasets' },
  { group: '', resource: 'events' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
]

export async function preflightDeploy(context: DeployContext): Promise<readonly Finding[]> {
  const { objects } = await resolveObjects(context)
  const [rights, secrets, classes, taken, unserved] = await Promise.all([
    context.ports.kubernetes.access(questions(objects)),
    pullSecrets(context, objects),
    ingressClasses(context, objects),
    nodePorts(context, objects),
    kindsNotServed(context, objects),
    askAhead(
      context,
      // What is secret is sent to no cluster before all checks have passed.
      objects.flatMap(({ kind, object }) => (kind === undefined || object.kind === 'Secret' ? [] : [object])),
    ),
  ])
  const denied = rights.filter((each) => !each.allowed)
  const allowed = passed(`the Kubernetes credentials allow ${rights.length - denied.length} of ${rights.length} needed requests`)
  return [...(denied.length === 0 ? [allowed] : denied.map(missingRight)), ...unserved, ...secrets, ...classes, ...taken]
}

function questions(objects: readonly ResolvedObject[]): readonly AccessQuestion[] {
  const asked = objects.flatMap(({ kind, object }) => {
    if (kind === undefined) return []
    const { namespace } = object.metadata
    return VERBS.map((verb) => ({
      verb,
      group: groupOf(kind.apiVersion),
      resource: kind.plural,
      ...(namespace !== undefined && { namespace }),
    }))
  })
  const namespaces = [...new Set(objects.map((each) => each.object.metadata.namespace).filter((each) => each !== undefined))]
  const read = namespaces.flatMap((namespace) => READ.map((each) => ({ verb: 'list' as const, ...each, namespace })))
  const unique = new Map([...asked, ...read].map((each) => [JSON.stringify([each.verb, each.group, each.resource, each.namespace]), each]))
  return [...unique.values()]
}

export function missingRight({ question, reason }: { readonly question: AccessQuestion; readonly reason?: string }): Finding {
  const resource = question.group === '' ? question.resource : `${question.resource}.${question.group}`
  const where = question.namespace === undefined ? 'in the cluster' : `in namespace ${question.namespace}`
  const flag = question.namespace === undefined ? '' : ` -n ${question.namespace}`
  return failed(`may ${question.verb} ${resource} ${where}`, {
    code: 'kubernetes-right-missing',
    summary: `the Kubernetes credentials may not ${question.verb} ${resource} ${where}`,
    ...(reason !== undefined && reason !== '' && { details: [reason] }),
    next: [`kubectl auth can-i ${question.verb} ${resource}${flag}`, 'give the user this right: apply or undo needs it'],
  })
}

/** An image that cannot be pulled for want of a secret is found here, not after five minutes (facts: first users' set-up 7). */
async function pullSecrets(context: DeployContext, objects: readonly ResolvedObject[]): Promise<readonly Finding[]> {
  const wanted = objects.flatMap(({ object }) =>
    pullSecretNames(object['spec']).map((name) => ({ name, namespace: object.metadata.namespace ?? 'default' })),
  )
  const unique = new Map(wanted.map((each) => [`${each.namespace}/${each.name}`, each]))
  const own = objects
    .filter((each) => each.object.kind === 'Secret')
    .map((each) => `${each.object.metadata.namespace}/${each.object.metadata.name}`)
  const found = await Promise.all([...unique].filter(([key]) => !own.includes(key)).map(([, each]) => pullSecret(context, each)))
  return found
}

async function pullSecret(
  { ports }: DeployContext,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): Promise<Finding> {
  const what = `pull secret ${namespace}/${name} exists`
  const next = [`kubectl create secret docker-registry ${name} -n ${namespace} …`, 'or go on, if the image can be pulled without']
  try {
    const secret = await ports.kubernetes.get({ apiVersion: 'v1', kind: 'Secret', name, namespace })
    return secret === undefined
      ? warned(what, {
          code: 'pull-secret-missing',
          summary: `there is no secret ${name} in namespace ${namespace} to pull the image with`,
          next,
        })
      : passed(what)
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown
    return warned(what, {
      code: 'pull-secret-unseen',
      summary: `whether secret ${namespace}/${name} exists could not be seen: ${thrown.problem.summary}`,
      next,
    })
  }
}

/** Names under `imagePullSecrets` of a pod, of a pod template, or of a cron job's. */
function pullSecretNames(spec: unknown): readonly string[] {
  if (!isObject(spec)) return []
  const here = Array.isArray(spec['imagePullSecrets'])
    ? spec['imagePullSecrets'].map((each: unknown) => (isObject(each) ? each['name'] : undefined))
    : []
  const inner = [spec['template'], spec['jobTemplate']].flatMap((each) => (isObject(each) ? pullSecretNames(each['spec']) : []))
  return [...here.filter((each) => typeof each === 'string'), ...inner]
}
