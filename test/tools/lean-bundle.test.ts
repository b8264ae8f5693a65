import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Metafile } from 'esbuild'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { fromKubeconfig } from '../../src/adapters/kubernetes/kubeconfig.ts'
import type { createJsonClient } from '../../src/adapters/http/json-client.ts'
import { options } from '../../scripts/build.mjs'
import { httpServer } from '../adapters/http/loopback.ts'

let folder = ''
let metafile: Metafile = { inputs: {}, outputs: {} }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lean-'))
  const entryPoints = {
    kubeconfig: 'src/adapters/kubernetes/kubeconfig.ts',
    http: 'src/adapters/http/json-client.ts',
    start: 'src/cli/start.ts',
  }
  metafile = (await build({ ...options, entryPoints, entryNames: '[name]', outdir: folder })).metafile
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const bundled = async <Module>(name: string): Promise<Module> => (await import(pathToFileURL(join(folder, `${name}.cjs`)).href)) as Module

const bytesFrom = (part: RegExp): number =>
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .reduce((sum, [path, { bytesInOutput }]) => (part.test(path) ? sum + bytesInOutput : sum), 0)

describe('the lean bundle', () => {
  it('is without the parts of packages that nothing calls', () => {
    expect(bytesFrom(/client-node\/dist\/gen\//)).toBeLessThan(1_000)
    expect(bytesFrom(/node_modules\/(socks|hpagent|ip-address)\//)).toBe(0)
    expect(bytesFrom(/undici\/lib\/(mock|cache|interceptor|web\/(cookies|eventsource))\//)).toBe(0)
    expect(bytesFrom(/zod\/v4\/locales\/(?!en\.js|index\.js)/)).toBe(0)
  })

  it('gives the same credentials as before, also behind a proxy of the kubeconfig', async () => {
    const { fromKubeconfig: load } = await bundled<{ fromKubeconfig: typeof fromKubeconfig }>('kubeconfig')
    for (const proxy of ['socks5://127.0.0.1:9', 'http://127.0.0.1:9', 'https://127.0.0.1:9']) {
      const path = join(folder, 'config')
      const cluster = { server: 'https://c.test:6443', 'proxy-url': proxy, 'certificate-authority-data': 'Q0E=' }
      await writeFile(
        path,
        JSON.stringify({
          clusters: [{ name: 'c', cluster }],
          users: [{ name: 'u', user: { token: 'secret' } }],
          contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'one',
        }),
      )
      const connection = await load({ kubeconfig: path })()
      expect(connection).toMatchObject({ server: 'https://c.test:6443', tls: { ca: 'CA' } })
      expect(await connection.headers()).toEqual({ authorization: 'Bearer secret' })
    }
  })

  it('asks over HTTP', async () => {
    const { createJsonClient: create } = await bundled<{ createJsonClient: typeof createJsonClient }>('http')
    const server = await httpServer((_request, response) => response.end('{"it":"answers"}'))
    const client = create({ baseUrl: `http://${server.address}`, headers: async () => ({}), timeoutMs: 5_000, env: {} })
    try {
      expect((await client.request('GET', '/')).body).toEqual({ it: 'answers' })
    } finally {
      await client.close()
      await server.close()
    }
  })
})
