import { describe, expect, test } from 'vitest'
import type { Observation } from '../../src/domain/observation.ts'
import { ProblemError } from '../../src/domain/problem.ts'
import type { SideDoors } from '../../src/domain/side-doors.ts'
import type { StepContext } from '../../src/domain/step-kind.ts'
import { DEFAULT_WATCH } from '../../src/domain/watch.ts'
import type { CanaryAnalysisSpec } from '../../src/gates/canary-analysis.ts'
import { canaryAnalysis } from '../../src/gates/canary-analysis.ts'
import { answered, notAnswered } from '../fakes/ports/visitor.ts'
import { EDGE_FILE, FakeWorld, SITE } from '../fakes/ports/world.ts'
import { contextOf, PLAN } from '../steps/context.ts'

const [OLD, NEW] = ['0ld-5ec4e7', 'new-5ec4e7']
const DOORS: SideDoors = {
  old: { side: 'old', headers: { 'X-Door': OLD }, services: ['site@consulcatalog'] },
  new: { side: 'new', headers: { 'X-Door': NEW }, services: ['to-cluster@file'] },
}
const router = (service: string, rule: string, priority: number): string =>
  JSON.stringify({ rule: `Host(\`${SITE}\`)${rule}`, service, entryPoints: ['websecure'], priority })
const door = (secret: string): string => ` && Header(\`X-Door\`, \`${secret}\`)`
const SHARED = EDGE_FILE.replace(
  '  routers:\n',
  `  routers:
    k8s-site: ${router('k8s-site', '', 1_000)}
    door-old: ${router('site@consulcatalog', door(OLD), 2_000)}
    door-new: ${router('to-cluster', door(NEW), 2_000)}
`,
).replace(
  '  services:\n',
  `  services:
    k8s-site: {"weighted":{"services":[{"name":"to-cluster","weight":50},{"name":"site@consulcatalog","weight":50}]}}
`,
)

const parsed = (spec: object): CanaryAnalysisSpec => canaryAnalysis.spec.parse(spec)

/** Half of the visitors on each side, and the gate about to begin. */
async function shared(spec: object = {}, overrides: Partial<StepContext<CanaryAnalysisSpec>> = {}) {
  const world = new FakeWorld()
  world.edge.save(SHARED)
  await world.clock.sleep(1_000)
  const look = canaryAnalysis.begin(contextOf(world.ports, parsed(spec), { doors: DOORS, ...overrides }))
  const visitors = async (count: number): Promise<void> => {
    for (let visit = 0; visit < count; visit++) await world.visitor.ask({ url: `https://${SITE}/` })
  }
  const looks = async (count: number): Promise<Observation> => {
    for (let made = 1; made < count; made++) await look()
    return look()
  }
  return { world, look, looks, visitors }
}
const apiIsDown = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))

test('what a plan leaves out is filled in; percentages and paths are looked at', () => {
  expect(parsed({})).toEqual({ samples: 30, errorRate: 0.01, slower: 2 })
  expect(parsed({ errorRate: '0.5%', paths: ['/about?x=1'] })).toMatchObject({ errorRate: 0.005, paths: ['/about?x=1'] })
  for (const wrong of [{ errorRate: 1 }, { errorRate: '101%' }, { paths: ['//other.example.org/'] }, { paths: ['about'] }, { slower: 0.5 }])
    expect(canaryAnalysis.spec.safeParse(wrong)).toMatchObject({ success: false })
})

