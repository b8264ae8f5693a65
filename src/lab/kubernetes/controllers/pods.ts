import type { JsonObject } from '../../../domain/json.ts'
import { at, objectOf, objectsOf, textOf } from '../json.ts'
import { listStored, putStored, timestamp } from '../store.ts'
import type { PodFate } from '../world.ts'
import type { ContainerState } from './container-states.ts'
import { containerState } from './container-states.ts'
import { recordEvent } from './events.ts'
import { NODES, PODS } from './kinds.ts'
import { nameOf, namespaceOf, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

/** Each pod as far as its fate has come by now. */
export function reconcilePods(moment: Moment): void {
  const { world } = moment
  for (const pod of listStored(world, PODS)) {
    const fate = world.pods[uidOf(pod)]
    if (fate === undefined) continue
    if (fate.outcome === 'unschedulable') {
      putStored(world, { resource: PODS, namespace: namespaceOf(pod), name: nameOf(pod) }, { ...pod, status: withoutNode(moment, fate) })
      continue
    }
    const states = objectsOf(at(pod, 'spec', 'containers')).map((container) => ({
      container,
      state: containerState(moment, pod, container, fate),
    }))
    putStored(
      world,
      { resource: PODS, namespace: namespaceOf(pod), name: nameOf(pod) },
      { ...pod, status: podStatus(moment, pod, fate, states) },
    )
    for (const { container, state } of states)
      for (const event of state.events) recordEvent(moment, pod, { ...event, container: textOf(container['name']) })
  }
}

/** As kube-scheduler 1.36 says it of a pod that no node takes. */
function withoutNode({ world }: Moment, fate: PodFate): JsonObject {
  const nodes = listStored(world, NODES).length
  const none = `0/${nodes} nodes are available`
  const message = `${none}: ${nodes} node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: ${none}: ${nodes} Preemption is not helpful for scheduling.`
  const since = timestamp(fate.startedAt)
  const condition = { type: 'PodScheduled', observedGeneration: 1, status: 'False', lastProbeTime: null, lastTransitionTime: since }
  return { phase: 'Pending', conditions: [{ ...condition, reason: 'Unschedulable', message }], qosClass: 'BestEffort' }
}

interface ContainerNow {
  readonly container: JsonObject
  readonly state: ContainerState
}

function podStatus({ world, now }: Moment, pod: JsonObject, fate: PodFate, containers: readonly ContainerNow[]): JsonObject {
  const unready = containers.filter(({ state }) => !state.ready).map(({ container }) => textOf(container['name']))
  const ready = unready.length === 0
  const readyAt = ready ? fate.startedAt + world.podStartMs : fate.startedAt
  const last =
    unready.length === 0 ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
  const condition = (type: string, status: boolean, since: number, extra: JsonObject = {}): JsonObject => ({
    type,
    observedGeneration: 1,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: timestamp(Math.min(since, now)),
    ...extra,
  })
  const address = addressOf(pod)
  return {
    observedGeneration: 1,
    phase: containers.some(({ state }) => state.started) ? 'Running' : 'Pending',
    conditions: [
      condition('PodReadyToStartContainers', true, fate.startedAt),
      condition('Initialized', true, fate.startedAt),
      condition('Ready', ready, readyAt, last),
      condition('ContainersReady', ready, readyAt, last),
      condition('PodScheduled', true, fate.startedAt),
    ],
    hostIP: '192.168.1.10',
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: timestamp(fate.startedAt),
    containerStatuses: containers.map(({ container, state }) => ({
      name: container['name'],
      state: state.state,
      lastState: state.lastState,
      ready: state.ready,
      restartCount: state.restartCount,
      image: container['image'],
      imageID: '',
      started: state.ready,
    })),
  }
}

/** An address in 10.42.0.0/16 made of the UID, so that it stays the same. */
export function addressOf(pod: JsonObject): string {
  const bytes = Buffer.from(objectOf(pod['metadata'])['uid'] === undefined ? '0000' : uidOf(pod).slice(0, 4), 'hex')
  return `10.42.${bytes[0] ?? 0}.${Math.max(1, bytes[1] ?? 1)}`
}
