import { delimiter, resolve } from 'node:path'
import { ownHomes } from '../rendering/own-homes.ts'

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
  const paths = (kubeconfig ?? '').split(delimiter).filter((path) => path !== '')
  return {
    ...ownHomes(env, STEERING, folder),
    ...(paths.length > 0 && { KUBECONFIG: paths.map((path) => resolve(path)).join(delimiter) }),
  }
}
