import { createKubernetes } from '../../src/adapters/kubernetes/kubernetes.ts'
import { fixedConnection } from '../../src/adapters/kubernetes/connection.ts'
import { createNomad } from '../../src/adapters/nomad/client.ts'
import { createEdge } from '../../src/adapters/traefik/edge.ts'
import { requestApiThroughHost } from '../../src/adapters/traefik/request-api.ts'
import { createHost } from '../../src/adapters/ssh/host.ts'
import { siteOf } from '../../src/domain/plan.ts'
import type { Clock } from '../../src/domain/ports/clock.ts'
import type { ManagedHost, Ports } from '../../src/domain/ports/index.ts'
import { CONSUL_PORT, labConsul } from '../../src/lab/consul.ts'
import type { LabContext, LabFault, LabHandler, LabResponse } from '../../src/lab/contract.ts'
import type { EdgeWorld } from '../../src/lab/edge/index.ts'
import { createLabEdge, initialEdgeWorld } from '../../src/lab/edge/index.ts'
import type { LabUnit } from '../../src/lab/host/index.ts'
import { createLabHostRunner, nomadUnit } from '../../src/lab/host/index.ts'
import { handlerDispatcher } from '../../src/lab/http.ts'
import type { KubernetesWorld } from '../../src/lab/kubernetes/kubernetes.ts'
import { createLabKubernetes, initialKubernetesWorld, LAB_TOKEN } from '../../src/lab/kubernetes/kubernetes.ts'
import { LAB_NOMAD_TOKEN } from '../../src/lab/lab.ts'
import type { NomadWorld } from '../../src/lab/nomad/index.ts'
import { createLabNomad, HTTP_PORT, initialNomadWorld, NOMAD_UNIT } from '../../src/lab/nomad/index.ts'
import { createSelfAdvancingClock, FAKE_START } from '../fakes/clock.ts'
import type { EdgeHost } from './host.ts'
import { memoryHost } from './host.ts'
import type { Seed } from './seed.ts'
import { labRequest, networkVisitor } from './visitor.ts'

/** Everything outside the process as plain data, at a moment. */
export interface WorldData {
  readonly kubernetes: KubernetesWorld
  readonly nomad: NomadWorld
  readonly edge: EdgeWorld
  /** Services of the edge's host. */
  readonly units: Record<string, LabUnit>
  readonly dynamicConfig: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** `at`: milliseconds since the world began. */
export interface WrongAnswer {
  readonly at: number
  readonly when: string
  readonly saw: string
}

export interface WorldOptions {
  readonly faults?: readonly LabFault[]
  /** How the dynamic file is kept; in memory unless told. */
  readonly host?: (path: string, text: string) => EdgeHost
}

/** A moment after visitors moved, for `nomad-gone-in-soak`, milliseconds. */
const GONE_AFTER_MS = 1_500

/** The whole lab without sockets, in simulated time, with a visitor who looks at every moment at which anything may have changed. */
export class World {
  readonly ports: Ports
  readonly clock: Clock
  readonly faults: Set<LabFault>
  /** What visitors got that they should not have. */
  readonly wrong: WrongAnswer[] = []
  visits = 0
  /** Requests that wrote the dynamic file. */
  fileWrites = 0
  /** Changes of the host's services. */
  unitWrites = 0
  readonly #seed: Seed
  readonly #data: Omit<WorldData, 'dynamicConfig' | 'now'>
  readonly #host: EdgeHost
  readonly #visit: () => Promise<LabResponse | 'drop'>
  readonly #refresh: () => void
  #movedAt: number | undefined
  #seen: { readonly moment: string; readonly servedBy: string } | undefined

