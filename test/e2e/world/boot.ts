import { connect } from 'node:net'
import { API_SERVER, CATALOG, CATALOG_PORT, EDGE_API, ETCD, INGRESS_API, NOMAD, SSH_PORT } from './addresses.ts'
import type { Client } from './client.ts'
import { answersWell } from './client.ts'
import { CUSTOM_RESOURCES, INGRESS_CLASS } from './cluster-objects.ts'
import type { WorldFolder } from './folder.ts'
import { inside } from './folder.ts'
import { dial } from './gateway.ts'
import { sshd } from './hestia.ts'
import { apiServer, controllers, etcd, tokenOf } from './kubernetes.ts'
import { containerd, containerdSocket, nodeServers } from './node.ts'
import { nomadAgent } from './nomad.ts'
import type { Servers } from './servers.ts'
import { traefik } from './traefik.ts'
import type { Tools } from './tools/build-tools.ts'
import { tool } from './tools/build-tools.ts'
import { IMAGES, imageArchive } from './tools/images.ts'
import { execa } from 'execa'

export interface Booting {
  readonly folder: WorldFolder
  readonly servers: Servers
  readonly tools: Tools
  /** Programs of the machine, by their full paths. */
  readonly machine: Readonly<Record<'etcd' | 'containerd' | 'ctr' | 'sshd', string>>
  readonly gateway: string
  readonly client: Client
  /** Called with what is up now. */
  readonly note: (what: string) => void
}

/** Starts all servers, each as soon as what it needs is there; resolves when every one of them does its work. */
export async function boot(booting: Booting): Promise<void> {
  const { folder, servers, machine, tools, gateway } = booting
  // These wait for nobody, or find each other.
  await servers.start({ name: 'gateway', command: [process.execPath, inside('gateway.mjs'), gateway] })
  await servers.start(etcd(folder, machine.etcd))
  await servers.start(apiServer(folder, tool(tools, 'kube-apiserver')))
  await servers.start(nomadAgent(folder, tool(tools, 'nomad')))
  await servers.start(containerd(folder, machine.containerd))
  await servers.start(sshd(folder, machine.sshd))
  await servers.until('the gateway leads in', ['gateway'], () => listens(gateway))
  await Promise.all([bootNomadAndEdge(booting), bootKubernetes(booting), importImages(booting), bootHost(booting)])
}

async function bootHost({ servers, gateway, note }: Booting): Promise<void> {
  await servers.until('sshd listens', ['sshd'], async () => (await dial(gateway, '127.0.0.1', SSH_PORT)).destroy() !== undefined)
  note('sshd')
}

async function bootNomadAndEdge(booting: Booting): Promise<void> {
  const { folder, servers, tools, client, note } = booting
  const nomadIsThere = ['nomad']
  await servers.until('Nomad has a leader', nomadIsThere, async () => (await client.ask(`${NOMAD}/v1/status/leader`)).body.includes(':'))
  await servers.until('the ACL system of Nomad has its first token', nomadIsThere, () =>
    answersWell(client, `${NOMAD}/v1/acl/bootstrap`, { method: 'POST', body: { BootstrapSecret: folder.nomadToken } }),
  )
  note('Nomad leads')
  await servers.start({
    name: 'catalog',
    command: [process.execPath, inside('catalog.mjs'), NOMAD, folder.nomadToken, String(CATALOG_PORT)],
  })
  await servers.start(traefik(folder, tool(tools, 'traefik'), 'edge'))
  await servers.until('the catalog answers', ['catalog'], () => answersWell(client, `${CATALOG}/v1/catalog/services`))
  await servers.until('the edge has read its file', ['edge'], () =>
    answersWell(client, `${EDGE_API}/api/http/services/to-k8s-traefik@file`),
  )
  note('edge')
  await nomadClientReady(booting)
  note('Nomad client')
}

/**
 * A client that asks to be registered in the moment between the server's election and its first key is refused, and asks again only after
 * 15 to 30 s. Started again it asks at once: the key is there then.
 */
async function nomadClientReady({ folder, servers, client }: Booting): Promise<void> {
  const headers = { 'x-nomad-token': folder.nomadToken }
  const isReady = async (): Promise<boolean> => (await client.ask(`${NOMAD}/v1/nodes`, { headers })).body.includes('"Status":"ready"')
  const wasTooEarly = async (): Promise<boolean> => (await servers.log('nomad')).includes('keyring has not been initialized yet')
  await servers.until('the Nomad client has registered', ['nomad'], async () => (await isReady()) || wasTooEarly())
  if (await isReady()) return
  await servers.stop('nomad')
  await servers.restart('nomad')
  await servers.until('the Nomad client is ready', ['nomad'], isReady)
}

async function bootKubernetes(booting: Booting): Promise<void> {
  const { folder, servers, tools, client, note } = booting
  await servers.until('etcd is healthy', ['etcd'], () => answersWell(client, `${ETCD}/health`))
  await servers.until('the API server is ready', ['kube-apiserver', 'etcd'], () => answersWell(client, `${API_SERVER}/readyz`))
  note('API server')
  const program = (name: string): string => tool(tools, name)
  const started = [...controllers(folder, program), ...nodeServers(folder, program), traefik(folder, tool(tools, 'traefik'), 'ingress')]
  for (const server of started) await servers.start(server)
  const names = started.map(({ name }) => name)

  const headers = { authorization: `Bearer ${tokenOf(folder, 'tests')}` }
  for (const { path, object } of [INGRESS_CLASS, ...CUSTOM_RESOURCES])
    await servers.until(`${path} is created`, names, () =>
      answersWell(client, `${API_SERVER}${path}`, { method: 'POST', headers, body: object }),
    )
  const shows = (path: string, text: string): Promise<void> =>
    servers.until(`${path} shows ${text}`, names, async () => (await client.ask(`${API_SERVER}${path}`, { headers })).body.includes(text))
  await shows('/api/v1/namespaces/default/serviceaccounts/default', '"kind":"ServiceAccount"')
  await shows('/api/v1/nodes/node-a', '"reason":"KubeletReady"')
  for (const { served } of CUSTOM_RESOURCES) await shows(served, 'List"')
  note('node is ready')
  await servers.until('the cluster has a Traefik', names, () => answersWell(client, `${INGRESS_API}/api/overview`))
}

async function importImages({ folder, servers, tools, machine, note }: Booting): Promise<void> {
  const socket = containerdSocket(folder)
  await servers.until('containerd listens', ['containerd'], () => listens(socket))
  for (const image of Object.keys(IMAGES) as (keyof typeof IMAGES)[])
    await servers.until(`image ${image} is imported`, ['containerd'], async () => {
      const file = imageArchive(tools.folders.site, image)
      const { failed } = await execa(machine.ctr, ['-a', socket, '-n', 'k8s.io', 'images', 'import', '--digests=false', file], {
        reject: false,
      })
      return !failed
    })
  note('images')
}

/** Whether something accepts connections on a Unix socket. */
const listens = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => resolve(socket.destroy() !== undefined)).on('error', () => resolve(false))
  })
