import type { KubernetesObject } from '../../src/domain/ports/index.ts'
import { deployToKubernetes } from '../../src/steps/deploy-to-kubernetes.ts'
import type { DeploySpec } from '../../src/steps/deploy-to-kubernetes/spec.ts'
import { purgeNomadJob } from '../../src/steps/purge-nomad-job.ts'
import { stopNomadJob } from '../../src/steps/stop-nomad-job.ts'
import { switchTraefikRoute } from '../../src/steps/switch-traefik-route.ts'
import { uninstallNomad } from '../../src/steps/uninstall-nomad.ts'
import type { UninstallSpec } from '../../src/steps/uninstall-nomad/record.ts'
import { FakeCluster } from '../fakes/ports/cluster.ts'
import { fakeFiles } from '../fakes/ports/files.ts'
import { FakeWorld } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { CHART, chartWorld, SHOP } from './deploy-to-kubernetes/charts.ts'
import { installed, releaseWorld } from './deploy-to-kubernetes/release/release.ts'
import type { KindWorld } from './harness.ts'
import { conforms } from './harness.ts'
import { MANIFESTS } from './manifests.ts'
import { SWITCH } from './switch-spec.ts'

/** A fake world, prepared, as the harness wants it. */
function worldFor<Spec>(spec: Spec, prepare: (world: FakeWorld) => void | Promise<void> = () => {}): () => Promise<KindWorld<Spec>> {
  return async () => {
    const world = new FakeWorld()
    await prepare(world)
    const files = fakeFiles(MANIFESTS)
    return { ports: world.ports, context: (ports) => contextOf(ports, spec, { files }), snapshot: async () => world.snapshot() }
  }
}

const deploy: DeploySpec = { manifests: 'manifests' }
const deployment = (extra: Readonly<Record<string, unknown>>): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'site', namespace: 'default', labels: { team: 'web' } },
  spec: extra,
})

conforms({ name: 'deploy-to-kubernetes into an empty namespace', kind: deployToKubernetes, world: worldFor(deploy) })

conforms({
  name: 'deploy-to-kubernetes over an object that somebody else made',
  kind: deployToKubernetes,
  world: worldFor(deploy, ({ kubernetes }) => kubernetes.create(deployment({ paused: false }))),
})

conforms({
  name: 'deploy-to-kubernetes over an object that an earlier run made',
  kind: deployToKubernetes,
  world: worldFor(deploy, async ({ kubernetes }) => {
    const { metadata, ...rest } = deployment({ replicas: 5, minReadySeconds: 3 })
    await kubernetes.apply({
      ...rest,
      metadata: { ...metadata, annotations: { 'jmc-migrate/run': 'earlier', 'jmc-migrate/step': 'the-step' } },
    } as KubernetesObject)
  }),
})

conforms({
  name: 'deploy-to-kubernetes over an object of which nobody knows who owns what',
  kind: deployToKubernetes,
  world: worldFor(deploy, ({ kubernetes }) => {
    kubernetes.create(deployment({ replicas: 2, minReadySeconds: 3 }), 'legacy')
    for (const [key, object] of kubernetes.objects)
      kubernetes.objects.set(key, { ...object, metadata: { ...object.metadata, managedFields: [] } })
  }),
})

conforms({
  name: 'deploy-to-kubernetes of a chart, in an order',
  kind: deployToKubernetes,
  world: async () => {
    const { world, context } = chartWorld(SHOP, { ...CHART, order: [['Secret'], ['Deployment/web'], ['Service']] })
    return { ports: context.ports, context: (ports) => ({ ...context, ports }), snapshot: async () => world.snapshot() }
  },
})

conforms({ name: 'deploy-to-kubernetes of a chart as a release', kind: deployToKubernetes, world: async () => releaseWorld().conforming() })

conforms({
  name: 'deploy-to-kubernetes of a chart over a release that is there',
  kind: deployToKubernetes,
  world: async () => (await installed(releaseWorld())).conforming(),
})

conforms({ name: 'switch-traefik-route, plain', kind: switchTraefikRoute, world: worldFor(SWITCH) })

conforms({
  name: 'switch-traefik-route, Consul Connect',
  kind: switchTraefikRoute,
  world: worldFor(SWITCH, (world) => {
    world.connect = true
  }),
})

conforms({ name: 'stop-nomad-job', kind: stopNomadJob, world: worldFor({ job: 'site' }, movedToNew) })

conforms({
  name: 'purge-nomad-job',
  kind: purgeNomadJob,
  world: worldFor({ job: 'site' }, async (world) => {
    await movedToNew(world)
    await world.nomad.stop('site')
    await world.clock.sleep(10_000)
  }),
})

conforms({
  name: 'uninstall-nomad, three servers that are clients too',
  kind: uninstallNomad,
  world: async () => {
    const cluster = new FakeCluster({ host: 'a' }, { host: 'b' }, { host: 'c' })
    cluster.place('gone', 'a', 'default', 'complete')
    const spec: UninstallSpec = {
      hosts: [{ host: 'a' }, { host: 'b' }, { host: 'c' }],
      livesOn: { kubernetesNodes: true, consulLeader: 'http://127.0.0.1:8500' },
    }
    return { ports: cluster.ports, context: (ports) => contextOf(ports, spec), snapshot: async () => cluster.snapshot() }
  },
})

/** Visitors are on the new side already. */
async function movedToNew(world: FakeWorld): Promise<void> {
  world.edge.save(
    world.edge.text.replace(
      '  routers:\n',
      '  routers:\n    k8s: {"rule":"Host(`www.example.org`)","service":"to-cluster","entryPoints":["websecure"],"priority":999}\n',
    ),
  )
  await world.clock.sleep(1_000)
}
