import { readFileSync } from 'node:fs'
import { setTimeout as realSleep } from 'node:timers/promises'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import type { Clock } from '../../../src/domain/ports/clock.ts'
import type { LabFault, LabNomad, LabRequest } from '../../../src/lab/contract.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import type { NomadWorld } from '../../../src/lab/nomad/index.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from './clock.ts'

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/jayne-martin-counselling/nomad/job.json', import.meta.url), 'utf8'),
) as JsonObject
const JOB = '/v1/job/jayne-martin-counselling'
const NAMESPACE = 'namespace=jaynemartincounselling-prod'

const newWorld = (jobs: readonly JsonObject[] = [fixture]): NomadWorld =>
  initialNomadWorld({ jobs, application: { body: '<h1>Jayne Martin</h1>' } })

interface Stage {
  readonly lab: LabNomad
  readonly world: NomadWorld
  readonly clock: ReturnType<typeof skippingClock>
  readonly faults: Set<LabFault>
  readonly saved: string[]
  readonly ask: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: Json) => Promise<{ status: number; index: number; body: Json }>
}

function stage(world: NomadWorld = newWorld(), clock = skippingClock()): Stage {
  const faults = new Set<LabFault>()
  const saved: string[] = []
  const lab = createLabNomad(world, { clock, faults, changed: () => saved.push(JSON.stringify(world)) })
  return { lab, world, clock, faults, saved, ask: asker(lab) }
}

