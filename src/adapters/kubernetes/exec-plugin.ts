import { ProblemError } from '../../domain/problem.ts'
import { execPluginFailed } from './kubeconfig-problems.ts'

/** A plugin may open a browser; longer than this nobody is logging in. */
const PLUGIN_TIMEOUT_MS = 60_000

/** A user's `exec` as the kubeconfig has it. */
export interface ExecPlugin {
  readonly command: string
  readonly apiVersion?: string
  readonly installHint?: string
  readonly provideClusterInfo?: boolean
  env?: { readonly name: string; readonly value: string }[] | null
}

interface ExecCluster {
  readonly server: string
  readonly caData?: string
  readonly skipTLSVerify?: boolean
  readonly tlsServerName?: string
}

/**
 * Gives the plugin the variable KUBERNETES_EXEC_INFO that client-go gives it and client-node does not: plugins built on client-go refuse
 * to run without. (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats)
 */
export function prepareExecPlugin(plugin: ExecPlugin, cluster: ExecCluster): void {
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion ?? 'client.authentication.k8s.io/v1',
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo === true && {
        cluster: {
          server: cluster.server,
          ...(cluster.caData !== undefined && { 'certificate-authority-data': cluster.caData }),
          ...(cluster.tlsServerName !== undefined && { 'tls-server-name': cluster.tlsServerName }),
          ...(cluster.skipTLSVerify === true && { 'insecure-skip-tls-verify': true }),
        },
      }),
    },
  }
  const others = (plugin.env ?? []).filter((each) => each.name !== 'KUBERNETES_EXEC_INFO')
  plugin.env = [...others, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }]
}

/** Waits for `work`, which runs the plugin, but not for ever; what goes wrong is said with the plugin's own hint. */
export async function runningPlugin(plugin: ExecPlugin, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PLUGIN_TIMEOUT_MS / 1000} s`)), PLUGIN_TIMEOUT_MS)
  })
  try {
    await Promise.race([work, limit])
  } catch (thrown) {
    throw new ProblemError(execPluginFailed(plugin, thrown))
  } finally {
    clearTimeout(timer)
  }
}
