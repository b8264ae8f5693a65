import { isLoopback } from './loopback.ts'

const DOCKER_HUB = 'registry-1.docker.io'

/** Where the API of a registry is: https, except that a registry on this machine is asked plainly, as containerd does for `localhost`. */
export function registryAddress(registry: string): URL {
  const host = registry === 'docker.io' ? DOCKER_HUB : registry
  const https = new URL(`https://${host}`)
  return isLoopback(https) && !host.endsWith(':443') ? new URL(`http://${host}`) : https
}

/** Whether a request that may carry credentials, or whose answer we believe, may go there. */
export const isProtected = (url: URL): boolean => url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
