import type { KubernetesObject, ObjectReference, Readiness } from '../../domain/ports/kubernetes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { asString, itemsOf, objectAt } from './json-reading.ts'
import type { Cluster } from './objects.ts'
import { getObject, listObjects, nameOf } from './objects.ts'
import type { Surroundings } from './readiness/rule.ts'
import { judgeReadiness, ruleKey } from './readiness/rules.ts'
import { eventsMatter } from './diagnosis/diagnose.ts'
import { selectorText } from './selector.ts'

/** Looks at an object and at what its kind's rule needs around it, then judges. */
export async function readinessOf(cluster: Cluster, reference: ObjectReference): Promise<Readiness> {
  const object = await getObject(cluster, reference)
  if (object === undefined)
    return { status: 'not-found', reason: `there is no ${nameOf(reference, undefined, cluster.namespace)}`, evidence: [] }
  const around = await gather(cluster, object)
  return judgeReadiness(object, {
    pods: [],
    replicaSets: [],
    endpointSlices: [],
    events: [],
    bindingMode: undefined,
    ...around,
    now: cluster.session.serverTime(),
  })
}

async function gather(cluster: Cluster, object: KubernetesObject): Promise<Partial<Surroundings>> {
  switch (ruleKey(object)) {
    case 'apps/Deployment':
      return aroundDeployment(cluster, object)
    case 'apps/ReplicaSet':
    case 'apps/StatefulSet':
    case 'apps/DaemonSet':
    case 'batch/Job': {
      const pods = (await selected(cluster, object, 'v1', 'Pod')).filter((pod) => isOwnedBy(pod, object))
      return { pods, events: await eventsAround(cluster, object, pods) }
    }
    case '/Pod':
      return { pods: [object], events: await eventsAround(cluster, object, [object]) }
    case '/Service':
      return { endpointSlices: await slicesOf(cluster, object) }
    case '/PersistentVolumeClaim':
      return { events: await eventsIn(cluster, object, object), bindingMode: await bindingMode(cluster, object) }
    default:
      return {}
  }
}

/** Only the newest ReplicaSet's pods: a crashing pod of the version being replaced is no reason to stop its replacement. */
async function aroundDeployment(cluster: Cluster, deployment: KubernetesObject): Promise<Partial<Surroundings>> {
  const [sets, pods] = await Promise.all([
    selected(cluster, deployment, 'apps/v1', 'ReplicaSet'),
    selected(cluster, deployment, 'v1', 'Pod'),
  ])
  const newest = sets.filter((each) => isOwnedBy(each, deployment)).sort((a, b) => revisionOf(b) - revisionOf(a))[0]
  // Until the controller has made a ReplicaSet for a new template the newest one is the old one, and tells nothing of the new.
  if (newest === undefined || revisionOf(newest) < revisionOf(deployment)) return {}
  const own = pods.filter((pod) => isOwnedBy(pod, newest))
  return { replicaSets: [newest], pods: own, events: await eventsAround(cluster, deployment, own) }
}

async function selected(
  cluster: Cluster,
  workload: KubernetesObject,
  apiVersion: string,
  kind: string,
): Promise<readonly KubernetesObject[]> {
  const labelSelector = selectorText(objectAt(workload, 'spec', 'selector'))
  if (labelSelector === undefined) return []
  return listObjects(cluster, { apiVersion, kind }, { ...inNamespaceOf(workload), labelSelector })
}

const slicesOf = (cluster: Cluster, service: KubernetesObject): Promise<readonly KubernetesObject[]> =>
  listObjects(
    cluster,
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    { ...inNamespaceOf(service), labelSelector: `kubernetes.io/service-name=${service.metadata.name}` },
  )

/** A busy namespace has thousands of events, and a look may come every second: they are read only where a pod is not well. */
const eventsAround = async (
  cluster: Cluster,
  object: KubernetesObject,
  pods: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> => (eventsMatter(pods) ? eventsIn(cluster, object) : [])

/** Events are evidence: who may not read them gets a shorter diagnosis, not a failure. */
async function eventsIn(cluster: Cluster, object: KubernetesObject, about?: KubernetesObject): Promise<readonly KubernetesObject[]> {
  const fieldSelector = about?.metadata.uid === undefined ? undefined : `involvedObject.uid=${about.metadata.uid}`
  return ifAllowed(
    listObjects(
      cluster,
      { apiVersion: 'v1', kind: 'Event' },
      { ...inNamespaceOf(object), ...(fieldSelector !== undefined && { fieldSelector }) },
    ),
    [],
  )
}

async function bindingMode(cluster: Cluster, claim: KubernetesObject): Promise<string | undefined> {
  const name = asString(objectAt(claim, 'spec')?.['storageClassName'])
  if (name === undefined || name === '') return undefined
  const storageClass = await ifAllowed(getObject(cluster, { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name }), undefined)
  return asString(storageClass?.['volumeBindingMode'])
}

async function ifAllowed<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked
  } catch (thrown) {
    if (thrown instanceof ProblemError && thrown.problem.code === 'kubernetes-forbidden') return otherwise
    throw thrown
  }
}

const inNamespaceOf = (object: KubernetesObject): { namespace?: string } =>
  object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }

function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return itemsOf(object.metadata['ownerReferences']).some((each) => each['uid'] === owner.metadata.uid && each['controller'] === true)
}

const revisionOf = (object: KubernetesObject): number => Number(object.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
