import { join } from 'node:path'
import { ownHomes } from './own-homes.ts'

/** Variables with which a user steers these tools elsewhere; the plan alone says what is rendered. */
const STEERING = /^(HELM_|KUBE|KUSTOMIZE_|GIT_|(https?|all|no)_proxy$)/i

/** These tools are written in Go and end in a tenth of a second, a third of which they would spend on collecting garbage. The user's own word counts. */
const SHORT_LIVED = { GOGC: '400' } as const

/**
 * The user's environment without what could change the outcome. Plugins and repositories of the user are out of reach, no cluster is asked, and
 * whatever would be fetched from elsewhere meets a closed door: what a plan deploys must not depend on what a server gives out today.
 */
export function toolEnvironment(env: Readonly<Record<string, string | undefined>>, folder: string): Readonly<Record<string, string>> {
  const nowhere = 'http://127.0.0.1:1'
  return {
    ...SHORT_LIVED,
    ...ownHomes(env, STEERING, folder),
    KUBECONFIG: join(folder, 'no-kubeconfig'),
    GIT_ALLOW_PROTOCOL: 'none',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    ALL_PROXY: nowhere,
  }
}
