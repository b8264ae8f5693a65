import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../src/domain/problem.ts'
import { switchTraefikRoute } from '../../src/steps/switch-traefik-route.ts'
import type { SwitchNote, SwitchSpec } from '../../src/steps/switch-traefik-route/record.ts'
import { undoSwitch } from '../../src/steps/switch-traefik-route/undo.ts'
import { answered } from '../fakes/ports/visitor.ts'
import { EDGE_FILE, FakeWorld, SITE } from '../fakes/ports/world.ts'
import { contextOf } from './context.ts'
import { problemOf, problemsOf } from './problem-of.ts'
import { SWITCH } from './switch-spec.ts'

/** A world, the step previewed in it, and its notes. */
async function previewed(world = new FakeWorld(), spec: SwitchSpec = SWITCH) {
  const context = contextOf(world.ports, spec)
  const { undoRecord: record, ...preview } = await switchTraefikRoute.preview(context, [])
  const notes: SwitchNote[] = []
  const note = async (value: SwitchNote): Promise<void> => void notes.push(value)
  const apply = () => switchTraefikRoute.apply(context, record, note, notes)
  const undo = () => undoSwitch.apply(context, record, notes, note)
  return { world, context, preview, record, notes, note, apply, undo }
}

/** Applied, loaded, visitors on the new side. */
async function switched(world = new FakeWorld()) {
  const step = await previewed(world)
  await step.apply()
  await world.clock.sleep(1_000)
  return step
}

const addRouter = (world: FakeWorld, name: string, router: Readonly<Record<string, unknown>>): void =>
  world.edge.save(
    world.edge.text.replace(
      '  routers:\n',
      `  routers:\n    ${name}: ${JSON.stringify({ entryPoints: ['websecure'], service: 'home', ...router })}\n`,
    ),
  )

/** What preview refuses with in this world. */
const refusal = async (world: FakeWorld, spec: SwitchSpec = SWITCH) => {
  await world.clock.sleep(1_000)
  return problemsOf(switchTraefikRoute.preview(contextOf(world.ports, spec), []))
}

describe('the router', () => {
  test('inherits tls and middlewares, under names that others can use, and says so', async () => {
    const world = new FakeWorld()
    world.replaced = { middlewares: ['auth@docker', 'wiki@file'], tls: { certResolver: 'letsencrypt', options: 'modern@file' } }
    const { record, preview } = await previewed(world)
    expect(record.definition).toEqual({
      rule: `Host(\`${SITE}\`)`,
      service: 'to-cluster',
      entryPoints: ['websecure'],
      priority: 1_024,
      middlewares: ['auth@docker', 'wiki@file'],
      tls: { certResolver: 'letsencrypt', options: 'modern@file' },
    })
    expect(preview.changes[0]?.remarks).toEqual([
      'inherits tls and middlewares auth@docker, wiki@file of site@consulcatalog',
      'priority 1024 is above site@consulcatalog (24)',
    ])
  })

  test('of a docker router: `auth` is `auth@docker` for the file', async () => {
    const world = new FakeWorld()
    const { routers, services } = world.edge.catalog()
    const dockerised = routers.map((each) => ({
      ...each,
      name: 'site@docker',
      provider: 'docker',
      middlewares: ['auth'],
      tls: { options: 'strict' },
    }))
    world.edge.catalog = () => ({
      routers: dockerised,
      services: services.map((each) => ({ ...each, name: 'site@docker', provider: 'docker' })),
    })
    const { record } = await previewed(world, { ...SWITCH, replaces: 'site@docker' })
    expect(record.definition).toMatchObject({ middlewares: ['auth@docker'], tls: { options: 'strict@docker' } })
  })

  test('says what the plan says in place of the inherited, and warns of a lost middleware', async () => {
    const world = new FakeWorld()
    world.replaced = { middlewares: ['auth@docker'], tls: {} }
    const { record, preview } = await previewed(world, { ...SWITCH, middlewares: [], tls: { certResolver: 'own' }, priority: 77 })
    expect(record.definition).toMatchObject({ tls: { certResolver: 'own' }, priority: 77 })
    expect(record.definition).not.toHaveProperty('middlewares')
    expect(preview.warnings).toEqual([expect.stringContaining('goes through middleware auth@docker; k8s-site will not')])
  })

  test('stands above every router that may match the host, not only the one of today', async () => {
    const world = new FakeWorld()
    addRouter(world, 'catch-all', { rule: 'PathPrefix(`/`)', priority: 5 })
    addRouter(world, 'api', { rule: `Host(\`${SITE}\`) && PathPrefix(\`/api\`)`, priority: 500 })
    addRouter(world, 'elsewhere', { rule: 'Host(`elsewhere.example.org`)', priority: 9_000 })
    await world.clock.sleep(1_000)
    const { record, preview } = await previewed(world)
    expect(record.definition.priority).toBe(1_500)
    expect(preview.warnings).toEqual([expect.stringContaining('router api@file')])
  })

  test('other routers to the same old service are named', async () => {
    const world = new FakeWorld()
    addRouter(world, 'bare', { rule: 'Host(`example.org`)', service: 'site@consulcatalog' })
    await world.clock.sleep(1_000)
    expect((await previewed(world)).preview.warnings).toEqual([
      expect.stringMatching(/router bare@file .* also leads to the job and is not moved/),
    ])
  })
})

