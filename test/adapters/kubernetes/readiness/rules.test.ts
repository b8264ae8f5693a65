import { describe, expect, it } from 'vitest'
import { judgeReadiness } from '../../../../src/adapters/kubernetes/readiness/rules.ts'
import type { Surroundings } from '../../../../src/adapters/kubernetes/readiness/rule.ts'
import type { KubernetesObject, Readiness } from '../../../../src/domain/ports/kubernetes.ts'
import { NOWHERE, recorded, recordedCase } from './recorded-cases.ts'

const judge = (object: KubernetesObject, around: Partial<Surroundings> = {}): Readiness => judgeReadiness(object, { ...NOWHERE, ...around })

const judgeCase = (name: string, around: Partial<Surroundings> = {}): Readiness => {
  const { deployment, ...rest } = recordedCase(name)
  return judge(deployment, { ...rest, ...around })
}

const object = (apiVersion: string, kind: string, members: object, metadata: object = {}): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', uid: 'u', ...metadata },
  ...members,
})

describe('Deployments that a real cluster could not roll out', () => {
  it.each([
    ['crash', /container web of pod crash-\S+ crashes again and again: exit code 128 \(StartError\)/, /nonexistent-binary/],
    ['exit', /crashes again and again: exit code 128/, /--bad-flag/],
    ['live', /crashes again and again: exit code 0 \(Completed\)/, /Liveness probe failed/],
    ['notfound', /image 127.0.0.1:5000\/web:nope does not exist in its registry/, /ImagePullBackOff.*not found/],
    ['auth', /may not be pulled: the registry wants other credentials/, /401 Unauthorized/],
    ['badname', /has a name that no registry accepts/, /repository name must be lowercase/],
    ['never', /is not present with pull policy of Never/, /ErrImageNeverPull/],
    ['config', /cannot be created: secret "absent" not found/, /CreateContainerConfigError/],
    ['unsched', /no node takes pod unsched-/, /Insufficient cpu/],
    ['nodesel', /no node takes pod nodesel-/, /didn't match Pod's node affinity\/selector/],
    ['quota', /quota q has no room: asked for pods=1, used pods=16 of pods=1$/, /exceeded quota: q, requested: pods=1/],
    ['unready', /Readiness probe failed/, /ProgressDeadlineExceeded/],
    ['zero', /0 replicas/, /^$/],
    ['paused', /is paused/, /^$/],
  ])('%s: failed, with the cause in words', (name, reason, evidence) => {
    const found = judgeCase(name)
    expect(found.status).toBe('failed')
    expect(found.reason).toMatch(reason)
    expect(found.evidence.join('\n')).toMatch(evidence)
  })

  it.each([
    ['network', /the registry did not answer the node/],
    ['refused', /the registry did not answer the node/],
    ['volume', /MountVolume.SetUp failed for volume "v" : secret "absent" not found/],
  ])('%s: not failed, because it may yet come', (name, reason) => {
    expect(judgeCase(name)).toMatchObject({ status: 'in-progress', reason: expect.stringMatching(reason) })
  })

  it('gives a pod 15 s to find a node', () => {
    const since = Date.parse('2026-11-21T09:44:15Z')
    expect(judgeCase('unsched', { now: since + 14_999 }).status).toBe('in-progress')
    expect(judgeCase('unsched', { now: since + 15_000 }).status).toBe('failed')
  })

  it('gives a pull secret one retry to arrive', () => {
    const { pods } = recordedCase('auth')
    const first: KubernetesObject[] = JSON.parse(JSON.stringify(pods).replaceAll('ImagePullBackOff', 'ErrImagePull'))
    expect(judgeCase('auth', { pods: first }).status).toBe('in-progress')
  })

  it('does not blame the node’s own start-up on a Secret', () => {
    const { pods } = recordedCase('config')
    const early: KubernetesObject[] = JSON.parse(
      JSON.stringify(pods).replace('secret \\"absent\\" not found', 'failed to sync secret cache: timed out waiting for the condition'),
    )
    expect(judgeCase('config', { pods: early }).status).toBe('in-progress')
  })

  it('names a container that ran out of memory, and its limit', () => {
    const { pods } = recordedCase('crash')
    const killed: KubernetesObject[] = JSON.parse(
      JSON.stringify(pods)
        .replace('"exitCode":128,"reason":"StartError"', '"exitCode":137,"reason":"OOMKilled"')
        .replace('"resources":{}', '"resources":{"limits":{"memory":"64Mi"}}'),
    )
    expect(judgeCase('crash', { pods: killed }).reason).toMatch(/was killed for using too much memory \(its limit is 64Mi\)/)
  })

  it('leaves out pods that are ending', () => {
    const ending = recordedCase('crash').pods.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: '2026-11-21T09:44:50Z' },
    }))
    expect(judgeCase('crash', { pods: ending }).status).toBe('in-progress')
  })
})

