import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { RequestApi } from '../../../src/adapters/traefik/api-client.ts'
import { traefikBinary } from '../servers/tools.ts'

export interface RealTraefik {
  /** Ports of the entry points: `web` plain, `websecure` with TLS of its own. */
  readonly web: number
  readonly websecure: number
  readonly api: string
  readonly dynamicFile: string
  readonly requestApi: RequestApi
  /** Puts a file in place of the dynamic file by a rename, as an editor does. */
  put(text: string): Promise<void>
  /** What it logged since `forgetLog`. */
  readonly log: () => string
  readonly forgetLog: () => void
  close(): Promise<void>
}

export interface TraefikOptions {
  readonly dynamicFile: string
  /** Address of a Consul catalog, `host:port`. */
  readonly catalog?: string
  /** URL from which the HTTP provider polls a whole configuration. */
  readonly http?: string
}

/** A real Traefik on free loopback ports, polling its providers every 100 to 200 ms; ended by its pid. */
export async function startTraefik(options: TraefikOptions): Promise<RealTraefik> {
  const binary = await traefikBinary()
  const folder = await mkdtemp(join(tmpdir(), 'jmc-traefik-'))
  const [web, websecure, api] = [await freePort(), await freePort(), await freePort()]
  await mkdir(dirname(options.dynamicFile), { recursive: true })
  await writeFile(options.dynamicFile, '', { flag: 'a' })
  const staticFile = join(folder, 'traefik.json')
  await writeFile(staticFile, JSON.stringify(staticConfiguration(options, { web, websecure, api })))
  let log = ''
  const process = execa(binary, [`--configFile=${staticFile}`], { reject: false, stdin: 'ignore', buffer: false, all: true })
  process.all.on('data', (data: Buffer) => (log = (log + data.toString()).slice(-20_000)))
  const requestApi: RequestApi = async (path) => {
    const answer = await fetch(`http://127.0.0.1:${api}${path}`)
    const text = await answer.text()
    return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text }
  }
  await waitFor(
    async () => (await requestApi('/api/version')).status === 200,
    () => log,
  )
  return {
    web,
    websecure,
    api: `http://127.0.0.1:${api}`,
    dynamicFile: options.dynamicFile,
    requestApi,
    put: async (text) => {
      await writeFile(`${options.dynamicFile}.tmp`, text)
      await rename(`${options.dynamicFile}.tmp`, options.dynamicFile)
    },
    log: () => log,
    forgetLog: () => void (log = ''),
    close: async () => {
      process.kill('SIGTERM', new Error('the test is over'))
      const ended = await Promise.race([process.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 5_000))])
      if (ended === false) process.kill('SIGKILL')
      await process
      await rm(folder, { recursive: true })
    },
  }
}

const staticConfiguration = (options: TraefikOptions, ports: { web: number; websecure: number; api: number }) => ({
  global: { checkNewVersion: false, sendAnonymousUsage: false },
  log: { level: 'ERROR' },
  api: { insecure: true, dashboard: false },
  entryPoints: {
    web: { address: `127.0.0.1:${ports.web}`, transport: { lifeCycle: { graceTimeOut: 0 } } },
    websecure: { address: `127.0.0.1:${ports.websecure}`, http: { tls: {} }, transport: { lifeCycle: { graceTimeOut: 0 } } },
    traefik: { address: `127.0.0.1:${ports.api}` },
  },
  providers: {
    providersThrottleDuration: '100ms',
    file: { filename: options.dynamicFile, watch: true },
    ...(options.catalog !== undefined && {
      consulCatalog: { endpoint: { address: options.catalog }, refreshInterval: '200ms', exposedByDefault: false },
    }),
    ...(options.http !== undefined && { http: { endpoint: options.http, pollInterval: '200ms' } }),
  },
})

/** Until it is so, at most 20 s. */
export async function waitFor(look: () => Promise<boolean>, explain: () => string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    if (await look().catch(() => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`it did not happen within 20 s: ${explain()}`)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
