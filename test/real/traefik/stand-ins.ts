import type { LabListener } from '../../../src/lab/contract.ts'
import { listen } from '../../../src/lab/http.ts'

export interface CatalogEntry {
  readonly service: string
  readonly address: string
  readonly port: number
  readonly tags: readonly string[]
}

/** The two endpoints of a Consul catalog that Traefik's provider asks; what it tells is looked up at each request. */
export async function startCatalog(entries: () => readonly CatalogEntry[]): Promise<LabListener> {
  const json = (body: unknown) => ({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-consul-index': '1' },
    body: JSON.stringify(body),
  })
  return listen(async ({ path, query }) => {
    if (path === '/v1/catalog/services') return json(Object.fromEntries(entries().map(({ service, tags }) => [service, tags])))
    const [, name] = /^\/v1\/health\/service\/(.+)$/.exec(path) ?? []
    if (name === undefined) return { status: 404, body: '' }
    const wanted = entries().filter(
      ({ service, tags }) => service === decodeURIComponent(name) && tags.includes(query.get('tag') ?? tags[0] ?? ''),
    )
    return json(wanted.map(healthEntry))
  })
}

const healthEntry = ({ service, address, port, tags }: CatalogEntry) => ({
  Node: { Node: 'node-1', Address: address, Datacenter: 'dc1' },
  Service: { ID: `${service}-1`, Service: service, Tags: tags, Address: address, Port: port, Meta: {} },
  Checks: [{ Status: 'passing', ServiceName: service }],
})

/** A configuration for Traefik's HTTP provider. */
export const startHttpProvider = (configuration: () => unknown): Promise<LabListener> =>
  listen(async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(configuration()) }))
