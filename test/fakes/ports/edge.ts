import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { canonicalJson } from '../../../src/domain/json.ts'
import type {
  Clock,
  DynamicConfig,
  DynamicConfigChange,
  DynamicConfigEdit,
  EdgePort,
  EdgeRouter,
  EdgeService,
  EdgeTraffic,
  EdgeWriteOutcome,
  HttpExchange,
  OwnedDefinitions,
  OwnedKey,
  OwnedSection,
  RemoteFile,
  RouteQuestion,
  RouterDefinition,
  RouteWinner,
  ServiceDefinition,
  ServiceTraffic,
  UpstreamTrust,
} from '../../../src/domain/ports/index.ts'
import type { FakeServices } from './edge-services.ts'
import { answering, qualified, shown, whyNot } from './edge-services.ts'
import { matches } from './rule.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

interface FileContent {
  readonly http?: {
    readonly routers?: Readonly<Record<string, RouterDefinition>>
    readonly services?: Readonly<Record<string, ServiceDefinition>>
  }
}

/** What other providers tell Traefik. */
export interface Catalog {
  readonly routers: readonly EdgeRouter[]
  readonly services: readonly EdgeService[]
}

/** A Traefik in memory: a text file whose routers and services are one line each, loaded a while after it is written; other providers are given. */
export class FakeEdge implements EdgePort {
  text: string
  loadMs = 300
  writable = true
  isMountPoint = false
  catalog: () => Catalog = () => ({ routers: [], services: [] })
  answer: (url: string, host: string, trust: UpstreamTrust) => HttpExchange = () => ({
    ok: false,
    failure: 'refused',
    detail: 'nobody listens',
    timings: {},
  })
  /** Called before each write: a human's chance to be faster. */
  beforeWrite: () => void = () => {}
  /** Full names of the services whose health check fails: a failover leaves them. */
  readonly down = new Set<string>()
  /** What Prometheus' metrics would say; undefined: they are off. `count` adds to it. */
  counted: Map<string, ServiceTraffic> | undefined
  readonly #turns = new Map<string, number>()
  readonly #clock: Clock
  #ignoresFile = false
  #loaded: string
  #changedAt = 0

  constructor(clock: Clock, text: string) {
    this.#clock = clock
    this.text = text
    this.#loaded = text
  }

  /** From now on Traefik goes on with what it has loaded. */
  set ignoresFile(ignores: boolean) {
    this.#settle()
    this.#ignoresFile = ignores
  }

  async describe() {
    return {
      host: 'hestia',
      version: '3.7',
      api: 'http://127.0.0.1:8080',
      dynamicConfig: '/dynamic.yml',
      write: 'exchange' as const,
      visitors: '192.0.2.1:443',
    }
  }

  async read(): Promise<DynamicConfig> {
    const file: RemoteFile = {
      path: '/dynamic.yml',
      resolvedPath: '/dynamic.yml',
      bytes: new TextEncoder().encode(this.text),
      sha256: sha256(this.text),
      mode: '0644',
      owner: 'root:root',
      isMountPoint: this.isMountPoint,
      writable: this.writable,
    }
    return this.parse(file)
  }

  parse(file: RemoteFile): DynamicConfig {
    const { http } = content(new TextDecoder().decode(file.bytes))
    return { file, routers: Object.keys(http?.routers ?? {}), services: Object.keys(http?.services ?? {}), middlewares: [] }
  }

  edit({ file }: DynamicConfig, { remove, add }: DynamicConfigChange): DynamicConfigEdit {
    const sections = ['routers', 'services'] as const
    const names = sections.map((section) => [...new Set([...(remove?.[section] ?? []), ...Object.keys(add?.[section] ?? {})])])
    const text = sections.reduce(
      (rest, section, index) => changed(rest, section, names[index] ?? [], add?.[section] ?? {}),
      new TextDecoder().decode(file.bytes),
    )
    const ownedKeys = sections.flatMap((section, index) => (names[index] ?? []).map((name) => `http.${section}.${name}`))
    return { before: file, bytes: new TextEncoder().encode(text), sha256: sha256(text), ownedKeys }
  }

  owned<Section extends OwnedSection>(
    { file }: DynamicConfig,
    section: Section,
    name: string,
    definition: OwnedDefinitions[Section],
  ): OwnedKey {
    const found = content(new TextDecoder().decode(file.bytes)).http?.[section]?.[name]
    if (found === undefined) return { status: 'absent' }
    return canonicalJson({ ...found }) === canonicalJson({ ...definition }) ? { status: 'ours' } : { status: 'other', found: { ...found } }
  }

  trustOf(_config: DynamicConfig, service: EdgeService): UpstreamTrust {
    return { insecureSkipVerify: service.serversTransport === 'insecure@file' }
  }

  async write({ before, bytes, sha256: hash }: DynamicConfigEdit): Promise<EdgeWriteOutcome> {
    this.beforeWrite()
    if (sha256(this.text) !== before.sha256) return { outcome: 'changed-meanwhile', found: sha256(this.text) }
    this.save(new TextDecoder().decode(bytes))
    return { outcome: 'written', sha256: hash, by: 'exchange' }
  }

  /** Somebody saves the file. */
  save(text: string): void {
    this.#settle()
    this.text = text
    this.#changedAt = this.#clock.now()
  }

