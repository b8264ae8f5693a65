import type { Dispatcher } from 'undici'
import { fixedConnection } from '../../../src/adapters/kubernetes/connection.ts'
import { createKubernetes } from '../../../src/adapters/kubernetes/kubernetes.ts'
import type { LabContext, LabFault, LabKubernetes } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabKubernetes, initialKubernetesWorld } from '../../../src/lab/kubernetes/kubernetes.ts'
import { NAMESPACE } from '../kubernetes/objects.ts'
import { askRaw } from '../raw.ts'
import type { KubernetesSide, KubernetesUser, PodKind } from '../world.ts'

const SERVER = 'http://kubernetes.lab'
const FAULTS: Readonly<Partial<Record<PodKind, LabFault>>> = { crashes: 'pods-crash', 'image-absent': 'image-not-found' }

interface LabKubernetesSide {
  readonly lab: LabKubernetes
  side(visit: (host: string, path: string) => ReturnType<KubernetesSide['visit']>): KubernetesSide
  close(): Promise<void>
}

export function labKubernetesSide(context: LabContext, faults: Set<LabFault>): LabKubernetesSide {
  const world = initialKubernetesWorld({
    application: { body: '<p>kubernetes</p>' },
    namespaces: [NAMESPACE],
    customResources: ['verticalpodautoscalers.autoscaling.k8s.io/v1'],
    tokens: [
      { token: 'operator', user: 'operator', uid: '1', groups: ['system:masters', 'system:authenticated'] },
      { token: 'limited', user: 'limited', uid: '2', groups: ['devs', 'system:authenticated'] },
    ],
    denied: [{ user: 'limited', verb: '*', group: '*', resource: '*' }],
  })
  const lab = createLabKubernetes(world, context)
  const dispatcher: Dispatcher = handlerDispatcher(lab.handler)
  const as = (user: KubernetesUser) =>
    createKubernetes({ connect: fixedConnection({ server: SERVER, token: user }), namespace: NAMESPACE, clock: context.clock, dispatcher })
  const side: LabKubernetesSide['side'] = (visit) => ({
    as,
    ask: (method, path, { as: user = 'operator', type = 'application/json', body } = {}) =>
      askRaw(dispatcher, `${SERVER}${path}`, { method, body, headers: { authorization: `Bearer ${user}`, 'content-type': type } }),
    // What happens to pods is a fault of the whole lab: it befalls those that are made from now on.
    pod: (kind) => {
      faults.clear()
      const fault = FAULTS[kind]
      if (fault !== undefined) faults.add(fault)
      return {
        containers: [{ name: 'website', image: 'registry.test/website:1' }],
        ...(kind === 'unschedulable' && { nodeSelector: { nobody: 'has-this' } }),
      }
    },
    visit: (host, path = '/') => visit(host, path),
  })
  return { lab, side, close: () => dispatcher.close() }
}
