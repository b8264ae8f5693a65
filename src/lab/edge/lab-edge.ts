import type { LabContext, LabEdge, LabHandler, LabKubernetes, LabNomad } from '../contract.ts'
import { createApi } from './api.ts'
import { readCatalog } from './catalog-provider.ts'
import type { Configuration } from './configuration.ts'
import { readDynamicFile } from './dynamic-file.ts'
import { FileRejected } from './file-fields.ts'
import { healthAt } from './health.ts'
import { createMetrics } from './metrics.ts'
import type { Runtime } from './runtime.ts'
import { putTogether } from './runtime.ts'
import { answerVisitor } from './visit.ts'
import { plain } from './upstream.ts'
import type { EdgeWorld } from './world.ts'

export interface LabEdgeDependencies {
  /** Text of the dynamic file now; undefined where there is none (Traefik then keeps what it has). */
  readonly readDynamicFile: () => string | undefined
  readonly nomad: Pick<LabNomad, 'catalog' | 'answer'>
  readonly kubernetes: Pick<LabKubernetes, 'ingress'>
}

/** The edge, and what else listens on and around its host. */
export interface LabEdgeOnHost extends LabEdge {
  /** What answers at an address as the edge's host sees it; undefined: refused. */
  at(host: string, port: number): LabHandler | undefined
}

/** A Traefik over a world of plain data: file and catalog provider, API, visitors. */
export function createLabEdge(world: EdgeWorld, context: LabContext, deps: LabEdgeDependencies): LabEdgeOnHost {
  let latest: { readonly loads: number; readonly runtime: Runtime } | undefined
  const runtime = (): Runtime => {
    refresh()
    if (latest?.loads !== world.loads)
      latest = { loads: world.loads, runtime: putTogether(world, [loadedFile(world), readCatalog(world.catalog.instances)]) }
    return latest.runtime
  }
  const refresh = (): void => {
    const changed = [lookAtFile(world, context, deps), lookAtCatalog(world, context, deps)].includes(true)
    if (!changed) return
    world.loads++
    world.loadedAt = context.clock.now()
    context.changed()
  }
  const metrics = createMetrics()
  const managed = createApi(world, () => {
    const current = runtime()
    return { runtime: current, health: healthAt(world, current, deps, context.clock.now()) }
  })
  const api: LabHandler = async (request) =>
    request.path === '/metrics' ? (world.metrics === true ? metrics.answer(runtime()) : NO_METRICS) : managed(request)
  const visit: LabEdge['visit'] = async (entryPoint, request) =>
    answerVisitor(world, context, runtime(), deps, entryPoint, request, metrics)
  return { api, visit, refresh, at: (host, port) => handlerAt(world, deps, { api, visit }, `${host}:${port}`) }
}

const NO_METRICS = plain(404, '404 page not found\n')

/**
 * The file provider: the first event is applied at once, then it sleeps (facts: Traefik 2). A file that it rejects, or that is gone, leaves what is
 * loaded as it is. True where another configuration was loaded.
 */
function lookAtFile(world: EdgeWorld, { clock, faults }: LabContext, deps: LabEdgeDependencies): boolean {
  const now = clock.now()
  if (now < world.file.throttledUntil || (faults.has('traefik-ignores-file') && world.file.loaded !== undefined)) return false
  const seen = deps.readDynamicFile()
  if (seen === undefined || seen === world.file.seen) return false
  const throttledUntil = now + world.throttleMs
  const { rejected: _, ...file } = world.file
  try {
    readDynamicFile(seen)
    world.file = { seen, loaded: seen, throttledUntil }
  } catch (error) {
    if (!(error instanceof FileRejected)) throw error
    world.file = { ...file, seen, rejected: error.message, throttledUntil }
  }
  return true
}

const loadedFile = (world: EdgeWorld): Configuration => readDynamicFile(world.file.loaded ?? '')

/** The catalog provider polls. True where something changed. */
function lookAtCatalog(world: EdgeWorld, { clock }: LabContext, deps: LabEdgeDependencies): boolean {
  const now = clock.now()
  if (now < world.catalog.askAgainAt) return false
  const instances = deps.nomad.catalog()
  const changed = JSON.stringify(instances) !== JSON.stringify(world.catalog.instances)
  world.catalog = { instances, askAgainAt: now + world.catalogRefreshMs }
  return changed
}

function handlerAt(
  world: EdgeWorld,
  deps: LabEdgeDependencies,
  edge: Pick<LabEdge, 'api' | 'visit'>,
  address: string,
): LabHandler | undefined {
  if (address === world.addresses.api) return edge.api
  if (address === world.addresses.visitors) return (request) => edge.visit('websecure', request)
  if (world.addresses.ingress.includes(address)) return async (request) => deps.kubernetes.ingress(request)
  const instance = deps.nomad.catalog().find((each) => `${each.address}:${each.port}` === address)
  if (instance === undefined) return undefined
  // A sidecar wants a certificate of the mesh before it lets anybody speak.
  return async (request) => (instance.connect ? 'drop' : deps.nomad.answer(instance.id, request))
}
