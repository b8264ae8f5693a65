import type { EdgeTarget } from '../../domain/plan.ts'
import type { DynamicConfigEdit, EdgePort, EdgeRouter, EdgeWriteOutcome } from '../../domain/ports/edge.ts'
import type { HostPort } from '../../domain/ports/host.ts'
import type { VisitorPort } from '../../domain/ports/visitor.ts'
import type { RequestApi } from './api-client.ts'
import { getOne } from './api-client.ts'
import { isChild, routerOf, serviceOf } from './api-view.ts'
import { createAsk } from './ask.ts'
import { editDynamicConfig, owned, readDynamicConfig } from './dynamic-config.ts'
import { understandFile } from './dynamic-config/understand.ts'
import { dynamicFile } from './dynamic-file.ts'
import { askEntryPoints, routersAndEntryPoints } from './entry-points.ts'
import { trafficThroughHost } from './request-metrics.ts'
import { asOne, underOwnNames } from './router-copies.ts'
import { upstreamTrust } from './upstream-trust.ts'
import { winner } from './winner.ts'

export interface EdgeOptions {
  readonly edge: Pick<EdgeTarget, 'dynamicConfig' | 'api' | 'metrics' | 'write' | 'visitors'>
  readonly host: HostPort
  /** Name of the host in the plan. */
  readonly hostName: string
  readonly visitor: VisitorPort
  readonly requestApi: RequestApi
}

/** The edge of a plan: the dynamic file through the host, the running configuration through Traefik's API. */
export function createEdge({ edge, host, hostName, visitor, requestApi }: EdgeOptions): EdgePort {
  const ask = routersAndEntryPoints(requestApi)
  const routers = async (): Promise<readonly EdgeRouter[]> => {
    const { items, points } = await ask()
    return underOwnNames(items.filter((item) => !isChild(item)).map((item) => routerOf(item, points)))
  }
  return {
    describe: async () => {
      const version = await getOne(requestApi, '/api/version')
      return {
        host: hostName,
        version: versionOf(version),
        api: edge.api,
        dynamicConfig: edge.dynamicConfig,
        write: edge.write,
        visitors: edge.visitors,
      }
    },
    parse: readDynamicConfig,
    ...dynamicFile(host, edge.dynamicConfig),
    edit: editDynamicConfig,
    owned,
    trustOf: (config, service) => upstreamTrust(understandFile(config.file), service),
    write: (edit) => write(host, edge.write, edit),
    routers,
    router: async (name) => asOne((await routers()).filter((router) => router.name === qualified(name))),
    service: async (name) => {
      const item = await getOne(requestApi, `/api/http/services/${encodeURIComponent(qualified(name))}`)
      return item === undefined ? undefined : serviceOf(item)
    },
    traffic: trafficThroughHost(host, visitor, edge),
    entryPoints: () => askEntryPoints(requestApi),
    winner,
    routersOf: (all, service) => all.filter((router) => router.service === qualified(service)),
    ask: createAsk(host, visitor),
  }
}

/** A name without a provider is one of the dynamic file. */
const qualified = (name: string): string => (name.includes('@') ? name : `${name}@file`)

const versionOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'Version' in body && typeof body.Version === 'string' ? body.Version : 'unknown'

async function write(host: HostPort, mode: EdgeTarget['write'], edit: DynamicConfigEdit): Promise<EdgeWriteOutcome> {
  const done = await host.replaceFile(edit.before, edit.bytes, mode)
  const kept = done.kept === undefined ? {} : { kept: done.kept }
  if (done.outcome === 'changed-meanwhile') return { outcome: 'changed-meanwhile', found: done.found, ...kept }
  return { outcome: 'written', sha256: done.sha256, by: done.by, ...kept }
}
