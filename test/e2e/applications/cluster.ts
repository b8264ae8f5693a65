import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kubectl, until } from '../migration/clean.ts'
import { INGRESS, INGRESS_PORT, NODE } from '../world/addresses.ts'
import type { Client } from '../world/client.ts'
import { clientOf } from '../world/client.ts'
import type { World } from '../world/world.ts'

/** What a namespace can hold of a plan, and what the cluster puts into each by itself. */
const KINDS =
  'deployments,replicasets,pods,services,endpointslices,secrets,configmaps,serviceaccounts,roles,rolebindings,ingresses,horizontalpodautoscalers,networkpolicies,persistentvolumeclaims'
const OF_THE_CLUSTER: ReadonlySet<string> = new Set(['configmap/kube-root-ca.crt', 'serviceaccount/default'])

/** Names of all objects in a namespace, such as `service/todo-app-backend`. */
export const objectsIn = async (world: World, namespace: string): Promise<readonly string[]> =>
  (await kubectl(world, ['get', KINDS, '-n', namespace, '-o', 'name']))
    .split('\n')
    .filter((name) => name !== '' && !OF_THE_CLUSTER.has(name))

interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly status: {
    readonly containerStatuses?: readonly { readonly name: string; readonly ready: boolean; readonly containerID: string }[]
  }
}

/** Each ready container of a namespace and the user that its process runs as, such as `backend 1000`; sorted. Asked of the processes themselves. */
export async function usersIn(world: World, namespace: string): Promise<readonly string[]> {
  const { items } = JSON.parse(await kubectl(world, ['get', 'pods', '-n', namespace, '-o', 'json'])) as { readonly items: readonly Pod[] }
  const containers = items.flatMap(({ status }) => status.containerStatuses ?? [])
  const users = await usersOfContainers()
  return containers
    .filter(({ ready }) => ready)
    .map(({ name, containerID }) => `${name} ${users.get(containerID.replace('containerd://', '')) ?? 'without a process'}`)
    .sort()
}

/** By the id of the container, which its processes' cgroup ends with. */
async function usersOfContainers(): Promise<ReadonlyMap<string, string>> {
  const users = new Map<string, string>()
  for (const { pid, container } of await processesOfContainers()) {
    const status = await readFile(join('/proc', pid, 'status'), 'utf8').catch(() => '')
    const user = /^Uid:\s+(\d+)/m.exec(status)?.[1]
    if (user !== undefined) users.set(container, user)
  }
  return users
}

async function processesOfContainers(): Promise<readonly { readonly pid: string; readonly container: string }[]> {
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const cgroup = await readFile(join('/proc', pid, 'cgroup'), 'utf8').catch(() => '')
        const container = /\/([0-9a-f]{64})$/m.exec(cgroup)?.[1]
        return container === undefined ? [] : [{ pid, container }]
      }),
  )
  return found.flat()
}

/** Tells the process of a running pod to end, which ends the pod well; resolves once it was told. Waits for the pod first. */
export async function endPod(world: World, namespace: string, name: string): Promise<void> {
  const id = ['get', 'pod', name, '-n', namespace, '--ignore-not-found', '-o', 'jsonpath={.status.containerStatuses[0].containerID}']
  await until(`pod ${name} is told to end`, async () => {
    const container = (await kubectl(world, id)).replace('containerd://', '')
    const found = (await processesOfContainers()).filter((each) => each.container === container)
    for (const { pid } of found) process.kill(Number(pid), 'SIGTERM')
    return found.length > 0
  })
}

/** What is answered on a port of the node. */
export const onNode = (world: World, port: number, path = '/'): Promise<string> => said(world.client, `http://${NODE}:${port}${path}`)

/** What is answered at the address of a Service in the cluster. */
export async function throughService(world: World, namespace: string, name: string, path: string): Promise<string> {
  const [address, port] = (
    await kubectl(world, ['get', 'service', name, '-n', namespace, '-o', 'jsonpath={.spec.clusterIP} {.spec.ports[0].port}'])
  ).split(' ')
  return said(world.client, `http://${address}:${port}${path}`)
}

/** What the cluster's Traefik answers for a host, with TLS: whose certificate it shows is not looked at. */
export async function throughIngress(world: World, host: string, path: string): Promise<string> {
  const client = clientOf(world.gateway, { rejectUnauthorized: false }, `${INGRESS}:${INGRESS_PORT}`)
  try {
    return await said(client, `https://${host}${path}`)
  } finally {
    await client.close()
  }
}

/** The answer's body, as soon as there is one: what leads to pods follows a moment after they are ready. */
async function said(client: Client, url: string): Promise<string> {
  let last = ''
  await until(`${url} answers`, async () => {
    const { status, body } = await client.ask(url).catch((error: unknown) => ({ status: 0, body: String(error) }))
    last = body
    return status === 200
  })
  return last
}

/** A claim and what became of it, such as `Bound to one-writer`. */
export const claim = (world: World, namespace: string, name: string): Promise<string> =>
  kubectl(world, ['get', 'persistentvolumeclaim', name, '-n', namespace, '-o', 'jsonpath={.status.phase} to {.spec.volumeName}'])

export const releases = async (world: World): Promise<unknown> =>
  JSON.parse(String((await world.enter('helm', ['list', '--all-namespaces', '--output', 'json'])).stdout))

/** The volumes that the plans' claims need, on the node's own disk: nobody provisions any. */
export async function makeVolumes(world: World): Promise<void> {
  const volume = (name: string, accessMode: string): object => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: [accessMode],
      storageClassName: 'standard',
      hostPath: { path: join(world.folder, 'volumes', name), type: 'DirectoryOrCreate' },
    },
  })
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard' },
    provisioner: 'kubernetes.io/no-provisioner',
  }
  const items = [storageClass, volume('one-writer', 'ReadWriteOnce'), volume('many-writers', 'ReadWriteMany')]
  await kubectl(world, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
}

/** Takes a namespace away: its node ports are free when this resolves, the rest goes by itself. */
export async function forget(world: World, namespace: string): Promise<void> {
  await kubectl(world, ['delete', 'services', '--all', '-n', namespace])
  await kubectl(world, ['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'])
}

/** What the cluster can give to pods: CPUs, and memory in MiB. */
export async function allocatable(world: World): Promise<{ readonly cpu: number; readonly memory: number }> {
  const [cpu, memory] = (
    await kubectl(world, ['get', 'node', 'node-a', '-o', 'jsonpath={.status.allocatable.cpu} {.status.allocatable.memory}'])
  ).split(' ')
  return { cpu: Number(cpu), memory: Number(memory?.replace('Ki', '')) / 1024 }
}