describe('preview', () => {
  test('shows the file before and after', async () => {
    const { preview } = await previewed()
    expect(preview.changes).toMatchObject([
      { system: 'traefik', action: 'update', before: EDGE_FILE, after: expect.stringContaining('k8s-site') },
    ])
  })

  test("a human's edit elsewhere leaves the basis as it is; another old router does not", async () => {
    const world = new FakeWorld()
    const first = (await previewed(world)).preview.basis
    world.edge.save(`${world.edge.text}# a thought\n`)
    addRouter(world, 'new-one', { rule: 'Host(`new.example.org`)' })
    await world.clock.sleep(1_000)
    expect((await previewed(world)).preview.basis).toEqual(first)
    world.replaced = { middlewares: ['auth@docker'] }
    expect((await previewed(world)).preview.basis).not.toEqual(first)
  })

  test.each([
    ['a middleware of the job', { middlewares: ['auth'] }, SWITCH, 'middleware-dies-with-job'],
    ['a service of the job', {}, { ...SWITCH, service: 'site@consulcatalog' }, 'service-dies-with-job'],
    ['a service that nobody defines', {}, { ...SWITCH, service: 'nobody' }, 'unknown-service'],
    ['an entry point that is not there', {}, { ...SWITCH, entryPoints: ['https'] }, 'unknown-entry-point'],
    ['a router that is not there', {}, { ...SWITCH, replaces: 'site@docker' }, 'unknown-router'],
    ['a router that is disabled', { status: 'disabled', errors: ['broken'] }, SWITCH, 'replaced-router-not-serving'],
    ['a priority below the old router', { priority: 100 }, { ...SWITCH, priority: 50 }, 'competing-router'],
    ['a rule for another host', {}, { ...SWITCH, rule: 'Host(`other.example.org`)' }, 'competing-router'],
    ['a rival that cannot be beaten', { priority: 2 ** 53 }, SWITCH, 'competing-router'],
  ] as const)('%s is refused', async (_what, replaced, spec, code) => {
    const world = new FakeWorld()
    world.replaced = replaced
    expect(await refusal(world, spec)).toContainEqual(
      expect.objectContaining({ code, effect: 'no', next: expect.arrayContaining([expect.any(String)]) }),
    )
  })

  test('a router that is not the winner now is refused, naming who is', async () => {
    const world = new FakeWorld()
    addRouter(world, 'somebody', { rule: `Host(\`${SITE}\`)`, priority: 700 })
    expect(await refusal(world)).toContainEqual(
      expect.objectContaining({ code: 'replaced-router-not-serving', summary: expect.stringContaining('somebody@file') }),
    )
  })

  test('a rule that is not understood and may win is not guessed away', async () => {
    const world = new FakeWorld()
    addRouter(world, 'strange', { rule: 'Strange(`x`)', priority: 700 })
    expect(await refusal(world)).toContainEqual(
      expect.objectContaining({ code: 'replaced-router-not-serving', summary: expect.stringContaining('strange@file') }),
    )
  })

  test('a name that somebody else uses is refused', async () => {
    const world = new FakeWorld()
    addRouter(world, 'k8s-site', { rule: 'Host(`x.example.org`)' })
    expect(await refusal(world)).toMatchObject([{ code: 'router-name-taken' }])
  })

  test('the very same router, there before us, is neither written nor removed', async () => {
    const { world } = await switched()
    const { preview, apply, undo } = await previewed(world)
    const { text } = world.edge
    expect(preview.changes).toEqual([])
    await apply()
    await undo()
    expect(world.edge.text).toBe(text)
  })
})

