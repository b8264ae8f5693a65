import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import type { Problem } from '../../domain/problem.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { ClusterConnection, Connect } from './connection.ts'
import { prepareExecPlugin, runningPlugin } from './exec-plugin.ts'
import { contextMissing, kubeconfigUnusable } from './kubeconfig-problems.ts'
import { readToken, tokenFileOf } from './token-file.ts'

export interface KubeconfigChoice {
  /** Path, or several as `KUBECONFIG` has them; default: `KUBECONFIG`, then ~/.kube/config, then the pod's own account. */
  readonly kubeconfig?: string
  /** Default: the file's current context. */
  readonly context?: string
}

/**
 * Credentials and TLS as kubectl would find them. client-node's `KubeConfig` reads files, exec plugins and token files; nothing else
 * of client-node is used, because its typed serializer drops fields without a word. It is imported on first use: it costs startup time.
 */
export function fromKubeconfig(choice: KubeconfigChoice = {}): Connect {
  return async () => {
    const paths = kubeconfigPaths(choice)
    return connectionOf(await load(paths, choice), paths, choice)
  }
}

/** Files as kubectl finds them. Of several, those that are not there are passed over; none at all means the pod's own account. */
function kubeconfigPaths({ kubeconfig }: KubeconfigChoice): readonly string[] {
  const named = (kubeconfig ?? process.env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '')
  if (named.length === 1) return named
  const present = (named.length === 0 ? [join(homedir(), '.kube', 'config')] : named).filter((path) => existsSync(path))
  return present.length === 0 ? named : present
}

async function load(paths: readonly string[], { kubeconfig, context }: KubeconfigChoice): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  const [first, ...more] = paths
  try {
    if (first === undefined) config.loadFromDefault()
    else config.loadFromFile(first)
    for (const path of more) {
      const next = new KubeConfig()
      next.loadFromFile(path)
      mergeInto(config, next)
    }
  } catch (thrown) {
    throw new ProblemError(kubeconfigUnusable(kubeconfig, thrown))
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) throw new ProblemError(missing(config, context))
    config.setCurrentContext(context)
  }
  return config
}

/** Of each name the first file counts, as with kubectl; client-node's own merge refuses a name that comes twice. */
function mergeInto(config: KubeConfig, next: KubeConfig): void {
  for (const cluster of next.getClusters()) if (config.getCluster(cluster.name) === null) config.addCluster(cluster)
  for (const user of next.getUsers()) if (config.getUser(user.name) === null) config.addUser(user)
  for (const context of next.getContexts()) if (config.getContextObject(context.name) === null) config.addContext(context)
  if (!config.getCurrentContext()) config.setCurrentContext(next.getCurrentContext())
}

const missing = (config: KubeConfig, context: string): Problem =>
  contextMissing(
    context,
    config.getContexts().map((each) => each.name),
  )

async function connectionOf(config: KubeConfig, paths: readonly string[], choice: KubeconfigChoice): Promise<ClusterConnection> {
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  if (cluster === null || cluster === undefined) throw new ProblemError(missing(config, context))
  if (user?.exec) prepareExecPlugin(user.exec, cluster)
  const tokenFile = await orUnusable(choice, tokenFileOf(paths, user?.name ?? ''))
  const applied = await applyCredentials(config, choice)
  return {
    server: cluster.server,
    context,
    tls: {
      ...(applied.ca !== undefined && { ca: applied.ca }),
      ...(applied.cert !== undefined && { cert: applied.cert }),
      ...(applied.key !== undefined && { key: applied.key }),
      ...(cluster.skipTLSVerify && { insecureSkipVerify: true }),
      ...(cluster.tlsServerName !== undefined && { serverName: cluster.tlsServerName }),
    },
    ...(user?.exec ? { renews: 'all' } : (user?.authProvider || tokenFile !== undefined) && { renews: 'token' }),
    headers: async () => {
      // Only what a plugin or a provider gives changes while we run: files need not be read for each request.
      const { headers } = user?.exec || user?.authProvider ? await applyCredentials(config, choice) : applied
      return tokenFile === undefined ? headers : { ...headers, authorization: `Bearer ${await orUnusable(choice, readToken(tokenFile))}` }
    },
  }
}

interface AppliedCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

async function applyCredentials(config: KubeConfig, choice: KubeconfigChoice): Promise<AppliedCredentials> {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = { headers: {} }
  const user = config.getCurrentUser()
  const work = config.applyToHTTPSOptions(options)
  await orUnusable(choice, user?.exec ? runningPlugin(user.exec, work) : work)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim()
  if (typeof options.auth === 'string') headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key } = { ca: pem(options.ca), cert: pem(options.cert), key: pem(options.key) }
  return { headers, ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}

/** What a file, a certificate or a plugin of the kubeconfig lacks, as a problem about the kubeconfig. */
async function orUnusable<T>({ kubeconfig }: KubeconfigChoice, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    throw thrown instanceof ProblemError ? thrown : new ProblemError(kubeconfigUnusable(kubeconfig, thrown))
  }
}

function pem(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined
}