describe('a roll-out whose pods have told nothing yet', () => {
  const POD = { phase: 'Pending' }
  const pod = (name: string, spec: object, status: object): KubernetesObject =>
    object('v1', 'Pod', { spec, status: { ...POD, ...status } }, { name, uid: name })
  const placed = { nodeName: 'node-a' }
  const creating = { containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason: 'ContainerCreating' } } }] }
  const event = (about: string, reason: string): KubernetesObject =>
    object('v1', 'Event', { reason, type: 'Normal', involvedObject: { uid: about, fieldPath: 'spec.containers{web}' } })
  const rollout = (conditions: readonly object[] = []): KubernetesObject =>
    object(
      'apps/v1',
      'Deployment',
      { spec: { replicas: 2 }, status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, conditions } },
      { generation: 1 },
    )
  const replicaSets = [object('apps/v1', 'ReplicaSet', {})]
  const late = [
    { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "x-1" has timed out progressing.' },
  ]

  it.each([
    ['none exists', [], [], 'no pod of it exists yet'],
    ['no node', [pod('a', {}, {}), pod('b', {}, {})], [], '2 pods Pending (no node was chosen yet)'],
    ['a slow node', [pod('a', placed, {})], [], '1 pod Pending (node node-a has not begun with it yet)'],
    ['a container in the making', [pod('a', placed, creating)], [], '1 pod Pending (ContainerCreating)'],
    ['an image on its way', [pod('a', placed, creating)], [event('a', 'Pulling')], '1 pod Pending (pulling its image)'],
    [
      'an image that came',
      [pod('a', placed, creating)],
      [event('a', 'Pulling'), event('a', 'Pulled')],
      '1 pod Pending (ContainerCreating)',
    ],
    [
      'each elsewhere',
      [pod('a', placed, { phase: 'Running' }), pod('b', placed, { phase: 'Failed' }), pod('c', placed, { phase: 'Succeeded' })],
      [],
      '1 pod Running (not ready yet), 1 pod Failed, 1 pod Succeeded',
    ],
  ] as const)('says where they are: %s', (_, pods, events, where) => {
    expect(judge(rollout(), { replicaSets, pods, events })).toMatchObject({
      status: 'in-progress',
      reason: `0 of 2 replicas ready: ${where}`,
    })
    const failed = judge(rollout(late), { replicaSets, pods, events })
    expect(failed).toMatchObject({ status: 'failed', reason: `ReplicaSet "x-1" has timed out progressing: ${where}` })
    expect(failed.evidence.slice(1)).toHaveLength(pods.length)
  })

  it('says nothing of pods before the newest ReplicaSet is known', () => {
    expect(judge(rollout())).toMatchObject({ reason: '0 of 2 replicas ready' })
  })
})

