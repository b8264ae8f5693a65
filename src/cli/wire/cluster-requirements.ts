import type { ClusterRequirements } from '../../domain/plan.ts'
import type { KubernetesObject, KubernetesPort } from '../../domain/ports/kubernetes.ts'
import type { Problem } from '../../domain/problem.ts'
import { parseQuantity } from '../../domain/quantity.ts'
import type { Finding } from '../../domain/step-kind.ts'

/** What the plan says the cluster must have, asked before anything is touched; one finding each. */
export async function checkRequirements(
  kubernetes: KubernetesPort,
  version: string,
  requires: ClusterRequirements,
): Promise<readonly Finding[]> {
  const asked = [
    ...(requires.version === undefined ? [] : [Promise.resolve(checkVersion(version, requires.version))]),
    ...(requires.cpu === undefined && requires.memoryBytes === undefined ? [] : checkAllocatable(kubernetes, requires)),
    ...(requires.ingressController === undefined || requires.ingressController === false
      ? []
      : [checkIngressController(kubernetes, requires.ingressController)]),
    ...(requires.metricsServer === true ? [checkMetricsServer(kubernetes)] : []),
  ]
  return (await Promise.all(asked)).flat()
}

const finding = (what: string, missing: Omit<Problem, 'effect'> | undefined): Finding =>
  missing === undefined ? { what, verdict: 'pass' } : { what, verdict: 'fail', problem: { ...missing, effect: 'no' } }

/** `v1.34.2+k3s1` against `>=1.28`: a distribution's suffix says nothing of the API. */
function checkVersion(version: string, range: string): Finding {
  const minor = (text: string): number => Number(/1\.(\d+)/.exec(text)?.[1] ?? Number.NaN)
  const isEnough = minor(version) >= minor(range)
  return finding(
    `Kubernetes ${version} is ${range}`,
    isEnough
      ? undefined
      : {
          code: 'cluster-too-old',
          summary: `the cluster runs Kubernetes ${version}, and the plan requires ${range}`,
          next: ['upgrade the cluster, or correct `targets.kubernetes.requires.version`'],
        },
  )
}

function checkAllocatable(kubernetes: KubernetesPort, { cpu, memoryBytes }: ClusterRequirements): readonly Promise<Finding>[] {
  const nodes = kubernetes.list({ apiVersion: 'v1', kind: 'Node' }, { namespace: '' }).then((all) => all.filter(takesPods))
  const enough = async (resource: 'cpu' | 'memory', needed: number, inWords: (amount: number) => string): Promise<Finding> => {
    const ready = await nodes
    const there = ready.reduce((sum, node) => sum + allocatable(node, resource), 0)
    const on = `${ready.length} ready node${ready.length === 1 ? '' : 's'}`
    return finding(
      `the cluster has ${inWords(there)} for pods on ${on} (needed: ${inWords(needed)})`,
      there >= needed
        ? undefined
        : {
            code: 'cluster-too-small',
            summary: `the cluster can give ${inWords(there)} to pods on ${on}, and the plan requires ${inWords(needed)}`,
            next: ['add a node, make one ready or schedulable again, or correct `targets.kubernetes.requires`'],
          },
    )
  }
  return [
    ...(cpu === undefined ? [] : [enough('cpu', cpu, (cores) => `${round(cores)} CPU`)]),
    ...(memoryBytes === undefined ? [] : [enough('memory', memoryBytes, (bytes) => `${Math.floor(bytes / 2 ** 20)}Mi memory`)]),
  ]
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000

/** Ready, and not cordoned. */
function takesPods(node: KubernetesObject): boolean {
  const { spec, status } = node as {
    spec?: { unschedulable?: boolean }
    status?: { conditions?: readonly { type: string; status: string }[] }
  }
  return spec?.unschedulable !== true && status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true
}

function allocatable(node: KubernetesObject, resource: 'cpu' | 'memory'): number {
  const { status } = node as { status?: { allocatable?: Readonly<Record<string, string>> } }
  return parseQuantity(status?.allocatable?.[resource] ?? '') ?? 0
}

async function checkIngressController(kubernetes: KubernetesPort, wanted: true | string): Promise<Finding> {
  const classes = await kubernetes.list({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }, { namespace: '' })
  const names = classes.map((each) => each.metadata.name)
  const there = wanted === true ? names.length > 0 : names.includes(wanted)
  const what = wanted === true ? 'the cluster has an Ingress controller' : `the cluster has the Ingress class ${wanted}`
  return finding(
    there ? `${what} (${names.join(', ')})` : what,
    there
      ? undefined
      : {
          code: 'ingress-controller-missing',
          summary:
            wanted === true
              ? 'the cluster has no Ingress class: nothing would answer for an Ingress'
              : `the cluster has no Ingress class ${wanted}${names.length === 0 ? '' : `; it has: ${names.join(', ')}`}`,
          next: ['install the controller, or correct `targets.kubernetes.requires.ingressController`', 'kubectl get ingressclasses'],
        },
  )
}

/** Served by an aggregated API that may be registered and dead: only its own answer counts. */
async function checkMetricsServer(kubernetes: KubernetesPort): Promise<Finding> {
  const kind = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics' }
  const answers =
    (await kubernetes.kind(kind.apiVersion, kind.kind)) !== undefined && (await kubernetes.list(kind, { namespace: '' })).length > 0
  return finding(
    'metrics-server answers',
    answers
      ? undefined
      : {
          code: 'metrics-server-missing',
          summary: 'nobody answers for metrics.k8s.io: an autoscaler would see no CPU or memory',
          next: ['install metrics-server, or look why it is not well: kubectl get apiservice v1beta1.metrics.k8s.io'],
        },
  )
}
