import { addresses, serviceOf } from './network/addresses.ts'
import { hostCovers } from './ingresses.ts'
import type { Workload } from './pods.ts'
import { portsByService } from './services.ts'
import type { Setting } from './settings.ts'
import type { Topology } from './topology.ts'

/** A Service that visitors need, and whether an Ingress leads to it. */
export interface Part {
  readonly object: string
  readonly path: string
  readonly part: 'pages' | 'api'
  readonly reached: boolean
}

/**
 * Where the plan has both pages and an API and an Ingress leads to one of them, it must lead to the other too; a path to a Service that is not there may have
 * been meant to. A Service that is exposed in another way is reached by that. The API may stay inside where only the pages' own server calls it: no setting
 * that ends up in a browser names a path of the site.
 */
export function parts(topology: Topology): readonly Part[] {
  const { services, paths } = topology
  const led = new Set(paths.map(({ target }) => target))
  const pages = partOf('pages', topology)
  const api = partOf('api', topology)
  const isJudged = pages.length > 0 && api.length > 0 && paths.every(({ serviceFound }) => serviceFound)
  if (!isJudged || ![...pages, ...api].some((object) => led.has(object))) return []
  const exposed = services.filter(({ type }) => type !== 'ClusterIP').map(({ object }) => object)
  const elsewhere = new Set([...exposed, ...inside(pages, topology)])
  const one = (part: Part['part'], of: readonly string[]): readonly Part[] =>
    of.filter((object) => !elsewhere.has(object)).map((object) => ({ object, path: 'spec', part, reached: led.has(object) }))
  return [...one('pages', pages), ...one('api', api)]
}

const WORDS = { pages: /(^|[-_])(frontend|web|ui|pages|website)([-_]|$)/, api: /(^|[-_])(backend|api)([-_]|$)/ }

/** Services whose workloads say so: by `app.kubernetes.io/component`, else by their names. */
function partOf(part: Part['part'], { pods, services }: Topology): readonly string[] {
  const own = new Set(pods.filter((pod) => WORDS[part].test(roleOf(pod))).map(({ object }) => object))
  return [...new Set(services.filter(({ workloads }) => workloads.some((workload) => own.has(workload))).map(({ object }) => object))]
}

const roleOf = ({ labels, object }: Workload): string => labels['app.kubernetes.io/component'] ?? object.slice(object.indexOf('/') + 1)

/** Services that only the pages' own server calls. */
function inside(pages: readonly string[], { pods, services, paths, settings: all }: Topology): readonly string[] {
  const serving = new Set(services.filter(({ object }) => pages.includes(object)).flatMap(({ workloads }) => workloads))
  const hosts = [...new Set(paths.map(({ host }) => host))]
  const ports = portsByService(services)
  return pods
    .filter(({ object }) => serving.has(object))
    .flatMap((pod) => {
      const settings = all.get(pod.object) ?? []
      if (settings.some((setting) => isAskedByBrowsers(setting, hosts))) return []
      return settings
        .filter(({ key }) => !SEEN_BY_BROWSERS.test(key))
        .flatMap(({ value }) => addresses(value).flatMap(({ host }) => serviceOf(host, pod.namespace) ?? []))
        .flatMap(({ service, namespace }) => (ports.get(`${namespace}/${service}`) ?? []).map(({ object }) => object))
    })
}

/** Settings with these words end up in the browser (Next.js, Vite, Create React App, Nuxt). */
const SEEN_BY_BROWSERS = /^(NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC)_/

function isAskedByBrowsers({ key, value }: Setting, hosts: readonly string[]): boolean {
  if (!SEEN_BY_BROWSERS.test(key)) return false
  return /^\/\w/.test(value) || addresses(value).some(({ host }) => hosts.some((each) => hostCovers(each, host)))
}