  #settle(): void {
    if (!this.#ignoresFile && this.#clock.now() - this.#changedAt >= this.loadMs) this.#loaded = this.text
  }

  async routers(): Promise<readonly EdgeRouter[]> {
    return this.routersNow()
  }

  routersNow(): readonly EdgeRouter[] {
    const services = this.#services()
    const routers = Object.entries(services.routers).map(([name, definition]): EdgeRouter => {
      const error = whyNot(services, definition.service)
      return {
        ...definition,
        priority: definition.priority ?? definition.rule.length,
        name: `${name}@file`,
        provider: 'file',
        status: error === undefined ? 'enabled' : 'disabled',
        errors: error === undefined ? [] : [error],
      }
    })
    return [...routers, ...this.catalog().routers]
  }

  #services(): FakeServices {
    this.#settle()
    const { services: file = {}, routers = {} } = content(this.#loaded).http ?? {}
    return { file, routers, others: this.catalog().services }
  }

  async router(name: string): Promise<EdgeRouter | undefined> {
    return this.routersNow().find((each) => each.name === name)
  }

  async service(name: string): Promise<EdgeService | undefined> {
    return this.serviceNow(name)
  }

  serviceNow(name: string): EdgeService | undefined {
    const service = shown(this.#services(), name)
    if (service === undefined || !this.down.has(service.name)) return service
    return { ...service, servers: service.servers.map((each) => ({ ...each, status: 'DOWN' })) }
  }

  /** Full name of the service whose server answers the next request that this router takes: by turns where it is weighted. */
  answering({ service, provider }: EdgeRouter): string {
    const name = service.includes('@') ? service : `${service}@${provider}`
    return answering(this.#services(), name, this.#turns, (each) => this.down.has(each))
  }

  async traffic(): Promise<EdgeTraffic | undefined> {
    return this.counted && { services: new Map(this.counted) }
  }

  /** Requests that a service answered, each in so many seconds; nothing where metrics are off. */
  count(service: string, status: number, requests = 1, seconds = 0.01): void {
    if (this.counted === undefined) return
    const before = this.counted.get(qualified(service)) ?? { byStatus: new Map<number, number>(), latency: [] }
    this.counted.set(qualified(service), {
      byStatus: new Map([...before.byStatus, [status, (before.byStatus.get(status) ?? 0) + requests]]),
      latency: BUCKETS.map((bound, index) => ({
        seconds: bound,
        count: (before.latency[index]?.count ?? 0) + (seconds <= bound ? requests : 0),
      })),
    })
  }

  async entryPoints() {
    return [
      { name: 'web', tls: false, address: ':80' },
      { name: 'websecure', tls: true, address: ':443' },
    ]
  }

  winner(routers: readonly EdgeRouter[], question: RouteQuestion): RouteWinner {
    const enabled = routers.filter(
      (each) => each.status !== 'disabled' && (each.entryPoints.length === 0 || each.entryPoints.includes(question.entryPoint)),
    )
    const sorted = enabled.toSorted((a, b) => b.priority - a.priority)
    const winner = sorted.find((each) => matches(each.rule, question) === true)
    const rivals = sorted.filter((each) => matches(each.rule, question) === 'undecidable' && each.priority >= (winner?.priority ?? 0))
    if (rivals.length > 0) return { winner, certain: false, rivals, reason: 'a rule is not understood' }
    return winner === undefined ? { winner: undefined, certain: true } : { winner, certain: true }
  }

  routersOf(routers: readonly EdgeRouter[], service: string): readonly EdgeRouter[] {
    return routers.filter((each) => (each.service.includes('@') ? each.service : `${each.service}@${each.provider}`) === service)
  }

  async ask(serverUrl: string, { host, trust }: Parameters<EdgePort['ask']>[1]): Promise<HttpExchange> {
    return this.answer(serverUrl, host, trust)
  }
}

/** Traefik's own, unless its static configuration says others. */
const BUCKETS = [0.1, 0.3, 1.2, 5, Infinity]

let lastRead: { readonly text: string; readonly content: FileContent } | undefined

/** The same text is read again and again. */
function content(text: string): FileContent {
  if (lastRead?.text !== text) lastRead = { text, content: (parse(text) as FileContent | null) ?? {} }
  return lastRead.content
}

/** Names gone from their section, or replaced where they stand; what is new comes first in it. */
function changed(text: string, section: OwnedSection, gone: readonly string[], add: Readonly<Record<string, unknown>>): string {
  const line = (name: string): string => `    ${name}: ${JSON.stringify(add[name])}`
  const lines = text.split('\n')
  const header = lines.indexOf(`  ${section}:`)
  const length = lines.slice(header + 1).findIndex((each) => !each.startsWith('    '))
  const before = lines.slice(header + 1, header + 1 + length)
  const named = before.map((each) => each.trim().split(':')[0] ?? '')
  const kept = before.flatMap((each, index) => {
    const name = named[index] ?? ''
    return Object.hasOwn(add, name) ? [line(name)] : gone.includes(name) ? [] : [each]
  })
  const fresh = Object.keys(add).filter((name) => !named.includes(name))
  return [...lines.slice(0, header + 1), ...fresh.map(line), ...kept, ...lines.slice(header + 1 + length)].join('\n')
}