describe('preflight', () => {
  test.each([
    ['can be written', {}, []],
    ['is not writable', { writable: false }, ['edge-file-not-writable']],
    ['is a mount point', { isMountPoint: true }, ['edge-file-is-a-mount']],
  ] as const)('the file %s', async (_what, fields, codes) => {
    const world = new FakeWorld()
    Object.assign(world.edge, fields)
    const found = await switchTraefikRoute.preflight(contextOf(world.ports, SWITCH))
    expect(found.flatMap((each) => (each.verdict === 'fail' ? [each.problem?.code] : []))).toEqual(codes)
  })

  test('refusals are found before anything is touched', async () => {
    const { ports } = new FakeWorld()
    expect(await switchTraefikRoute.preflight(contextOf(ports, { ...SWITCH, service: 'nobody' }))).toMatchObject([
      { verdict: 'fail', problem: { code: 'unknown-service' } },
    ])
  })
})

describe('apply', () => {
  test('a human who saves at the same moment loses nothing', async () => {
    const { world, apply } = await previewed()
    let saves = 0
    world.edge.beforeWrite = () => {
      if (saves++ < 2) world.edge.save(`${world.edge.text}# edit ${saves}\n`)
    }
    await apply()
    expect(world.edge.text).toMatch(/k8s-site: .*\n[^]*# edit 1\n# edit 2\n$/)
  })

  test('somebody who never stops writing is given way to', async () => {
    const { world, apply } = await previewed()
    world.edge.beforeWrite = () => world.edge.save(`${world.edge.text}#\n`)
    expect(await problemOf(apply())).toMatchObject({ code: 'edge-file-busy', effect: 'no' })
    expect(world.edge.text).not.toContain('k8s-site')
  })

  test('a router of our name that appeared meanwhile stops it', async () => {
    const { world, apply, context, record } = await previewed()
    addRouter(world, 'k8s-site', { rule: 'Host(`x.example.org`)' })
    expect(await problemOf(apply())).toMatchObject({ code: 'router-name-taken', effect: 'no' })
    expect(await switchTraefikRoute.settle(context, record, [])).toMatchObject({ status: 'foreign' })
  })
})

describe('verify', () => {
  test('not loaded yet is pending and no visitor saw anything; then it passes', async () => {
    const { world, apply, context, record } = await previewed()
    await apply()
    const early = await switchTraefikRoute.verify(context, record, [])
    expect(early).toMatchObject({ verdict: 'pending', reason: expect.stringContaining('not loaded') })
    expect(early).not.toHaveProperty('visitorSawIt')
    await world.clock.sleep(1_000)
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('wins') })
  })

  test('a Traefik that ignores the file is never a pass, though the site answers 200 from the old side', async () => {
    const { world, apply, context, record } = await previewed()
    world.edge.ignoresFile = true
    await apply()
    await world.clock.sleep(60_000)
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({ verdict: 'pending', side: 'new' })
  })

  test('a disabled router fails with the words of Traefik', async () => {
    const { world, context, record } = await switched()
    world.edge.save(world.edge.text.replace(/ {4}to-cluster:.*\n/, ''))
    await world.clock.sleep(1_000)
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('the service "to-cluster" does not exist'),
    })
  })

  test('a wrong answer to a visitor, once our router wins, is marked as seen', async () => {
    const { world, context, record } = await switched()
    world.newAnswers = answered(200, 'Welcome to nginx')
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({ verdict: 'pending', side: 'new', visitorSawIt: true })
  })

  test('another content under our name in the API is not ours', async () => {
    const { world, context, record } = await switched()
    world.edge.save(world.edge.text.replace('"priority":1024', '"priority":2000'))
    await world.clock.sleep(1_000)
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({
      verdict: 'pending',
      reason: expect.stringContaining('another router'),
    })
    expect(await switchTraefikRoute.settle(context, record, [])).toMatchObject({ status: 'foreign' })
  })

  test('TLS that Traefik takes from the entry point is no difference; copies for entry points are one router', async () => {
    const { world, context, record } = await switched()
    const shown = world.edge.routersNow()
    world.edge.routers = async () =>
      shown.map((each) => (each.name === 'k8s-site@file' ? { ...each, tls: {}, service: 'to-cluster@file' } : each))
    expect(await switchTraefikRoute.verify(context, record, [])).toMatchObject({ verdict: 'pass' })
  })
})

