import { readFile } from 'node:fs/promises'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import { holdProcess } from '../../../src/adapters/ssh/held-process.ts'
import { runProcess } from '../../../src/adapters/ssh/process-runner.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import { requestApiThroughHost } from '../../../src/adapters/traefik/request-api.ts'
import type { ManagedHost } from '../../../src/domain/ports/units.ts'
import type { VisitorPort } from '../../../src/domain/ports/visitor.ts'
import { SITE } from '../../e2e/world/addresses.ts'
import type { World } from '../../e2e/world/world.ts'
import { startWorld } from '../../e2e/world/world.ts'
import { hostFolder, saveByRename } from '../host-folder.ts'
import type { ContractWorld, HttpSide } from '../world.ts'
import { realKubernetesSide } from './kubernetes.ts'
import { realNomadSide } from './nomad.ts'
import { startVisitorInside } from './visitor.ts'

export interface RunningContractWorld extends ContractWorld {
  stop(): Promise<void>
}

/** Real servers. The adapters are those that the command line puts together, in the test's process; their connections come out in the world. */
export async function startRealWorld(): Promise<RunningContractWorld> {
  const world = await startWorld({ registry: true, metrics: true })
  try {
    return await contractWorld(world)
  } catch (error) {
    await world.stop()
    throw error
  }
}

async function contractWorld(world: World): Promise<RunningContractWorld> {
  const clock = systemClock
  const inside = await startVisitorInside(world)
  const { visitor } = inside
  const host = hostInside(world)
  const requestApi = requestApiThroughHost({ host, visitor, api: world.edge.api })
  const edge = { dynamicConfig: world.edge.dynamicConfig, api: world.edge.api, write: 'exchange' as const }
  const certificates = (await readFile(world.edge.file, 'utf8')).replace(/^[\s\S]*(?=\ntls:)/, '')
  return {
    clock,
    kubernetes: await realKubernetesSide(world, clock, visitor),
    nomad: await realNomadSide(world, clock),
    edge: {
      port: createEdge({ edge, host, hostName: world.ssh.host, visitor, requestApi }),
      api: requestApi,
      metrics: (of) => visitor.ask({ url: `${of === 'edge' ? world.edge.api : world.ingress.api}/metrics` }),
      // The site's certificate is named in the same file.
      save: (text) => saveByRename(world.edge.file, text + certificates),
      visit: (to, { path = '/', headers = {} } = {}) =>
        visitor.ask({ url: `https://${to}${path}`, connectTo: world.edge.visitors, headers, insecureSkipVerify: true }),
    },
    host: hostFolder(host, `${world.folder}/hestia`, '/home/deploy'),
    http: {
      visitor,
      visitors: world.edge.visitors,
      site: SITE,
      authority: world.edge.authority,
      nobody: '127.0.0.1:1',
      ...badServers(world, visitor),
    },
    stop: async () => {
      await host.close()
      await inside.end()
      await world.stop()
    },
  }
}

/** Our ssh adapter, whose `ssh` runs in the world's network. */
function hostInside(world: World): ManagedHost {
  const entered = (file: string, words: readonly string[]): readonly [string, string[]] => [
    'nsenter',
    ['--target', String(world.pid), '--net', '--', 'setpriv', '--pdeathsig', 'KILL', file, ...words],
  ]
  return createHost({
    name: world.ssh.host,
    ssh: world.ssh.host,
    sshConfig: world.ssh.config,
    run: (file, words, options) => runProcess(...entered(file, words), options),
    hold: (file, words, options) => holdProcess(...entered(file, words), options),
  })
}

/** The cluster's Traefik, stopped by a signal and killed: it is started again at once. */
const badServers = (world: World, visitor: VisitorPort): Pick<HttpSide, 'askSilent' | 'askDying'> => {
  const paused = async <Result>(meanwhile: () => Promise<Result>): Promise<Result> => {
    await world.servers.pause('ingress')
    return meanwhile().finally(() => world.servers.resume('ingress'))
  }
  return {
    askSilent: (request) => paused(() => visitor.ask({ ...request, url: `https://${SITE}/`, connectTo: world.ingress.address })),
    askDying: async () => {
      await world.servers.pause('ingress')
      const asked = visitor.ask({ url: `${world.ingress.api}/api/overview`, timeoutMs: 60_000 })
      // The kernel has taken the connection; nobody has read the request yet.
      await systemClock.sleep(500)
      await world.servers.kill('ingress')
      const exchange = await asked
      await world.servers.restart('ingress')
      return exchange
    },
  }
}
