import { mkdtemp, rm } from 'node:fs/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEdge } from '../../../src/adapters/traefik/edge.ts'
import { createVisitor } from '../../../src/adapters/http/visitor.ts'
import { createHost } from '../../../src/adapters/ssh/host.ts'
import type { EdgePort, EdgeRouter, RouteQuestion } from '../../../src/domain/ports/edge.ts'
import { listen } from '../../../src/lab/http.ts'
import { title, traefikBinary, whySkipped } from '../servers/tools.ts'
import type { RouterSet } from './router-sets.ts'
import { catalogOf, configurationOf, routerSets } from './router-sets.ts'
import { startCatalog, startHttpProvider } from './stand-ins.ts'
import type { RealTraefik } from './traefik.ts'
import { startTraefik, waitFor } from './traefik.ts'

const SETS = 200
const reason = await whySkipped(traefikBinary)
const open: (() => Promise<unknown>)[] = []

describe.skipIf(reason)(title('who wins, predicted and asked of a real Traefik', reason), () => {
  const seed = Date.now() % 1_000_000
  const sets = routerSets(SETS, seed)
  let traefik: RealTraefik
  let edge: EdgePort
  let routers: readonly EdgeRouter[]

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jmc-winner-'))
    open.push(() => rm(folder, { recursive: true }))
    const backend = keep(await listen(async ({ path }) => ({ status: 200, body: path.split('/')[1] ?? '' })))
    const catalog = keep(await startCatalog(() => catalogOf(sets, { host: '127.0.0.1', port: backend.port })))
    const http = keep(await startHttpProvider(() => configurationOf(sets, 'http', backend.url)))
    traefik = keep(
      await startTraefik({ dynamicFile: join(folder, 'dynamic_conf.yml'), catalog: `127.0.0.1:${catalog.port}`, http: http.url }),
    )
    await traefik.put(JSON.stringify(configurationOf(sets, 'file', backend.url)))
    edge = createEdge({
      edge: { dynamicConfig: traefik.dynamicFile, api: traefik.api, write: 'exchange' },
      host: createHost({ name: 'not used', ssh: 'not-used' }),
      hostName: 'not used',
      visitor: createVisitor(),
      requestApi: traefik.requestApi,
    })
    const wanted = new Set(sets.flatMap((set) => set.routers.map(({ name, provider }) => `${name}@${provider}`)))
    await waitFor(async () => {
      routers = await edge.routers()
      const there = new Set(routers.map(({ name }) => name))
      return [...wanted].every((name) => there.has(name))
    }, traefik.log)
  })
  afterAll(async () => {
    for (const close of open.splice(0).toReversed()) await close()
  })

  it(`is right for ${SETS} sets of routers, or says that it cannot be told`, async () => {
    const counts = { certain: 0, nobody: 0, uncertain: 0, tied: 0 }
    for (const set of sets) {
      for (const question of set.questions) {
        const predicted = edge.winner(routers, question)
        const answered = await ask(traefik, question)
        const about = `seed ${seed}: ${JSON.stringify({ question, set }, undefined, 1)}`
        if (predicted.certain) {
          expect(answered, about).toBe(predicted.winner?.name)
          counts[predicted.winner === undefined ? 'nobody' : 'certain']++
          continue
        }
        const possible = [predicted.winner, ...predicted.rivals].map((router) => router?.name)
        expect(possible, `${predicted.reason}; ${about}`).toContain(answered)
        counts.uncertain++
        if (predicted.reason.includes('same priority')) counts.tied++
      }
    }
    expect(mustBeUncertain(edge, routers, sets)).toEqual([])
    expect(counts.certain).toBeGreaterThan(SETS / 2)
    expect(counts.nobody).toBeGreaterThan(0)
    expect(counts.tied).toBeGreaterThan(0)
    expect(counts.uncertain).toBeGreaterThan(counts.tied)
  })
})

/** Questions of which one router alone is said to win although another of the same rule and priority listens there too. */
function mustBeUncertain(edge: EdgePort, routers: readonly EdgeRouter[], sets: readonly RouterSet[]): readonly string[] {
  return sets.flatMap(({ questions }) =>
    questions.flatMap((question) => {
      const { winner, certain } = edge.winner(routers, question)
      const twins = routers.filter(
        (router) =>
          winner !== undefined &&
          router.name !== winner.name &&
          router.status !== 'disabled' &&
          router.rule === winner.rule &&
          router.ruleSyntax === undefined &&
          router.priority === winner.priority &&
          router.entryPoints.includes(question.entryPoint) &&
          (router.tls !== undefined) === (winner.tls !== undefined),
      )
      return certain && twins.length > 0 ? [`${winner?.name ?? ''} and ${twins.map(({ name }) => name).join(', ')}`] : []
    }),
  )
}

/** Name of the router that answered a visitor; undefined: Traefik's own 404. */
function ask(traefik: RealTraefik, { entryPoint, host, path, method, headers, tls }: RouteQuestion): Promise<string | undefined> {
  const port = entryPoint === 'web' ? traefik.web : traefik.websecure
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: { host, ...headers },
    servername: host,
    rejectUnauthorized: false,
    agent: false,
  }
  return new Promise((resolve, reject) => {
    const request = (tls === true ? requestHttps : requestHttp)(options, (response) => {
      let body = ''
      response.on('data', (data: Buffer) => (body += data.toString()))
      response.on('end', () =>
        resolve(response.statusCode === 404 ? undefined : response.statusCode === 200 ? body : `status ${response.statusCode ?? 0}`),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

function keep<Opened extends { close(): Promise<unknown> }>(opened: Opened): Opened {
  open.push(() => opened.close())
  return opened
}
