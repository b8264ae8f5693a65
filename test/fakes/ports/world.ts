import type { Json } from '../../../src/domain/json.ts'
import type { EdgeRouter, EdgeService, HttpExchange, HttpRequest, Ports } from '../../../src/domain/ports/index.ts'
import { FakeClock } from './clock.ts'
import type { Catalog } from './edge.ts'
import { FakeEdge } from './edge.ts'
import { FakeKubernetes } from './kubernetes.ts'
import { FakeNomad } from './nomad.ts'
import { answered, FakeVisitor, notAnswered } from './visitor.ts'

export const SITE = 'www.example.org'
export const OLD_URL = 'https://10.0.0.1:20000'
export const NEW_URL = 'https://192.0.2.9:30443'
export const EDGE_FILE = `# by hand
http:
  routers:
    home: {"rule":"Host(\`home.example.org\`)","service":"home","entryPoints":["websecure"],"priority":30}
  services:
    home: { loadBalancer: { servers: [{ url: http://192.0.2.20:8123 }] } }
    to-cluster: { loadBalancer: { serversTransport: insecure, servers: [{ url: ${NEW_URL} }] } }
  # the end
`

/** A site between its two homes: a job that the edge finds through a catalog, a cluster that the edge's file names. */
export class FakeWorld {
  readonly clock = new FakeClock()
  readonly kubernetes = new FakeKubernetes(this.clock)
  readonly nomad = new FakeNomad(this.clock)
  readonly edge = new FakeEdge(this.clock, EDGE_FILE)
  readonly visitor = new FakeVisitor()
  /** The old side speaks only mutual TLS with the edge, as Consul Connect's sidecars do. */
  connect = false
  newAnswers: HttpExchange = answered(200, 'Hello')
  oldAnswers: HttpExchange = answered(200, 'Hello')
  replaced: Partial<EdgeRouter> = {}
  #random = 0

  constructor() {
    this.nomad.start({ ID: 'site', TaskGroups: [{ Name: 'site', Count: 1, ShutdownDelay: 20e9 }] })
    for (const each of this.nomad.allocationList) this.nomad.allocationList.splice(0, 1, { ...each, healthyAt: 0 })
    this.edge.catalog = () => this.#catalog()
    this.edge.answer = (url) => this.#askDirectly(url)
    this.visitor.answer = (request) => this.#visit(request)
  }

  get ports(): Ports {
    const { clock, kubernetes, nomad, edge, visitor } = this
    return { clock, kubernetes, nomad, edge, visitor, randomHex: (bytes) => (++this.#random).toString(16).padStart(bytes * 2, '0') }
  }

  get oldRuns(): boolean {
    const now = this.clock.now()
    return this.nomad.allocationList.some((each) => each.healthyAt <= now && (each.endsAt === undefined || each.endsAt > now))
  }

  /** What a person would call the state of the world: without UIDs, versions and indices; who owns which field included. */
  snapshot(): Json {
    const objects = [...this.kubernetes.objects].map(([name, { metadata, ...rest }]) => {
      const { uid: _uid, resourceVersion: _version, ...kept } = metadata
      return [name, { ...rest, metadata: kept }]
    })
    const jobs = [...this.nomad.jobs].map(([id, { raw, stop }]) => [id, { raw, stop }])
    return JSON.parse(JSON.stringify({ objects, jobs, tags: [...this.nomad.tags], file: this.edge.text, oldRuns: this.oldRuns })) as Json
  }

  #catalog(): Catalog {
    if (!this.oldRuns) return { routers: [], services: [] }
    const router: EdgeRouter = {
      name: 'site@consulcatalog',
      provider: 'consulcatalog',
      rule: `Host(\`${SITE}\`)`,
      service: 'site',
      entryPoints: ['websecure'],
      priority: 24,
      status: 'enabled',
      errors: [],
      ...this.replaced,
    }
    const service: EdgeService = {
      name: 'site@consulcatalog',
      provider: 'consulcatalog',
      status: 'enabled',
      errors: [],
      type: 'loadbalancer',
      servers: [{ url: OLD_URL, status: 'UP' }],
      passHostHeader: true,
      usedBy: [router.name],
      ...(this.connect && { serversTransport: 'tls-site' }),
    }
    return { routers: [router], services: [service] }
  }

  #askDirectly(url: string): HttpExchange {
    if (url === NEW_URL) return this.newAnswers
    return this.connect ? notAnswered('tls') : this.#old()
  }

  #old(): HttpExchange {
    return this.oldRuns ? this.oldAnswers : notAnswered('refused')
  }

  #visit({ url, headers }: HttpRequest): HttpExchange {
    const { hostname, pathname } = new URL(url)
    const question = { entryPoint: 'websecure', host: hostname, path: pathname, method: 'GET', ...(headers && { headers }) }
    const { winner } = this.edge.winner(this.edge.routersNow(), question)
    if (winner === undefined) return answered(404, '404 page not found')
    const service = this.edge.answering(winner)
    const exchange = service === 'site@consulcatalog' ? this.#old() : this.newAnswers
    this.edge.count(service, exchange.ok ? exchange.status : 502, 1, (exchange.timings.done ?? 0) / 1_000)
    return exchange
  }
}
