import { describe, expect, test } from 'vitest'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import { EDGE_FILE, FakeWorld, SITE } from '../../fakes/ports/world.ts'
import { contextOf } from '../context.ts'
import { SWITCH } from '../switch-spec.ts'
import { previewed, switched, addRouter, refusal } from './previewed.ts'

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

  test('the very same router, there before us, is refused: visitors may be on the new side already', async () => {
    const { world } = await switched()
    const { text } = world.edge
    expect(await refusal(world)).toEqual([expect.objectContaining({ code: 'router-already-there', effect: 'no' })])
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
