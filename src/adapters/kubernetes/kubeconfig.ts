import { delimiter } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { ProblemError } from '../../domain/problem.ts'
import type { ClusterConnection, Connect } from './connection.ts'
import { prepareExecPlugin, runningPlugin } from './exec-plugin.ts'
import { contextMissing, kubeconfigUnusable } from './kubeconfig-problems.ts'

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
  return async () => connectionOf(await load(choice), choice)
}

async function load({ kubeconfig, context }: KubeconfigChoice): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  try {
    const [first, ...more] = (kubeconfig ?? '').split(delimiter).filter((path) => path !== '')
    if (first === undefined) config.loadFromDefault()
    else config.loadFromFile(first)
    for (const path of more) {
      const next = new KubeConfig()
      next.loadFromFile(path)
      config.mergeConfig(next)
    }
  } catch (thrown) {
    throw new ProblemError(kubeconfigUnusable(kubeconfig, thrown))
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null)
      throw new ProblemError(
        contextMissing(
          context,
          config.getContexts().map((each) => each.name),
        ),
      )
    config.setCurrentContext(context)
  }
  return config
}

async function connectionOf(config: KubeConfig, choice: KubeconfigChoice): Promise<ClusterConnection> {
  const context = config.getCurrentContext()
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  if (cluster === null || cluster === undefined)
    throw new ProblemError(
      contextMissing(
        context,
        config.getContexts().map((each) => each.name),
      ),
    )
  if (user?.exec) prepareExecPlugin(user.exec, cluster)
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
    headers: async () => (await applyCredentials(config, choice)).headers,
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
  try {
    await (user?.exec ? runningPlugin(user.exec, config.applyToHTTPSOptions(options)) : config.applyToHTTPSOptions(options))
  } catch (thrown) {
    throw thrown instanceof ProblemError ? thrown : new ProblemError(kubeconfigUnusable(choice.kubeconfig, thrown))
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (typeof value === 'string') headers[name.toLowerCase()] = value.trim()
  if (typeof options.auth === 'string') headers['authorization'] ??= `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key } = { ca: pem(options.ca), cert: pem(options.cert), key: pem(options.key) }
  return { headers, ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}

function pem(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined
}