describe('the traps of kstatus', () => {
  const ready = {
    observedGeneration: 2,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  }
  const deployment = (status: object, generation = 2): KubernetesObject =>
    object('apps/v1', 'Deployment', { spec: { replicas: 1 }, status }, { generation })

  it('takes a finished roll-out for ready', () => {
    expect(judge(deployment(ready))).toMatchObject({ status: 'current', reason: '1 of 1 replicas available' })
  })

  it.each([
    ['an older generation’s status', deployment(ready, 3)],
    ['no status at all', deployment({})],
    ['an old replica still there', deployment({ ...ready, replicas: 2 })],
    ['none updated', deployment({ ...ready, updatedReplicas: 0 })],
    ['none available', deployment({ ...ready, availableReplicas: 0 })],
    ['no Available condition', deployment({ ...ready, conditions: [] })],
  ])('does not take %s for ready', (_, found) => {
    expect(judge(found).status).toBe('in-progress')
  })

  it('takes an object that is being deleted for terminating, however ready', () => {
    expect(judge({ ...deployment(ready), metadata: { name: 'x', generation: 2, deletionTimestamp: '2026-11-21T09:44:50Z' } }).status).toBe(
      'terminating',
    )
  })

  it('waits for a Job to complete', () => {
    expect(recorded.jobs.map((job) => judge(job).status)).toEqual(['failed', 'in-progress'])
    expect(judge(object('batch/v1', 'Job', { status: { conditions: [{ type: 'Complete', status: 'True' }] } })).status).toBe('current')
  })

  it('does not call a failed Pod ready', () => {
    expect(judge(object('v1', 'Pod', { status: { phase: 'Failed', reason: 'Evicted' } }))).toMatchObject({
      status: 'failed',
      reason: 'the pod failed (Evicted)',
    })
    expect(judge(object('v1', 'Pod', { status: { phase: 'Succeeded' } })).status).toBe('current')
  })

  it('does not wait for a claim that waits for its first pod', () => {
    expect(judge(recorded.claim).status).toBe('in-progress')
    expect(judge(recorded.claim, { bindingMode: 'WaitForFirstConsumer' }).status).toBe('current')
    expect(judge({ ...recorded.claim, status: { phase: 'Lost' } }).status).toBe('failed')
  })

  it('wants a ready endpoint behind a Service', () => {
    const service = object('v1', 'Service', { spec: { clusterIP: '10.0.0.1' } })
    const slice = (ready: boolean | undefined): KubernetesObject =>
      object('discovery.k8s.io/v1', 'EndpointSlice', { endpoints: [{ conditions: { ready } }] })
    expect(judge(service).status).toBe('in-progress')
    expect(judge(service, { endpointSlices: [slice(false)] }).status).toBe('in-progress')
    expect(judge(service, { endpointSlices: [slice(false), slice(true)] }).status).toBe('current')
    expect(judge(service, { endpointSlices: [object('discovery.k8s.io/v1', 'EndpointSlice', { endpoints: null })] }).status).toBe(
      'in-progress',
    )
  })

  it('does not wait for the address of an Ingress', () => {
    expect(judge(object('networking.k8s.io/v1', 'Ingress', { status: { loadBalancer: {} } })).status).toBe('current')
  })

  it('knows a budget, a definition, a StatefulSet and a DaemonSet', () => {
    expect(judge(recorded.budget).status).toBe('in-progress')
    expect(judge(recorded.definition).status).toBe('current')
    const set = (status: object): KubernetesObject =>
      object('apps/v1', 'StatefulSet', { spec: { replicas: 2 }, status: { observedGeneration: 1, ...status } }, { generation: 1 })
    expect(judge(set({ replicas: 2, readyReplicas: 2, updatedReplicas: 2 })).status).toBe('current')
    expect(judge(set({ replicas: 2, readyReplicas: 2, updatedReplicas: 1 })).status).toBe('in-progress')
    const daemons = (wanted: number): KubernetesObject =>
      object(
        'apps/v1',
        'DaemonSet',
        {
          status: { observedGeneration: 1, desiredNumberScheduled: wanted, updatedNumberScheduled: 1, numberReady: 1, numberAvailable: 1 },
        },
        { generation: 1 },
      )
    expect([daemons(0), daemons(1), daemons(2)].map((each) => judge(each).status)).toEqual(['in-progress', 'current', 'in-progress'])
  })

  it.each([
    ['no conditions', {}, 'current'],
    ['Ready', { conditions: [{ type: 'Ready', status: 'True' }] }, 'current'],
    ['not Ready', { conditions: [{ type: 'Ready', status: 'False' }] }, 'in-progress'],
    ['Reconciling', { conditions: [{ type: 'Reconciling', status: 'True' }] }, 'in-progress'],
    ['Stalled', { conditions: [{ type: 'Stalled', status: 'True' }] }, 'failed'],
    ['an older generation', { observedGeneration: 1 }, 'in-progress'],
  ])('judges any other kind by convention: %s', (_, status, expected) => {
    expect(judge(object('example.org/v1', 'Thing', { status }, { generation: 2 })).status).toBe(expected)
  })
})
