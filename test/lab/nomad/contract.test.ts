import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from './clock.ts'
import { indexless, inventions, play } from './play.ts'
import type { Recording } from './recording.ts'
import { answerOf, at } from './recording.ts'
import { NODE_SCENARIO, SCENARIO } from './scenario.ts'

/** The lab says 501 where it does not know, on purpose. */
const NOT_IN_THE_LAB = ['no-such-path']

describe.each([
  ['the life of a job', 'nomad-1.11.json', SCENARIO],
  ['its nodes, and everything that runs on them', 'nomad-1.11-nodes.json', NODE_SCENARIO],
] as const)('the lab answers as the recorded Nomad 1.11: %s', async (_, file, scenario) => {
  const recordings = JSON.parse(readFileSync(new URL(`recordings/${file}`, import.meta.url), 'utf8')) as Recording[]
  const answers = await play(scenario)

  it('knows every call of the recording', () => {
    expect(recordings.map((each) => each.name)).toEqual(scenario.map((each) => each.name))
  })

  it.each(scenario.filter((call) => !NOT_IN_THE_LAB.includes(call.name)).map((call) => [call.name, call] as const))('%s', (name, call) => {
    const real = recordings.find((each) => each.name === name)
    const lab = answers.get(name)
    expect(lab?.status).toBe(real?.status)
    expect(Object.keys(lab?.headers ?? {}).toSorted()).toEqual(Object.keys(real?.headers ?? {}).toSorted())
    expect(lab?.headers['content-type']).toBe(real?.headers['content-type'])
    if (typeof real?.body === 'string') expect(indexless(lab?.body)).toBe(indexless(real.body))
    expect(inventions(lab?.body, real?.body)).toEqual([])
    for (const path of call.same ?? []) expect([path, at(lab?.body, path)]).toEqual([path, at(real?.body, path)])
  })
})

describe.each([
  ['without ACL', 'nomad-1.11-acl-off.json', []],
  [
    'asked with an expired token',
    'nomad-1.11-expired-token.json',
    [{ accessor: 'a', secret: 'whatever', name: 'old', type: 'client', policies: [], expiresAt: 1 }],
  ],
] as const)('the lab %s answers as recorded', (_, file, tokens) => {
  const recorded = JSON.parse(readFileSync(new URL(`recordings/${file}`, import.meta.url), 'utf8')) as Recording[]
  const world = initialNomadWorld({ jobs: [], application: { body: '' }, tokens })
  const dispatcher = handlerDispatcher(
    createLabNomad(world, { clock: skippingClock(), faults: new Set(), changed: () => undefined }).handler,
  )

  it.each(recorded.map((each) => [each.request, each] as const))('%s', async (asked, real) => {
    const response = await request(`http://lab.test${asked.replace('GET ', '')}`, { dispatcher, headers: { 'x-nomad-token': 'whatever' } })
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
    const lab = answerOf(response.statusCode, headers, await response.body.text())
    expect([lab.status, Object.keys(lab.headers).toSorted()]).toEqual([real.status, Object.keys(real.headers).toSorted()])
    expect(inventions(lab.body, real.body)).toEqual([])
    for (const path of ['', 'AccessorID', 'Type', 'Policies', 'Name']) {
      if (path !== '' || typeof real.body === 'string') expect(at(lab.body, path)).toEqual(at(real.body, path))
    }
  })
})
