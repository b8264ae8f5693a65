import type { Json, JsonObject } from '../../domain/json.ts'
import { at, isObject, listOf, objectOf, objectsOf, textOf, withDefaults, withMembers } from './json.ts'
import { withNodePorts } from './node-ports.ts'
import type { Resource } from './resources.ts'

/** What the API server fills in before it stores an object, for the kinds whose defaults a reader may come to see. */
export function withServerDefaults(resource: Resource, object: JsonObject): JsonObject {
  switch (`${resource.group}/${resource.kind}`) {
    case 'apps/Deployment':
      return { ...object, spec: deploymentSpec(objectOf(object['spec'])), status: objectOf(object['status']) }
    case '/Service':
      return {
        ...object,
        spec: serviceSpec(objectOf(object['spec'])),
        status: withDefaults(objectOf(object['status']), { loadBalancer: {} }),
      }
    case 'networking.k8s.io/Ingress':
      return { ...object, status: withDefaults(objectOf(object['status']), { loadBalancer: {} }) }
    case 'networking.k8s.io/NetworkPolicy':
      return { ...object, spec: networkPolicySpec(objectOf(object['spec'])) }
    case 'autoscaling/HorizontalPodAutoscaler':
      return {
        ...object,
        spec: autoscalerSpec(objectOf(object['spec'])),
        status: withDefaults(objectOf(object['status']), { currentMetrics: null, desiredReplicas: 0 }),
      }
    case '/Namespace':
      return namespace(object)
    case '/Secret':
      return withDefaults(object, { type: 'Opaque' })
    case '/PersistentVolumeClaim':
      return {
        ...object,
        spec: withDefaults(objectOf(object['spec']), { volumeMode: 'Filesystem' }),
        status: withDefaults(objectOf(object['status']), { phase: 'Pending' }),
      }
    default:
      return object
  }
}

function namespace(object: JsonObject): JsonObject {
  const metadata = objectOf(object['metadata'])
  const labels = { ...objectOf(metadata['labels']), 'kubernetes.io/metadata.name': textOf(metadata['name']) }
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: withDefaults(objectOf(object['spec']), { finalizers: ['kubernetes'] }),
    status: withDefaults(objectOf(object['status']), { phase: 'Active' }),
  }
}

function serviceSpec(spec: JsonObject): JsonObject {
  const inside = spec['type'] !== 'ExternalName'
  const outside = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer'
  const filled = withDefaults(spec, {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ...(inside && { internalTrafficPolicy: 'Cluster' }),
    ...(outside && { externalTrafficPolicy: 'Cluster' }),
    ...(spec['type'] === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
  })
  if (spec['ports'] === undefined) return filled
  return { ...filled, ports: objectsOf(spec['ports']).map((port) => withDefaults(port, { protocol: 'TCP', targetPort: port['port'] })) }
}

/** A policy with an egress section isolates both ways. */
function networkPolicySpec(spec: JsonObject): JsonObject {
  const rules = (direction: string): Json | undefined =>
    spec[direction] === undefined
      ? undefined
      : objectsOf(spec[direction]).map((rule) =>
          rule['ports'] === undefined
            ? rule
            : { ...rule, ports: objectsOf(rule['ports']).map((port) => withDefaults(port, { protocol: 'TCP' })) },
        )
  const policyTypes = spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress']
  return withMembers(withDefaults(spec, { policyTypes }), { ingress: rules('ingress'), egress: rules('egress') })
}

/** Behaviour is filled in as soon as one of its two parts is said (autoscaling/v2 defaults). */
function autoscalerSpec(spec: JsonObject): JsonObject {
  const filled = withDefaults(spec, { minReplicas: 1 })
  const behavior = spec['behavior']
  if (!isObject(behavior)) return filled
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 }
  const pods = { type: 'Pods', value: 4, periodSeconds: 15 }
  const scaleUp = withDefaults(objectOf(behavior['scaleUp']), {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [pods, percent],
  })
  const scaleDown = withDefaults(objectOf(behavior['scaleDown']), { selectPolicy: 'Max', policies: [percent] })
  return { ...filled, behavior: { scaleUp, scaleDown } }
}

/** What is given out when an object is stored, and so belongs to no manager: a Service's address, and its ports on the nodes (`taken` are not free). */
export function withAllocations(resource: Resource, object: JsonObject, address: string, taken: ReadonlySet<number>): JsonObject {
  const spec = objectOf(object['spec'])
  if (resource.group !== '' || resource.kind !== 'Service' || spec['type'] === 'ExternalName') return object
  const clusterIP = spec['clusterIP'] ?? address
  const ports = withNodePorts(spec, taken)
  return {
    ...object,
    spec: { clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ...spec, ...(ports && { ports }) },
  }
}

function deploymentSpec(spec: JsonObject): JsonObject {
  const strategy = withDefaults(objectOf(spec['strategy']), { type: 'RollingUpdate' })
  const rolling = withDefaults(objectOf(strategy['rollingUpdate']), { maxUnavailable: '25%', maxSurge: '25%' })
  const template = objectOf(spec['template'])
  return {
    ...withDefaults(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    strategy: strategy['type'] === 'RollingUpdate' ? { ...strategy, rollingUpdate: rolling } : strategy,
    template: { ...template, spec: podSpec(objectOf(template['spec'])) },
  }
}

function podSpec(spec: JsonObject): JsonObject {
  return withMembers(
    withDefaults(spec, {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    }),
    {
      containers: containers(spec['containers']),
      initContainers: containers(spec['initContainers']),
    },
  )
}

const containers = (list: Json | undefined): Json | undefined =>
  Array.isArray(list) ? listOf(list).map((each) => (isObject(each) ? container(each) : each)) : undefined

function container(given: JsonObject): JsonObject {
  const image = textOf(given['image'])
  const latest = image.endsWith(':latest') || !/:[^/]*$|@/.test(image)
  return withMembers(
    withDefaults(given, {
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    }),
    {
      ports: Array.isArray(given['ports']) ? objectsOf(given['ports']).map((port) => withDefaults(port, { protocol: 'TCP' })) : undefined,
      resources: resources(objectOf(given['resources'])),
      livenessProbe: probe(given['livenessProbe']),
      readinessProbe: probe(given['readinessProbe']),
      startupProbe: probe(given['startupProbe']),
    },
  )
}

/** A limit without a request is the request too. */
function resources(given: JsonObject): JsonObject {
  const limits = at(given, 'limits')
  return isObject(limits) ? { ...given, requests: { ...limits, ...objectOf(given['requests']) } } : given
}

function probe(given: Json | undefined): Json | undefined {
  if (!isObject(given)) return undefined
  const filled = withDefaults(given, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  return isObject(given['httpGet']) ? { ...filled, httpGet: withDefaults(given['httpGet'], { path: '/', scheme: 'HTTP' }) } : filled
}
