import type { Json, JsonObject } from '../../domain/json.ts'
import type { KubernetesObject } from '../../domain/ports/index.ts'
import type { Platform } from '../../domain/ports/images.ts'
import { fullImageName, parseImageName } from '../../domain/image-name.ts'
import { isObject } from './field-paths.ts'
import { listAt, mapAt } from './images-pods.ts'

/** A node that is ready to run pods. */
export interface Node {
  readonly name: string
  readonly platform: Platform
  readonly labels: Readonly<Record<string, Json | undefined>>
  readonly taints: readonly Json[]
  /** Full names of images that it says it has; the kubelet lists only some (50, the largest, unless told). */
  readonly images: ReadonlySet<string>
}

/** Those that are ready and not cordoned. */
export function readyNodes(objects: readonly KubernetesObject[]): readonly Node[] {
  return objects.flatMap((object) => {
    const node = object as JsonObject & KubernetesObject
    const status = mapAt(node, ['status'])
    const isReady = listAt(status, 'conditions').some((each) => isObject(each) && each['type'] === 'Ready' && each['status'] === 'True')
    const { architecture, operatingSystem } = mapAt(status, ['nodeInfo'])
    if (!isReady || mapAt(node, ['spec'])['unschedulable'] === true || typeof architecture !== 'string') return []
    return {
      name: object.metadata.name,
      platform: `${typeof operatingSystem === 'string' ? operatingSystem : 'linux'}/${architecture}`,
      labels: object.metadata.labels ?? {},
      taints: listAt(mapAt(node, ['spec']), 'taints'),
      images: new Set(listAt(status, 'images').flatMap((image) => (isObject(image) ? listAt(image, 'names').map(fullName) : []))),
    }
  })
}

const fullName = (name: Json): string => {
  const parsed = typeof name === 'string' ? parseImageName(name) : undefined
  return parsed === undefined ? '' : fullImageName(parsed)
}

/** Nodes on which the scheduler may place such a pod, by its node selector, its required node affinity and its tolerations. */
export function nodesFor(pod: JsonObject, nodes: readonly Node[]): readonly Node[] {
  const selector = Object.entries(mapAt(pod, ['nodeSelector']))
  const required = mapAt(pod, ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'])
  const terms = listAt(required, 'nodeSelectorTerms')
  const tolerations = listAt(pod, 'tolerations')
  return nodes.filter(
    (node) =>
      selector.every(([name, value]) => node.labels[name] === value) &&
      (terms.length === 0 || terms.some((term) => isObject(term) && holds(term, node))) &&
      node.taints.every((taint) => tolerations.some((each) => tolerates(each, taint)) || isMild(taint)),
  )
}

/** A term of names of nodes and of labels; all of it must hold, and an empty one never does. */
function holds(term: JsonObject, node: Node): boolean {
  const labels = listAt(term, 'matchExpressions')
  const fields = listAt(term, 'matchFields')
  return (
    labels.length + fields.length > 0 &&
    labels.every((each) => isObject(each) && matches(each, node.labels[textOf(each['key'])])) &&
    fields.every((each) => isObject(each) && each['key'] === 'metadata.name' && matches(each, node.name))
  )
}

function matches(expression: JsonObject, value: Json | undefined): boolean {
  const values = listAt(expression, 'values')
  const isIn = value !== undefined && values.includes(value)
  const compared = Number(value) - Number(values[0])
  const outcomes: Readonly<Record<string, boolean>> = {
    In: isIn,
    NotIn: !isIn,
    Exists: value !== undefined,
    DoesNotExist: value === undefined,
    Gt: compared > 0,
    Lt: compared < 0,
  }
  // An operator of tomorrow: the pod may run there.
  return outcomes[textOf(expression['operator'])] ?? true
}

const isMild = (taint: Json): boolean => isObject(taint) && taint['effect'] === 'PreferNoSchedule'

function tolerates(toleration: Json, taint: Json): boolean {
  if (!isObject(toleration) || !isObject(taint)) return false
  const { key = '', operator = 'Equal', value = '', effect = '' } = toleration
  const sameEffect = effect === '' || effect === taint['effect']
  if (operator === 'Exists') return sameEffect && (key === '' || key === taint['key'])
  return sameEffect && key === taint['key'] && value === (taint['value'] ?? '')
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