describe('standing', () => {
  const checks = async (step: Awaited<ReturnType<typeof switched>>) => {
    const all = switchTraefikRoute.standing?.(step.context, step.record, step.notes) ?? []
    const look = async (about: string) => all.find((each) => each.about === about)?.observe()
    return { route: await look('traefik-route'), old: await look('old-side') }
  }

  test('both sides well', async () => {
    expect(await checks(await switched())).toMatchObject({
      route: { verdict: 'pass' },
      old: { verdict: 'pass', reason: expect.stringContaining('answered 200') },
    })
  })

  test('a Connect sidecar is not asked directly, and that is said', async () => {
    const step = await switched()
    step.world.connect = true
    expect((await checks(step)).old).toMatchObject({ verdict: 'pass', reason: expect.stringContaining('not asked directly') })
  })

  test('servers that do not listen, or are gone from the edge, fail on the old side at once', async () => {
    const step = await switched()
    step.world.edge.answer = () => ({ ok: false, failure: 'refused', detail: 'refused', timings: {} })
    expect((await checks(step)).old).toMatchObject({ verdict: 'fail', side: 'old' })
    for (const each of step.world.nomad.allocationList) each.endsAt = 0
    expect((await checks(step)).old).toMatchObject({ verdict: 'fail', side: 'old', reason: expect.stringContaining('site@consulcatalog') })
  })

  test('a wrong answer of the old side is told as such', async () => {
    const step = await switched()
    step.world.oldAnswers = answered(500)
    expect((await checks(step)).old).toMatchObject({ verdict: 'pending', side: 'old', reason: expect.stringContaining('500') })
  })

  test('what cannot be seen is not a failure', async () => {
    const step = await switched()
    const down = () => Promise.reject(new ProblemError({ code: 'unreachable', summary: 'no answer', next: [], effect: 'no' }))
    step.world.edge.routers = down
    step.world.edge.router = down
    expect(await checks(step)).toMatchObject({ route: { verdict: 'inconclusive' }, old: { verdict: 'inconclusive' } })
  })
})

