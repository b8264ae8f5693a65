import { expect } from 'vitest'
import type { EdgeRouter } from '../../../src/domain/ports/edge.ts'
import type { HttpExchange } from '../../../src/domain/ports/visitor.ts'
import type { ContractWorld } from '../world.ts'
import { eventually } from '../world.ts'

/** Sides that a router can lead to. Each redirects to its own name, so that a visitor sees who answered without any server behind. */
const SIDES = ['one', 'two', 'three'] as const
export type Side = (typeof SIDES)[number]

/** A router's fields as they stand in the file; the name of a side leads there. */
export interface FileRouter {
  readonly rule: string
  readonly to?: Side
  readonly service?: string
  readonly middlewares?: readonly string[]
  readonly priority?: number
  readonly entryPoints?: readonly string[]
  readonly tls?: object
}

/** The file's text: these routers, the three sides, and further services. JSON is YAML. */
export function dynamicFile(routers: Readonly<Record<string, FileRouter>>, services: object = {}): string {
  const written = Object.entries(routers).map(([name, { to, ...router }]) => [
    name,
    { entryPoints: ['websecure'], ...(to !== undefined && { service: 'noop@internal', middlewares: [to] }), ...router },
  ])
  const middlewares = Object.fromEntries(
    SIDES.map((side) => [side, { redirectRegex: { regex: '^.*$', replacement: `https://${side}.side.test/` } }]),
  )
  const http = { routers: Object.fromEntries(written), services: { ...CLUSTER, ...services }, ...TRANSPORTS, middlewares }
  return `http: ${JSON.stringify(http, undefined, 2)}\n`
}

/** The cluster's own Traefik, as the first users' file has it. */
const CLUSTER = {
  cluster: { loadBalancer: { serversTransport: 'blind', servers: [{ url: 'https://host.docker.internal:30443/' }] } },
}
const TRANSPORTS = { serversTransports: { blind: { insecureSkipVerify: true } } }

/** Who answered: the name of a side, or a status. */
export function answeredBy(exchange: HttpExchange): string {
  if (!exchange.ok) return exchange.failure
  const side = /^https:\/\/(\w+)\.side\.test\/$/.exec(exchange.headers['location'] ?? '')?.[1]
  return side ?? `${exchange.status}`
}

export const visit = async (
  world: ContractWorld,
  host: string,
  options: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<string> => answeredBy(await world.edge.visit(host, options))

/** Saves the file and waits until Traefik has loaded the router of this name, whatever became of it. */
export async function saved(world: ContractWorld, text: string, name: string): Promise<EdgeRouter> {
  await world.edge.save(text)
  return loaded(world, name)
}

export async function loaded(world: ContractWorld, name: string): Promise<EdgeRouter> {
  const router = await eventually(
    world,
    () => world.edge.port.router(name),
    (seen) => expect(seen).toBeDefined(),
  )
  if (router === undefined) throw new Error(`there is no router ${name}`)
  return router
}