describe('without metrics', () => {
  test('each look asks both sides at once through their doors; so many of them decide', async () => {
    const { world, looks } = await shared({ samples: 3 })
    expect(await looks(2)).toMatchObject({
      verdict: 'inconclusive',
      tooLittle: 'too few samples: 2 of 3 on each side',
      reason: "2 of 3 samples on each side, our own paired requests; Traefik's metrics are off, or say nothing of services",
    })
    expect(world.visitor.requests).toHaveLength(4)
    expect(world.visitor.requests.slice(0, 2)).toMatchObject([
      { url: `https://${SITE}/`, headers: { 'X-Door': OLD } },
      { url: `https://${SITE}/`, headers: { 'X-Door': NEW } },
    ])
    const seen = await looks(1)
    expect(seen).toMatchObject({ verdict: 'pass', reason: expect.stringMatching(/metrics are off.*3 on the old side.*3 on the new/) })
    expect(JSON.stringify(seen)).not.toContain('5ec4e7')
  })

  test.each([
    [
      'a page of the new side that is another',
      (world: FakeWorld): void => {
        world.newAnswers = answered(200, 'Welcome')
      },
      'fail',
      'new',
    ],
    [
      'a new side that does not answer',
      (world: FakeWorld): void => {
        world.newAnswers = notAnswered('timeout')
      },
      'fail',
      'new',
    ],
    [
      'an old side that is broken',
      (world: FakeWorld): void => {
        world.oldAnswers = answered(502)
      },
      'pending',
      'old',
    ],
  ] as const)('%s', async (_what, happens, verdict, side) => {
    const { world, looks } = await shared()
    happens(world)
    expect(await looks(1)).toMatchObject({ verdict, side })
  })

  test('paths are asked in turn; of another than the site’s the old side says what is right', async () => {
    const { world, looks } = await shared({ samples: 4, paths: ['/', '/old-page'] })
    const page = world.visitor.answer
    world.visitor.answer = (request) => (request.url.endsWith('/old-page') ? answered(404) : page(request))
    expect(await looks(4)).toMatchObject({ verdict: 'pass' })
    expect(world.visitor.requests.map(({ url }) => new URL(url).pathname)).toEqual([
      '/',
      '/',
      '/old-page',
      '/old-page',
      '/',
      '/',
      '/old-page',
      '/old-page',
    ])
    const gone = await shared({ samples: 4, paths: ['/old-page'] })
    gone.world.visitor.answer = ({ headers }) => answered(headers?.['X-Door'] === OLD ? 200 : 404)
    expect(await gone.looks(1)).toMatchObject({
      verdict: 'fail',
      evidence: expect.arrayContaining(['new side, /old-page: status 404, the old side answered 200']),
    })
  })

  test('no doors, no verdict; an abort is no observation', async () => {
    expect(await (await shared({}, { doors: undefined })).look()).toMatchObject({ verdict: 'inconclusive' })
    const over = new AbortController()
    const { look } = await shared({}, { signal: over.signal })
    over.abort()
    await expect(look()).rejects.toThrow(/abort/i)
  })
})

describe('which side answers', () => {
  test('is proven: where the doors are gone, visitors of the old side are no proof of the new one', async () => {
    const { world, looks } = await shared({ samples: 3 })
    world.edge.save(EDGE_FILE)
    await world.clock.sleep(1_000)
    world.newAnswers = answered(500, 'broken')
    expect(await looks(4)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('which side answers is not certain'),
    })
    expect(world.visitor.requests).toEqual([])
  })

  test('is proven again once they have: a reload in between may have taken a door away', async () => {
    const { world, looks } = await shared({ samples: 2 })
    const { answer } = world.visitor
    world.visitor.answer = (request) => {
      world.edge.routers = async () => []
      return answer(request)
    }
    const routers = world.edge.routers.bind(world.edge)
    for (let look = 0; look < 3; look++) {
      world.edge.routers = routers
      expect(await looks(1)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('not certain') })
    }
    expect(world.visitor.requests).toHaveLength(6)
  })

  test('a door that Traefik has disabled is a wrong answer: what it needs of the new side is gone', async () => {
    const { world, looks } = await shared({ samples: 3 })
    world.edge.save(SHARED.replace(/^ {4}to-cluster: .*\n/m, ''))
    await world.clock.sleep(1_000)
    expect(await looks(1)).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: 'Traefik has disabled the door to the new side: the service "to-cluster@file" does not exist',
    })
  })

  test('both doors disabled at once say nothing of a side: what is gone is what they share', async () => {
    const { world, looks } = await shared({ samples: 3 })
    const routers = world.edge.routers.bind(world.edge)
    world.edge.routers = async () =>
      (await routers()).map((each) => ({ ...each, status: 'disabled', errors: ['middleware "auth@docker" does not exist'] }))
    expect(await looks(1)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('which side answers is not certain') })
  })

  test('that of the old side may come back; a good side is never judged by it', async () => {
    const { world, looks } = await shared({ samples: 1 })
    const { catalog } = world.edge
    world.edge.catalog = () => ({ routers: [], services: [] })
    await world.clock.sleep(20_000)
    expect(await looks(3)).toMatchObject({
      verdict: 'pending',
      side: 'old',
      reason: expect.stringContaining('has disabled the door to the old side'),
    })
    world.edge.catalog = catalog
    await world.clock.sleep(20_000)
    expect(await looks(1)).toMatchObject({ verdict: 'pass' })
  })

  test.each(['dns', 'unreachable'] as const)('is not known where we could not ask: %s', async (failure) => {
    const { world, looks } = await shared({ samples: 1 })
    world.visitor.answer = () => notAnswered(failure)
    expect(await looks(2)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('could not be asked') })
  })
})