describe('undo', () => {
  test('removes our router in one write and says whether the file is as before', async () => {
    const { world, undo, context, record, notes } = await switched()
    await undo()
    await world.clock.sleep(1_000)
    expect(world.edge.text).toBe(EDGE_FILE)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('byte for byte')],
    })
  })

  test("a human's edit elsewhere survives", async () => {
    const { world, undo, context, record, notes } = await switched()
    world.edge.save(`${world.edge.text}# a thought\n`)
    await undo()
    await world.clock.sleep(1_000)
    expect(world.edge.text).toBe(`${EDGE_FILE}# a thought\n`)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pass',
      evidence: [expect.stringContaining('other edits')],
    })
  })

  test('visitors are not moved to an old side that answers wrongly', async () => {
    const { world, undo } = await switched()
    world.oldAnswers = answered(500)
    const { text } = world.edge
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      effect: 'no',
      details: expect.arrayContaining([expect.stringContaining('500')]),
    })
    expect(world.edge.text).toBe(text)
  })

  test('nor to one that is gone', async () => {
    const { world, undo, context, record, notes } = await switched()
    await world.nomad.stop('site')
    await world.clock.sleep(10_000)
    const { text } = world.edge
    const began = world.clock.now()
    expect(await problemOf(undo())).toMatchObject({ code: 'old-side-not-proven', effect: 'no' })
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(17_000)
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('an old side that comes up late is waited for', async () => {
    const { world, undo } = await switched()
    const { text } = world.edge
    const { catalog } = world.edge
    const from = world.clock.now() + 16_000
    world.edge.catalog = () => (world.clock.now() < from ? { routers: [], services: [] } : catalog())
    await undo()
    expect(world.edge.text).not.toBe(text)
  })

  test('a Connect side is proven through a router that only a secret opens', async () => {
    const world = new FakeWorld()
    world.connect = true
    world.replaced = { middlewares: ['strip@file'] }
    const { undo, notes } = await switched(world)
    await undo()
    expect(notes).toMatchObject([
      { probe: 'jmc-migrate-probe-12345678', definition: { service: 'site@consulcatalog', priority: 2_024, middlewares: ['strip@file'] } },
    ])
    const secret = notes[0]?.secret ?? ''
    expect(secret).toHaveLength(32)
    expect(world.visitor.requests.filter((each) => each.headers?.['X-Jmc-Migrate-Probe'] === secret).length).toBeGreaterThanOrEqual(3)
    expect(world.edge.text).toBe(EDGE_FILE)
  })

  test('a Connect side that is dead behind its sidecar is not proven, and the probe is gone', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo, notes, context, record } = await switched(world)
    world.oldAnswers = answered(502)
    const { text } = world.edge
    const problem = await problemOf(undo())
    expect(problem).toMatchObject({
      code: 'old-side-not-proven',
      effect: 'no',
      details: expect.arrayContaining([expect.stringContaining('through the probe router: status 502')]),
    })
    expect(JSON.stringify(problem)).not.toContain(notes[0]?.secret)
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toEqual({ status: 'none' })
  })

  test('an answer of the new side is never taken for one of the old: a probe that is not loaded proves nothing', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo } = await switched(world)
    world.edge.ignoresFile = true
    expect(await problemOf(undo())).toMatchObject({
      code: 'old-side-not-proven',
      details: expect.arrayContaining([expect.stringContaining('not loaded')]),
    })
  })

  test('a router that somebody edited is not removed', async () => {
    const { world, undo, context, record, notes } = await switched()
    world.edge.save(world.edge.text.replace('"priority":1024', '"priority":2000'))
    const { text } = world.edge
    expect(await problemOf(undo())).toMatchObject({ code: 'router-not-ours', effect: 'no' })
    expect(world.edge.text).toBe(text)
    expect(await undoSwitch.settle(context, record, notes)).toMatchObject({ status: 'foreign' })
  })

  test('verify waits for Traefik, then for the visitor', async () => {
    const { world, undo, context, record, notes } = await switched()
    await undo()
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({
      verdict: 'pending',
      reason: expect.stringContaining('still has router'),
    })
    await world.clock.sleep(1_000)
    world.oldAnswers = answered(503)
    expect(await undoSwitch.verify(context, record, notes)).toMatchObject({ verdict: 'pending', side: 'old', visitorSawIt: true })
  })

  test('a probe that cannot be removed is named, and the effect is not known', async () => {
    const world = new FakeWorld()
    world.connect = true
    const { undo } = await switched(world)
    world.oldAnswers = answered(502)
    let writes = 0
    world.edge.beforeWrite = () => {
      if (writes++ > 0) world.edge.save(`${world.edge.text}#\n`)
    }
    expect(await problemOf(undo())).toMatchObject({
      effect: 'unknown',
      details: expect.arrayContaining([expect.stringContaining('remove http.routers.jmc-migrate-probe-12345678 by hand')]),
    })
  })
})

test('the bundle holds the file as it was', async () => {
  const { context, record } = await switched()
  const [file] = (await switchTraefikRoute.restoreFiles?.(context, record)) ?? []
  expect(new TextDecoder().decode(file?.bytes)).toBe(EDGE_FILE)
})

test('the hosts are those of the rule', async () => {
  const rule = 'Host(`A.example.org`, `b.example.org`) && PathPrefix(`/Host(x)`) || Host("c.example.org")'
  const hosts = await switchTraefikRoute.hosts?.({ ...SWITCH, rule }, contextOf(new FakeWorld().ports, SWITCH).files)
  expect(hosts?.map((each) => each.host)).toEqual(['a.example.org', 'b.example.org', 'c.example.org'])
})
