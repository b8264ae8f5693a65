import type { JsonObject } from '../../../domain/json.ts'
import { at, textOf } from '../json.ts'
import { timestamp } from '../store.ts'
import type { KubernetesWorld, PodFate } from '../world.ts'
import { nameOf, namespaceOf, uidOf } from './owner.ts'
import type { Moment } from './reconcile.ts'

export interface ContainerState {
  readonly ready: boolean
  readonly started: boolean
  readonly restartCount: number
  readonly state: JsonObject
  readonly lastState: JsonObject
  readonly events: readonly { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string }[]
}

const EXIT_MESSAGE = 'Error: cannot start: configuration is missing'
/** A pod's age at which its containers begin, are ready or crash for good, and when the kubelet backs off from pulling; milliseconds. */
export function stagesOf(world: KubernetesWorld): readonly [begun: number, settled: number, backingOff: number] {
  return [Math.round(world.podStartMs / 3), world.podStartMs, world.podStartMs * 10]
}

const CREATING: ContainerState = {
  ready: false,
  started: false,
  restartCount: 0,
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  events: [],
}

/** How a container stands at this moment, by its pod's fate; the wording is that of kubelet 1.36 with containerd 2. */
export function containerState({ world, now }: Moment, pod: JsonObject, container: JsonObject, fate: PodFate): ContainerState {
  const age = now - fate.startedAt
  const [begun, settled, backingOff] = stagesOf(world)
  if (age < begun) return CREATING
  switch (fate.outcome) {
    case 'ready':
      return running(fate, age >= settled)
    case 'crash':
      return crashing(pod, container, fate, age >= settled)
    case 'image-not-found':
      return withoutImage(container, age >= backingOff)
    case 'unschedulable':
      return CREATING
  }
}

function running(fate: PodFate, ready: boolean): ContainerState {
  return { ...CREATING, ready, started: true, state: { running: { startedAt: timestamp(fate.startedAt) } } }
}

function crashing(pod: JsonObject, container: JsonObject, fate: PodFate, again: boolean): ContainerState {
  const terminated = {
    exitCode: 1,
    reason: 'Error',
    message: EXIT_MESSAGE,
    startedAt: timestamp(fate.startedAt),
    finishedAt: timestamp(fate.startedAt),
  }
  if (!again) return { ...CREATING, started: true, state: { terminated } }
  const name = textOf(container['name'])
  const where = `${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`
  return {
    ready: false,
    started: true,
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off 20s restarting failed container=${name} pod=${where}` } },
    lastState: { terminated },
    events: [{ type: 'Warning', reason: 'BackOff', message: `Back-off restarting failed container ${name} in pod ${where}` }],
  }
}

function withoutImage(container: JsonObject, backingOff: boolean): ContainerState {
  const image = textOf(at(container, 'image'))
  const cause = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  const error = `rpc error: code = NotFound desc = ${cause}`
  const waiting = backingOff
    ? { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${error}` }
    : { reason: 'ErrImagePull', message: error }
  return {
    ...CREATING,
    state: { waiting },
    events: [{ type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${error}` }],
  }
}
