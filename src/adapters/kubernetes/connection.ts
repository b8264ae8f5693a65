import type { JsonClientOptions } from '../http/json-client.ts'

type TlsOptions = NonNullable<JsonClientOptions['tls']>

/** Where a cluster is and how to prove who we are: all that a kubeconfig is needed for. */
export interface ClusterConnection {
  /** URL of the API server. */
  readonly server: string
  /** Name of the kubeconfig's context, for people. */
  readonly context: string
  readonly tls: TlsOptions
  /** What is fresh again when that of now ends: the token (a file that is rotated), or all that an exec plugin gives. */
  readonly renews?: 'token' | 'all'
  /** Asked before each request: `authorization`, `impersonate-user`. Runs an exec plugin where the cached token has expired. */
  headers(): Promise<Readonly<Record<string, string>>>
}

/** Reads credentials afresh each time it is called. */
export type Connect = () => Promise<ClusterConnection>

/** A cluster known without a kubeconfig: a test, the lab. */
export function fixedConnection(cluster: {
  readonly server: string
  readonly token: string
  readonly ca?: string
  readonly context?: string
}): Connect {
  return async () => ({
    server: cluster.server,
    context: cluster.context ?? 'fixed',
    tls: cluster.ca === undefined ? {} : { ca: cluster.ca },
    headers: async () => ({ authorization: `Bearer ${cluster.token}` }),
  })
}
