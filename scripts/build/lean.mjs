/**
 * Leaves out of the bundle what nothing of ours calls, and what packages would load at every start all the same: a third of a second of a run's
 * beginning. Whatever is asked for and not here fails the build (ES exports are checked), not the run.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)

/** undici's dispatchers alone; its index also loads fetch, WebSocket, cookies, mocks and caches. */
const DISPATCHERS = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import api from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import Client from 'undici/lib/dispatcher/client.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'
import errors from 'undici/lib/core/errors.js'
Object.assign(Dispatcher.prototype, api)
export { Agent, Client, Dispatcher, ProxyAgent, errors }
`

/** What \`KubeConfig\` needs only to make API clients and agents; we take credentials and TLS from it, and ask over undici. */
const NOT_CALLED = {
  'gen/index.js': `
const absent = () => { throw new Error('the typed API clients are not in this bundle') }
export const createConfiguration = absent
export class ServerConfiguration { constructor() { absent() } }`,
  'socks-proxy-agent': 'export class SocksProxyAgent {}',
  socks: 'export class SocksClient {}',
  hpagent: 'export class HttpProxyAgent {}\nexport class HttpsProxyAgent {}',
}

/** The package's `z` holds all of it; of a namespace that is imported only what is named gets into the bundle: half. */
const WHOLE_ZOD = "import { z } from 'zod'"
const USED_OF_ZOD = "import * as z from 'zod'"

const inKubernetesClient = (path) => path.includes(join('node_modules', '@kubernetes', 'client-node', 'dist'))

export const lean = {
  name: 'lean',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'lean' }))
    build.onResolve({ filter: /^(\.\/gen\/index\.js|socks-proxy-agent|socks|hpagent)$/ }, ({ path, importer }) =>
      inKubernetesClient(importer) ? { path: path.replace(/^\.\//, ''), namespace: 'lean' } : undefined,
    )
    // Messages in English alone: the others are half of zod.
    build.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js"',
      loader: 'js',
      resolveDir: dirname(require.resolve('zod/v4/locales')),
    }))
    build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return source.includes(WHOLE_ZOD) ? { contents: source.replace(WHOLE_ZOD, USED_OF_ZOD), loader: 'ts' } : undefined
    })
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({
      contents: path === 'undici' ? DISPATCHERS : NOT_CALLED[path],
      loader: 'js',
      resolveDir: root,
    }))
  },
}
