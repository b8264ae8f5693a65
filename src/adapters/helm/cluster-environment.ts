import { delimiter, join, resolve } from 'node:path'

export interface ClusterChoice {
  /** Path of the kubeconfig; where helm looks for it itself unless told. */
  readonly kubeconfig?: string
  readonly context?: string
}

/** What steers helm elsewhere than the plan says; where it keeps its releases is the user's choice. */
const STEERING = /^(HELM_(?!DRIVER)|KUBE)/

/** The user's environment, the plan's kubeconfig, and none of the user's plugins. Paths are absolute: helm runs in a folder of its own. */
export function clusterEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
  { kubeconfig = env['KUBECONFIG'] }: ClusterChoice,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) => (value === undefined || STEERING.test(name) ? [] : [[name, value] as const]))
  const paths = (kubeconfig ?? '').split(delimiter).filter((path) => path !== '')
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    NO_COLOR: '1',
    HELM_CACHE_HOME: join(folder, 'helm-cache'),
    HELM_CONFIG_HOME: join(folder, 'helm-config'),
    HELM_DATA_HOME: join(folder, 'helm-data'),
    HELM_PLUGINS: join(folder, 'helm-plugins'),
    KUBECACHEDIR: join(folder, 'kube-cache'),
    ...(paths.length > 0 && { KUBECONFIG: paths.map((path) => resolve(path)).join(delimiter) }),
  }
}
