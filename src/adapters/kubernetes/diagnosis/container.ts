import type { JsonObject } from '../../../domain/json.ts'
import type { KubernetesObject } from '../../../domain/ports/kubernetes.ts'
import { asNumber, asString, itemsOf, objectAt } from '../json-reading.ts'
import { eventsAbout } from './events.ts'
import type { Finding } from './finding.ts'
import { PULL_FAILURE_IN_WORDS, pullFailure } from './image-pull.ts'

/** A container that is not ready, and what the cluster says of it. */
export interface ContainerInPod {
  readonly pod: KubernetesObject
  readonly name: string
  readonly init: boolean
  /** Its entry in `containerStatuses`. */
  readonly status: JsonObject
  readonly events: readonly KubernetesObject[]
}

/** What is wrong with one container; undefined: nothing that is known. */
export function diagnoseContainer(container: ContainerInPod): Finding | undefined {
  const { status } = container
  if (status['ready'] === true) return undefined
  const waiting = objectAt(status, 'state', 'waiting')
  const last = objectAt(status, 'lastState', 'terminated') ?? objectAt(status, 'state', 'terminated')
  const reason = asString(waiting?.['reason']) ?? ''
  const message = asString(waiting?.['message']) ?? ''

  if (last?.['reason'] === 'OOMKilled') return outOfMemory(container, last)
  if (reason === 'CrashLoopBackOff') return crashing(container, last)
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return imagePull(container, reason, message)
  if (reason === 'InvalidImageName' || reason === 'ErrImageNeverPull')
    return { fatal: true, reason: `${who(container)}: ${message || reason}`, evidence: [line(container, reason, message)] }
  if (reason === 'CreateContainerConfigError' || reason === 'CreateContainerError') return configuration(container, reason, message)
  if (waiting !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing') {
    return { fatal: false, reason: `${who(container)}: ${reason}`, evidence: [line(container, reason, message)] }
  }
  return probes(container)
}

const who = ({ pod, name, init }: ContainerInPod): string => `${init ? 'init container' : 'container'} ${name} of pod ${pod.metadata.name}`

const line = ({ pod, name }: ContainerInPod, reason: string, message: string): string =>
  `pod ${pod.metadata.name}, container ${name}: ${reason}${message === '' ? '' : `: ${message}`}`

function crashing(container: ContainerInPod, last: JsonObject | undefined): Finding {
  const restarts = asNumber(container.status['restartCount']) ?? 0
  const code = asNumber(last?.['exitCode'])
  const probe = probes(container)
  const said = (asString(last?.['message']) ?? '').trim().split('\n').slice(-5)
  return {
    fatal: true,
    reason: `${who(container)} crashes again and again${code === undefined ? '' : `: exit code ${code} (${asString(last?.['reason']) ?? 'no reason'})`}`,
    evidence: [
      line(container, 'CrashLoopBackOff', `${restarts} restarts`),
      ...said.filter((each) => each !== '').map((each) => line(container, 'it said', each)),
      ...(probe?.evidence ?? []),
    ],
  }
}

function outOfMemory(container: ContainerInPod, last: JsonObject): Finding {
  const spec = itemsOf(objectAt(container.pod, 'spec')?.['containers']).find((each) => each['name'] === container.name)
  const limit = asString(objectAt(spec, 'resources', 'limits')?.['memory'])
  return {
    fatal: true,
    reason: `${who(container)} was killed for using too much memory${limit === undefined ? '' : ` (its limit is ${limit})`}`,
    evidence: [
      line(
        container,
        'OOMKilled',
        `exit code ${asNumber(last['exitCode']) ?? 137}, ${asNumber(container.status['restartCount']) ?? 0} restarts`,
      ),
    ],
  }
}

/** Only what a retry of the node cannot mend is fatal. Wrong credentials are given one retry: pull secrets often arrive a moment later. */
function imagePull(container: ContainerInPod, reason: string, message: string): Finding {
  const told = message === '' ? pullEvent(container) : message
  const failure = pullFailure(told)
  const fatal = failure !== 'network' && (failure !== 'unauthorized' || reason === 'ImagePullBackOff')
  const image = asString(container.status['image']) ?? ''
  return { fatal, reason: `${who(container)}: image ${image} ${PULL_FAILURE_IN_WORDS[failure]}`, evidence: [line(container, reason, told)] }
}

function pullEvent(container: ContainerInPod): string {
  const failures = eventsAbout(container.events, container.pod).filter(
    (event) => event.reason === 'Failed' && event.message.startsWith('Failed to pull image'),
  )
  return failures.at(-1)?.message ?? ''
}

/** "failed to sync secret cache" is the node's own start-up, not a missing Secret (facts: Kubernetes 3). */
function configuration(container: ContainerInPod, reason: string, message: string): Finding {
  return {
    fatal: !/failed to sync .* cache/.test(message),
    reason: `${who(container)} cannot be created: ${message || reason}`,
    evidence: [line(container, reason, message)],
  }
}

function probes(container: ContainerInPod): Finding | undefined {
  const path = `spec.${container.init ? 'initContainers' : 'containers'}{${container.name}}`
  const unhealthy = eventsAbout(container.events, container.pod).filter((event) => event.reason === 'Unhealthy' && event.fieldPath === path)
  const newest = unhealthy.at(-1)
  if (newest === undefined) return undefined
  return {
    fatal: false,
    reason: `${who(container)}: ${newest.message}`,
    evidence: [line(container, 'Unhealthy', `${newest.message}${newest.count > 1 ? ` (${newest.count} times)` : ''}`)],
  }
}
