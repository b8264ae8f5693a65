import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import { requestApiThroughHost } from '../../../src/adapters/traefik/request-api.ts'
import { createAuthority } from '../../../src/lab/certificates.ts'
import type { LabContext, LabFault } from '../../../src/lab/contract.ts'
import { createLabEdge, initialEdgeWorld, startLabEdge } from '../../../src/lab/edge/index.ts'
import { startLabHost } from '../../../src/lab/host/index.ts'
import { listen } from '../../../src/lab/http.ts'
import { createSelfAdvancingClock } from '../../fakes/clock.ts'
import { hostFolder, saveByRename } from '../host-folder.ts'
import type { ContractWorld, HttpSide } from '../world.ts'
import { labKubernetesSide } from './kubernetes.ts'
import { labNomadSide } from './nomad.ts'

export const SITE = 'www.site.test'
const DYNAMIC_CONFIG = '/mnt/docker/traefik/traefik/dynamic_conf.yml'
const API = 'http://127.0.0.1:8080'

export interface RunningContractWorld extends ContractWorld {
  stop(): Promise<void>
}

/** The lab as its users have it, with its host and its edge on sockets; only the servers' time is not the machine's. */
export async function startLabWorld(): Promise<RunningContractWorld> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'jmc-contract-')))
  const dynamicFile = join(directory, DYNAMIC_CONFIG)
  await mkdir(dirname(dynamicFile), { recursive: true })
  await mkdir(join(directory, 'home/deploy'), { recursive: true })
  await writeFile(dynamicFile, '')

  const faults = new Set<LabFault>()
  const context: LabContext = { clock: createSelfAdvancingClock(), faults, changed: () => undefined }
  const kubernetes = labKubernetesSide(context, faults)
  const nomad = labNomadSide(context)
  const authority = await createAuthority('the lab of the contract')
  const running = await startLabEdge({
    world: initialEdgeWorld({ siteHost: SITE, metrics: true }),
    context,
    nomad: nomad.lab,
    kubernetes: kubernetes.lab,
    dynamicFile,
    authority,
  })
  const sshd = await startLabHost({ directory, forward: (host, port) => running.forward(host, port) })

  const deps = { readDynamicFile: () => undefined, nomad: nomad.lab, kubernetes: kubernetes.lab }
  const uncounted = await listen(createLabEdge(initialEdgeWorld({ siteHost: SITE }), context, deps).api)

  const visitor = createVisitor()
  const host = createHost({ name: 'hestia', ssh: 'hestia', sshConfig: sshd.sshConfig })
  const requestApi = requestApiThroughHost({ host, visitor, api: API })
  const edge = { dynamicConfig: DYNAMIC_CONFIG, api: API, write: 'exchange' as const }
  const visitors = `127.0.0.1:${running.websecure.port}`
  const ingress = `127.0.0.1:${running.ingress.port}`
  return {
    clock: context.clock,
    kubernetes: kubernetes.side((to, path) => visitor.ask({ url: `https://${to}${path}`, connectTo: ingress, insecureSkipVerify: true })),
    nomad: nomad.side,
    edge: {
      port: createEdge({ edge, host, hostName: 'hestia', visitor, requestApi }),
      api: requestApi,
      metrics: (of) => visitor.ask({ url: `${of === 'edge' ? running.api.url : uncounted.url}/metrics` }),
      save: (text) => saveByRename(dynamicFile, text),
      visit: (to, { path = '/', headers = {} } = {}) =>
        visitor.ask({ url: `https://${to}${path}`, connectTo: visitors, headers, insecureSkipVerify: true }),
    },
    host: hostFolder(host, directory, '/home/deploy'),
    http: { visitor, visitors, site: SITE, authority: authority.certPem, nobody: await closedPort(), ...badServers(visitor) },
    stop: async () => {
      await host.close()
      await Promise.all([sshd.close(), running.close(), uncounted.close(), kubernetes.close(), nomad.close()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Where a server has just listened, and none does any more. */
async function closedPort(): Promise<string> {
  const listener = await listen(async () => 'drop')
  await listener.close()
  return `127.0.0.1:${listener.port}`
}

const badServers = (visitor: HttpSide['visitor']): Pick<HttpSide, 'askSilent' | 'askDying'> => ({
  askSilent: async (request) => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    silent.on('connection', (socket) => socket.on('error', () => undefined).unref())
    const exchange = await visitor.ask({ ...request, url: `https://${SITE}/`, connectTo: `127.0.0.1:${port}` })
    silent.close()
    return exchange
  },
  askDying: async () => {
    const dying = await listen(async () => 'drop')
    const exchange = await visitor.ask({ url: `http://127.0.0.1:${dying.port}/` })
    await dying.close()
    return exchange
  },
})
