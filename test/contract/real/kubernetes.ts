import { fixedConnection } from '../../../src/adapters/kubernetes/connection.ts'
import { createKubernetes } from '../../../src/adapters/kubernetes/kubernetes.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Clock } from '../../../src/domain/ports/clock.ts'
import type { VisitorPort } from '../../../src/domain/ports/visitor.ts'
import { REGISTRY } from '../../e2e/world/addresses.ts'
import { IMAGES } from '../../e2e/world/tools/images.ts'
import type { World } from '../../e2e/world/world.ts'
import { NAMESPACE, PORT } from '../kubernetes/objects.ts'
import { askRaw } from '../raw.ts'
import type { KubernetesSide, KubernetesUser, PodKind } from '../world.ts'

/** The API server of a world, with the contract's namespace. */
export async function realKubernetesSide(world: World, clock: Clock, visitor: VisitorPort): Promise<KubernetesSide> {
  const server = world.kubernetes.address
  const dispatcher = world.client.agent
  const tokenOf = (user: KubernetesUser): string => (user === 'stranger' ? 'nobody-has-this' : world.kubernetes.tokenOf(user))
  const side: KubernetesSide = {
    as: (user) => createKubernetes({ connect: fixedConnection({ server, token: tokenOf(user) }), namespace: NAMESPACE, clock, dispatcher }),
    ask: (method, path, { as = 'operator', type = 'application/json', body } = {}) =>
      askRaw(dispatcher, `${server}${path}`, { method, body, headers: { authorization: `Bearer ${tokenOf(as)}`, 'content-type': type } }),
    pod,
    visit: (host, path = '/') => visitor.ask({ url: `https://${host}${path}`, connectTo: world.ingress.address, insecureSkipVerify: true }),
  }
  const made = await side.ask('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  })
  if (made.status !== 201) throw new Error(`the namespace was not made: ${JSON.stringify(made.body)}`)
  return side
}

const ENVIRONMENT: Readonly<Partial<Record<PodKind, JsonObject>>> = { crashes: { name: 'CRASH', value: '1' } }

/** The site's program, as it is in the world's node; an image that the world's registry lacks; a node that there is none of. */
function pod(kind: PodKind): JsonObject {
  const more = ENVIRONMENT[kind]
  return {
    terminationGracePeriodSeconds: 1,
    ...(kind === 'unschedulable' && { nodeSelector: { nobody: 'has-this' } }),
    containers: [
      {
        name: 'website',
        image: kind === 'image-absent' ? `${REGISTRY}/absent:1` : IMAGES.site,
        imagePullPolicy: 'IfNotPresent',
        env: [{ name: 'PORT', value: String(PORT) }, { name: 'TEXT', value: '<p>kubernetes</p>' }, ...(more === undefined ? [] : [more])],
        readinessProbe: { httpGet: { path: '/', port: PORT }, periodSeconds: 1 },
      },
    ],
  }
}
