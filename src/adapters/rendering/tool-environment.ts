import { join } from 'node:path'

/** Variables with which a user steers these tools elsewhere; the plan alone says what is rendered. */
const STEERING = /^(HELM_|KUBE|KUSTOMIZE_|GIT_|(https?|all|no)_proxy$)/i

/**
 * The user's environment without what could change the outcome. Plugins and repositories of the user are out of reach, no cluster is asked, and
 * whatever would be fetched from elsewhere meets a closed door: what a plan deploys must not depend on what a server gives out today.
 */
export function toolEnvironment(env: Readonly<Record<string, string | undefined>>, folder: string): Readonly<Record<string, string>> {
  const kept = Object.entries(env).flatMap(([name, value]) => (value === undefined || STEERING.test(name) ? [] : [[name, value] as const]))
  const nowhere = 'http://127.0.0.1:1'
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    NO_COLOR: '1',
    HELM_CACHE_HOME: join(folder, 'helm-cache'),
    HELM_CONFIG_HOME: join(folder, 'helm-config'),
    HELM_DATA_HOME: join(folder, 'helm-data'),
    HELM_PLUGINS: join(folder, 'helm-plugins'),
    KUBECONFIG: join(folder, 'no-kubeconfig'),
    KUBECACHEDIR: join(folder, 'kube-cache'),
    GIT_ALLOW_PROTOCOL: 'none',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    ALL_PROXY: nowhere,
  }
}