  constructor(seed: Seed, start: WorldData, { faults = [], host = memoryHost }: WorldOptions = {}) {
    this.#seed = seed
    this.faults = new Set(faults)
    const { dynamicConfig, now, ...data } = structuredClone(start)
    this.#data = data
    this.clock = this.#watched(createSelfAdvancingClock(now))
    this.#host = host(seed.start.dynamicConfigPath, dynamicConfig)
    const context: LabContext = { clock: this.clock, faults: this.faults, changed: () => undefined }
    const kubernetes = createLabKubernetes(data.kubernetes, context)
    const nomad = createLabNomad(data.nomad, context, () => data.units[NOMAD_UNIT]?.active === false)
    const edge = createLabEdge(data.edge, context, { readDynamicFile: () => this.#host.read(), nomad, kubernetes })
    this.#refresh = () => edge.refresh()
    this.#visit = () => edge.visit('websecure', labRequest(siteOf(seed.plan).url))
    const visitor = networkVisitor((address) => this.#listener(edge.at.bind(edge), address))
    const files = this.#watchedHost()
    this.ports = {
      clock: this.clock,
      visitor,
      hosts: { hestia: { ...files, units: this.#units() } },
      randomHex: this.#randomHex,
      ...(seed.rendering && { rendering: seed.rendering }),
      kubernetes: createKubernetes({
        connect: fixedConnection({ server: 'http://kubernetes.lab', token: LAB_TOKEN }),
        namespace: seed.plan.targets.kubernetes?.namespace ?? 'default',
        clock: this.clock,
        dispatcher: handlerDispatcher(this.#watchedServer(kubernetes.handler)),
      }),
      nomad: createNomad({
        address: 'http://nomad.lab',
        token: LAB_NOMAD_TOKEN,
        namespace: seed.plan.targets.nomad?.namespace ?? 'default',
        clock: this.clock,
        dispatcher: handlerDispatcher(this.#watchedServer(nomad.handler)),
      }),
      edge: createEdge({
        edge: edgeTarget(seed),
        host: files,
        hostName: 'hestia',
        visitor,
        requestApi: requestApiThroughHost({ host: files, visitor, api: edgeTarget(seed).api }),
      }),
    }
  }

  /** Writes of any client that changed something on any server. */
  get writes(): number {
    return this.#data.kubernetes.writes + this.#data.nomad.writes + this.fileWrites + this.unitWrites
  }

  get dynamicConfig(): string {
    return this.#host.read()
  }

  data(): WorldData {
    return structuredClone({ ...this.#data, dynamicConfig: this.#host.read(), now: this.clock.now() })
  }

  /** One look as a visitor, unless neither time nor any server has moved since the last. What is not the site goes to `wrong`. */
  async look(when: string): Promise<string> {
    const moment = `${this.clock.monotonic()} ms, ${this.writes} writes`
    if (this.#seen?.moment !== moment) this.#seen = { moment, servedBy: await this.#lookNow(when) }
    return this.#seen.servedBy
  }

  async #lookNow(when: string): Promise<string> {
    this.#refresh()
    const answer = await this.#visit()
    const { status, body = '' } = siteOf(this.#seed.plan).expect
    const right = answer !== 'drop' && answer.status === status && answer.body.includes(body)
    const servedBy = answer === 'drop' ? 'nobody' : (answer.headers?.['x-served-by'] ?? 'nobody')
    this.visits++
    if (!right) {
      const saw = answer === 'drop' ? 'no answer' : `${answer.status} ${answer.body.slice(0, 60).trim()}`
      this.wrong.push({ at: this.clock.monotonic(), when, saw })
    }
    if (servedBy === 'kubernetes') this.#movedAt ??= this.clock.now()
    this.#beginFaults()
    return servedBy
  }

  close(): void {
    this.#host.close()
  }

  /** As the lab with sockets does it: `nomad-gone-in-soak` begins a moment after visitors moved. */
  #beginFaults(): void {
    const moved = this.#movedAt
    if (this.faults.has('nomad-gone-in-soak') && moved !== undefined && this.clock.now() - moved >= GONE_AFTER_MS)
      this.faults.add('nomad-gone')
  }

  /** After each jump of the time, and before anybody acts on it, somebody visits the site. */
  #watched(clock: Clock): Clock {
    const sleep: Clock['sleep'] = async (milliseconds, signal) => {
      await clock.sleep(milliseconds, signal)
      await this.look('after a wait')
    }
    return { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep }
  }

  #watchedServer(handler: LabHandler): LabHandler {
    return async (request) => {
      const answer = await handler(request)
      if (request.method !== 'GET') await this.look(`after ${request.method} ${request.path}`)
      return answer
    }
  }

  #watchedHost(): EdgeHost['port'] {
    const { port } = this.#host
    return {
      ...port,
      replaceFile: async (file, bytes, mode) => {
        this.fileWrites++
        const outcome = await port.replaceFile(file, bytes, mode)
        await this.look('after a write of the dynamic file')
        return outcome
      },
    }
  }

  /** The real adapter, answered by the lab's systemd; a visitor looks after each change. */
  #units(): ManagedHost['units'] {
    const changed = (): void => void this.unitWrites++
    const run = createLabHostRunner({ directory: '/', units: { hostName: this.#data.nomad.node, units: this.#data.units, changed } })
    const { units } = createHost({ name: 'hestia', ssh: 'hestia', become: 'sudo', run })
    const watched =
      (change: (unit: string) => Promise<void>, what: string) =>
      async (unit: string): Promise<void> => {
        await change(unit)
        await this.look(`after ${what} of ${unit}`)
      }
    return {
      read: (...asked) => units.read(...asked),
      stop: watched((unit) => units.stop(unit), 'the stop'),
      disable: watched((unit) => units.disable(unit), 'the disabling'),
    }
  }

  /** A dead allocation listens no more, although the catalog goes on naming it. */
  #listener(at: (host: string, port: number) => LabHandler | undefined, address: string): LabHandler | undefined {
    if (address === `127.0.0.1:${CONSUL_PORT}`) return labConsul
    const { api, visitors, ingress } = this.#data.edge.addresses
    const isEdge = [api, visitors, ...ingress].includes(address)
    if (!isEdge && this.faults.has('nomad-gone')) return undefined
    const colon = address.lastIndexOf(':')
    return at(address.slice(0, colon), Number(address.slice(colon + 1)))
  }

  #random = 0
  readonly #randomHex = (bytes: number): string => (++this.#random).toString(16).padStart(bytes * 2, '0')
}

/** The world before anybody touched it. */
export function startOf(seed: Seed): WorldData {
  const { siteHost, addresses, application, customResources, namespaces, jobs, dynamicConfig } = seed.start
  return {
    kubernetes: initialKubernetesWorld({ application, customResources, namespaces }),
    nomad: initialNomadWorld({ jobs, application, token: LAB_NOMAD_TOKEN, since: FAKE_START - 3_600_000 }),
    edge: initialEdgeWorld({ siteHost, addresses }),
    units: { [NOMAD_UNIT]: nomadUnit(HTTP_PORT) },
    dynamicConfig,
    now: FAKE_START,
  }
}

function edgeTarget(seed: Seed) {
  const { edge } = seed.plan.targets
  if (edge === undefined) throw new Error('the seed plan has an edge')
  return edge
}