function asker(lab: LabNomad): Stage['ask'] {
  const dispatcher = handlerDispatcher(lab.handler)
  return async (method, path, body) => {
    const answer = await request(`http://lab.test${path}`, {
      dispatcher,
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    const isJson = String(answer.headers['content-type']).includes('json')
    return {
      status: answer.statusCode,
      index: Number(answer.headers['x-nomad-index'] ?? 0),
      body: isJson ? (JSON.parse(text) as Json) : text,
    }
  }
}

const visitor: LabRequest = {
  method: 'GET',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: '',
  signal: new AbortController().signal,
}
const rows = (body: Json): readonly JsonObject[] => body as readonly JsonObject[]

describe('the first job', () => {
  it('runs from the start, is in the catalog with its tags, and answers as Nomad’s side', () => {
    const { lab } = stage()
    const [instance, ...others] = lab.catalog()
    expect(others).toEqual([])
    expect(instance).toMatchObject({
      service: 'jmc',
      connect: true,
      tags: expect.arrayContaining(['traefik.enable=true', 'traefik.consulcatalog.connect=true']),
    })
    expect(lab.answer(instance?.id ?? '', visitor)).toMatchObject({
      status: 200,
      body: '<h1>Jayne Martin</h1>',
      headers: { 'x-served-by': 'nomad' },
    })
  })

  it('can be registered in an empty server of its namespace', async () => {
    const { lab, clock, ask } = stage(
      initialNomadWorld({ jobs: [], application: { body: '' }, namespaces: ['jaynemartincounselling-prod'] }),
    )
    expect((await ask('POST', `/v1/jobs?${NAMESPACE}`, { Job: fixture })).status).toBe(200)
    expect(lab.catalog()).toEqual([])
    clock.advance(299)
    expect(lab.catalog()).toEqual([])
    clock.advance(1)
    expect(lab.catalog()).toHaveLength(1)
  })

  it('stops in the order of a real one: off the catalog, still answering, then dead', async () => {
    const { lab, clock, ask } = stage()
    const id = lab.catalog()[0]?.id ?? ''
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    expect(lab.catalog()).toEqual([])
    expect(lab.answer(id, visitor)).toMatchObject({ status: 200 })
    clock.advance(2_100)
    expect(lab.answer(id, visitor)).toBe('drop')
  })

  it('says that its shutdown_delay of 20 s is shortened', async () => {
    const { clock, ask } = stage()
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    clock.advance(2_100)
    const { body } = await ask('GET', `${JOB}/allocations?${NAMESPACE}`)
    expect(JSON.stringify(body)).toContain('Waiting 2s before killing (shutdown_delay is 20s, shortened by the lab)')
  })

  it('is not in the catalog for a provider that is not Consul', () => {
    const group = (fixture['TaskGroups'] as readonly JsonObject[])[0] ?? {}
    const { lab } = stage(newWorld([{ ...fixture, TaskGroups: [{ ...group, Services: [{ Name: 'jmc', Provider: 'nomad' }] }] }]))
    expect(lab.catalog()).toEqual([])
  })
})

describe('an update', () => {
  it('replaces the allocation: the new one waits until the old one is gone', async () => {
    const { lab, clock, ask } = stage()
    const before = lab.catalog()[0]?.id
    await ask('POST', `/v1/jobs?${NAMESPACE}`, { Job: { ...fixture, Priority: 60 } })
    clock.advance(2_000)
    expect(lab.catalog()).toEqual([])
    clock.advance(500)
    const after = lab.catalog()
    expect(after).toHaveLength(1)
    expect(after[0]?.id).not.toBe(before)
    const { body } = await ask('GET', `${JOB}/allocations?${NAMESPACE}`)
    expect(rows(body).map((each) => [each['JobVersion'], each['ClientStatus']])).toEqual([
      [0, 'complete'],
      [1, 'running'],
    ])
  })
})

describe('a purge', () => {
  it('takes allocations away at once, while they still drain', async () => {
    const { lab, ask } = stage()
    const id = lab.catalog()[0]?.id ?? ''
    await ask('DELETE', `${JOB}?${NAMESPACE}&purge=true`)
    expect((await ask('GET', JOB)).status).toBe(404)
    expect(lab.answer(id, visitor)).toBe('drop')
  })
})

describe('the world', () => {
  it('survives the process between any two moments', async () => {
    const first = stage()
    await first.ask('DELETE', `${JOB}?${NAMESPACE}`)
    const kept = JSON.parse(first.saved.at(-1) ?? '') as NomadWorld
    expect(kept).toEqual(first.world)
    const second = stage(kept, first.clock)
    first.clock.advance(2_100)
    const { body } = await second.ask('GET', `${JOB}/allocations?${NAMESPACE}`)
    expect(rows(body)[0]).toMatchObject({ ClientStatus: 'complete' })
  })

  it('is written down before the answer goes out, and only when it changed', async () => {
    const { ask, saved, world } = stage()
    await ask('GET', `${JOB}?${NAMESPACE}`)
    await ask('POST', `${JOB}/plan?${NAMESPACE}`, { Job: fixture, Diff: true })
    await ask('POST', `/v1/jobs?${NAMESPACE}`, { Job: fixture, EnforceIndex: true, JobModifyIndex: 1 })
    expect([saved.length, world.writes]).toEqual([0, 0])
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    expect([saved.length, world.writes]).toEqual([1, 1])
  })

  it('has an index that grows with everything that happens by itself', async () => {
    const { clock, ask } = stage()
    const seen: number[] = []
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    for (const _ of [1, 2, 3]) {
      seen.push((await ask('GET', `${JOB}/allocations?${NAMESPACE}`)).index)
      clock.advance(1_100)
    }
    expect(seen[1]).toBe(seen[0])
    expect(seen[2]).toBeGreaterThan(seen[1] ?? 0)
  })
})

describe('a blocking query', () => {
  const real: Clock = {
    now: Date.now,
    monotonic: () => performance.now(),
    sleep: async (milliseconds, signal) => {
      await realSleep(milliseconds, undefined, { ...(signal && { signal }) })
    },
  }

  it('comes back when the drained allocation ends, not before', async () => {
    const { ask, clock } = stage()
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    const { index } = await ask('GET', `${JOB}/allocations?${NAMESPACE}`)
    const started = clock.now()
    const { body } = await ask('GET', `${JOB}/allocations?${NAMESPACE}&index=${index}&wait=1m`)
    expect(rows(body)[0]).toMatchObject({ ClientStatus: 'complete' })
    expect(clock.now() - started).toBe(2_050)
  })

  it('is woken by what somebody else does', async () => {
    const lab = createLabNomad(newWorld(), { clock: real, faults: new Set(), changed: () => undefined })
    const ask = asker(lab)
    const { index } = await ask('GET', `${JOB}?${NAMESPACE}`)
    const waiting = ask('GET', `${JOB}?${NAMESPACE}&index=${index}&wait=15s`)
    await ask('DELETE', `${JOB}?${NAMESPACE}`)
    expect((await waiting).body).toMatchObject({ Stop: true })
  })

  it('ends with its client', async () => {
    const lab = createLabNomad(newWorld(), { clock: real, faults: new Set(), changed: () => undefined })
    const stop = new AbortController()
    const waiting = lab.handler({
      ...visitor,
      path: JOB,
      query: new URLSearchParams(`${NAMESPACE}&index=99&wait=15s`),
      signal: stop.signal,
    })
    stop.abort()
    expect(await waiting).toBe('drop')
  })
})

describe('the fault nomad-gone', () => {
  it('drops API and visitors while the catalog still names the allocations', async () => {
    const { lab, faults, ask } = stage()
    const [instance] = lab.catalog()
    faults.add('nomad-gone')
    await expect(ask('GET', JOB)).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
    expect(lab.catalog()).toEqual([instance])
    expect(lab.answer(instance?.id ?? '', visitor)).toBe('drop')
  })

  it('ends queries that wait', async () => {
    const { lab, faults, clock } = stage()
    const waiting = lab.handler({ ...visitor, path: JOB, query: new URLSearchParams(`${NAMESPACE}&index=99&wait=5m`) })
    faults.add('nomad-gone')
    expect(await waiting).toBe('drop')
    expect(clock.monotonic()).toBeLessThan(300_000)
  })
})

describe('what the lab does not know', () => {
  it.each(['/v1/nodes', '/v1/job/jayne-martin-counselling/scale', '/v1/client/stats', '/elsewhere'])('%s is 501', async (path) => {
    const { status, body } = await stage().ask('POST', path, {})
    expect([status, body]).toEqual([501, `the lab's Nomad does not know POST ${path}`])
  })
})