describe('with metrics', () => {
  async function counted(spec: object = {}) {
    const setting = await shared(spec)
    setting.world.edge.counted = new Map()
    // What was before the gate began is nothing to it.
    setting.world.edge.count('site@consulcatalog', 500, 1_000)
    setting.world.edge.count('to-cluster', 500, 10)
    return setting
  }

  test('visitors of the time since it began decide, our own left out', async () => {
    const { look, visitors } = await counted()
    expect(await look()).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/visitors: 0 on the old side.* 0 on the new/),
    })
    await visitors(59)
    expect(await look()).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('29') })
    await visitors(1)
    expect(await look()).toMatchObject({
      verdict: 'pass',
      reason: 'visitors: 30 on the old side (0.0% failed, p95 at most 100 ms), 30 on the new (0.0% failed, p95 at most 100 ms)',
    })
  })

  test('visitors whom the new side fails are seen although our own path is right', async () => {
    const { world, look, visitors } = await counted()
    await look()
    await visitors(80)
    world.edge.count('to-cluster', 500, 2)
    expect(await look()).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringMatching(/^visitors: the new side failed 2 of 42/),
    })
  })

  test('they decide also while a door of ours is not loaded', async () => {
    const { world, look, visitors } = await counted()
    await look()
    await visitors(80)
    world.edge.save(SHARED.replace(/^ {4}door-new: .*\n/m, ''))
    await world.clock.sleep(1_000)
    expect(await look()).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('not certain') })
    world.edge.count('to-cluster', 500, 2)
    expect(await look()).toMatchObject({
      verdict: 'fail',
      side: 'new',
      reason: expect.stringMatching(/^visitors: the new side failed 2 of/),
    })
  })

  test('a restart of Traefik loses what it had not told yet, and is said', async () => {
    const { world, look, visitors } = await counted()
    await look()
    await visitors(40)
    await look()
    world.edge.counted = new Map()
    await visitors(20)
    expect(await look()).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(
        /^visitors: 30 on the old side .* the counters of site@consulcatalog, to-cluster@file began again at 0/,
      ),
    })
  })

  test('counters that cannot be read are no pass, and are read again', async () => {
    const { world, look, visitors } = await counted({ samples: 1 })
    const { edge } = world
    const traffic = edge.traffic.bind(edge)
    edge.traffic = apiIsDown
    expect(await look()).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('no answer') })
    edge.traffic = traffic
    await look()
    await visitors(2)
    expect(await look()).toMatchObject({ verdict: 'pass', reason: expect.stringMatching(/^visitors: 1 on the old side/) })
  })

  test('metrics that go off are no pass on what they had counted, until they are back', async () => {
    const { world, look, visitors } = await counted({ samples: 1 })
    await look()
    await visitors(10)
    const { counted: before } = world.edge
    world.edge.counted = undefined
    expect(await look()).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('are off now') })
    world.edge.counted = before
    expect(await look()).toMatchObject({ verdict: 'pass' })
  })

  test('visitors of another site that the same service answers are not counted as this one’s', async () => {
    const { world, look } = await counted({ samples: 1 })
    world.edge.save(SHARED.replace('service":"home"', 'service":"to-cluster"'))
    await world.clock.sleep(1_000)
    expect(await look()).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/cannot be told from those of home@file: .* to-cluster@file: judged on our own/),
    })
  })

  test('counters that do not even count our own are not believed', async () => {
    const { world, looks } = await counted({ samples: 4 })
    world.edge.count = () => undefined
    expect(await looks(4)).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/count no request to site@consulcatalog.*judged on our own/),
    })
  })

  test('the plan’s own watch is named: it counts as a visitor', async () => {
    const { looks } = await shared({ samples: 1 }, { plan: { ...PLAN, watch: DEFAULT_WATCH } })
    expect(await looks(1)).toMatchObject({ verdict: 'pass', reason: expect.stringContaining("the plan's own watch counts as a visitor") })
  })
})
