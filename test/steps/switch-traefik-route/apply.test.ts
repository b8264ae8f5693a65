import { describe, expect, test } from 'vitest'
import { switchTraefikRoute } from '../../../src/steps/switch-traefik-route.ts'
import type { EdgePort } from '../../../src/domain/ports/index.ts'
import { undoSwitch } from '../../../src/steps/switch-traefik-route/undo.ts'
import { answered } from '../../fakes/ports/visitor.ts'
import { problemOf } from '../problem-of.ts'
import { previewed, switched, addRouter } from './previewed.ts'

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

  test('writes from what the preview has read, and reads again only where the file is no longer so, or a second time', async () => {
    const { world, apply } = await previewed()
    const read = world.edge.read.bind(world.edge)
    let reads = 0
    world.edge.read = async () => {
      reads += 1
      return read()
    }
    await apply()
    expect(world.edge.text).toContain('k8s-site')
    expect(reads).toBe(0)
    await apply()
    expect(reads).toBe(1)
    const other = await previewed()
    other.world.edge.save(`${other.world.edge.text}# an edit\n`)
    await other.apply()
    expect(other.world.edge.text).toMatch(/k8s-site: .*\n[^]*# an edit\n$/)
  })

  test('a router of our name that appeared meanwhile stops it', async () => {
    const { world, apply, context, record } = await previewed()
    addRouter(world, 'k8s-site', { rule: 'Host(`x.example.org`)' })
    expect(await problemOf(apply())).toMatchObject({ code: 'router-name-taken', effect: 'no' })
    expect(await switchTraefikRoute.settle(context, record, [])).toMatchObject({ status: 'foreign' })
  })
})

describe('after a write of ours that was killed with an edit of somebody in its hands', () => {
  /** The live file holds our router; what a human wrote lies beside it until any write puts it right. */
  async function killed() {
    const step = await switched()
    const { edge } = step.world
    let unfinished: string | undefined = '/dynamic.yml.1.jmc-migrate.tmp'
    const cut: EdgePort = {
      describe: () => edge.describe(),
      parse: (file) => edge.parse(file),
      edit: (config, change) => edge.edit(config, change),
      owned: (config, section, name, definition) => edge.owned(config, section, name, definition),
      trustOf: (config, service) => edge.trustOf(config, service),
      routers: () => edge.routers(),
      router: (name) => edge.router(name),
      service: (name) => edge.service(name),
      traffic: () => edge.traffic(),
      entryPoints: () => edge.entryPoints(),
      winner: (routers, question) => edge.winner(routers, question),
      routersOf: (routers, service) => edge.routersOf(routers, service),
      ask: (url, request) => edge.ask(url, request),
      read: async () => {
        const config = await edge.read()
        return { ...config, file: { ...config.file, ...(unfinished !== undefined && { unfinished }) } }
      },
      write: async () => {
        unfinished = undefined
        edge.save(`${edge.text}# a human's edit\n`)
        return { outcome: 'changed-meanwhile' as const, found: 'else' }
      },
    }
    return { ...step, context: { ...step.context, ports: { ...step.context.ports, edge: cut } } }
  }

  test('nothing is settled, and the next apply puts it right first', async () => {
    const { world, context, record, note } = await killed()
    expect(await switchTraefikRoute.settle(context, record, [])).toMatchObject({ status: 'partial' })
    expect(await undoSwitch.settle(context, record, [])).toMatchObject({ status: 'partial' })
    await switchTraefikRoute.apply(context, record, note, [])
    expect(world.edge.text).toContain("# a human's edit")
    expect(world.edge.text).toContain('k8s-site')
    expect(await switchTraefikRoute.settle(context, record, [])).toEqual({ status: 'done' })
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
      reason: expect.stringContaining('the service "to-cluster@file" does not exist'),
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
