import { nameOf } from '../identity.ts'
import { portsByService } from '../services.ts'
import { settingsOf } from '../settings.ts'
import type { Topology } from '../topology.ts'
import { addresses, serviceOf } from './addresses.ts'

/** A setting that addresses a Service of the plan. */
export interface ServiceAddress {
  readonly object: string
  readonly path: string
  readonly key: string
  readonly service: string
  readonly port: number
  /** The Service has that port. */
  readonly found: boolean
}

/** All of them that say which port they mean, once each. */
export function serviceAddresses({ objects, pods, services }: Topology): readonly ServiceAddress[] {
  const byName = new Map(objects.map((object) => [nameOf(object), object]))
  const byService = portsByService(services)
  const all = pods.flatMap((pod) =>
    settingsOf(pod.of, byName).flatMap(({ object, path, key, value }) =>
      addresses(value).flatMap(({ host, port }) => {
        const name = serviceOf(host, pod.namespace)
        const ports = name === undefined ? undefined : byService.get(`${name.namespace}/${name.service}`)
        if (name === undefined || ports === undefined || port === 0) return []
        return [{ object, path, key, service: `Service/${name.service}`, port, found: ports.some((each) => each.port === port) }]
      }),
    ),
  )
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}
