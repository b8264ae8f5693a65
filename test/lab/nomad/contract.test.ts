import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from './clock.ts'
import type { Answer, Recording } from './recording.ts'
import { answerOf, at } from './recording.ts'
import type { Call, TokenName } from './scenario.ts'
import { POLICIES, SCENARIO } from './scenario.ts'

const recordings = JSON.parse(readFileSync(new URL('recordings/nomad-1.11.json', import.meta.url), 'utf8')) as Recording[]

/** The lab says 501 where it does not know, on purpose. */
const NOT_IN_THE_LAB = ['no-such-path']

const READ = ['list-jobs', 'read-job', 'list-scaling-policies', 'read-scaling-policy', 'read-job-scaling']
const DEPLOY = ['read-job', 'list-jobs', 'register-job', 'deregister-job']
const SECRETS: Record<TokenName, string> = { management: 'm', reader: 'r', deployer: 'd', none: '', wrong: 'w' }

async function playScenario(): Promise<ReadonlyMap<string, Answer>> {
  const clock = skippingClock()
  const world = initialNomadWorld({
    jobs: [],
    application: { body: '' },
    token: SECRETS.management,
    tokens: (['reader', 'deployer'] as const).map((name) => ({
      accessor: `accessor-${name}`,
      secret: SECRETS[name],
      name,
      type: 'client',
      policies: [name],
    })),
    policies: [
      { name: 'reader', rules: POLICIES.reader, grants: [{ namespace: 'default', capabilities: READ }] },
      { name: 'deployer', rules: POLICIES.deployer, grants: [{ namespace: 'default', capabilities: DEPLOY }] },
    ],
  })
  const dispatcher = handlerDispatcher(createLabNomad(world, { clock, faults: new Set(), changed: () => undefined }).handler)

  async function ask(call: Call): Promise<Answer> {
    const path = typeof call.path === 'string' ? call.path : call.path(look)
    const body = typeof call.body === 'function' ? call.body(look) : call.body
    const token = SECRETS[call.token ?? 'management']
    const response = await request(`http://lab.test${path}`, {
      dispatcher,
      method: call.method,
      headers: token === '' ? {} : { 'x-nomad-token': token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
    return answerOf(response.statusCode, headers, await response.body.text())
  }

  const answers = new Map<string, Answer>()
  const look = (name: string): JsonObject => answers.get(name)?.body as JsonObject
  for (const call of SCENARIO) {
    let answer = await ask(call)
    for (let tries = 0; call.until?.(answer.body) === false && tries < 100; tries++) {
      clock.advance(100)
      answer = await ask(call)
    }
    if (call.until !== undefined) expect(call.until(answer.body), `${call.name} comes true`).toBe(true)
    answers.set(call.name, answer)
  }
  return answers
}

/** Members that the lab has and the real server does not, or that differ in type. What the lab leaves out nobody may rely on. */
function inventions(lab: Json | undefined, real: Json | undefined, path = ''): string[] {
  if (lab === null || lab === undefined || real === null || real === undefined) return []
  if (typeof lab !== typeof real || Array.isArray(lab) !== Array.isArray(real)) return [`${path}: ${typeof lab} instead of ${typeof real}`]
  if (typeof lab !== 'object' || typeof real !== 'object') return []
  if (Array.isArray(lab))
    return real.length === 0
      ? []
      : lab.flatMap((item: Json, i) => inventions(item, (real as readonly Json[])[i] ?? (real as readonly Json[])[0], `${path}.${i}`))
  return Object.entries(lab as JsonObject).flatMap(([key, value]) =>
    key in real ? inventions(value, (real as JsonObject)[key], `${path}.${key}`) : [`${path}.${key}: unknown to the real server`],
  )
}

describe('the lab answers as the recorded Nomad 1.11', async () => {
  const answers = await playScenario()

  it('knows every call of the recording', () => {
    expect(recordings.map((each) => each.name)).toEqual(SCENARIO.map((each) => each.name))
  })

  it.each(SCENARIO.filter((call) => !NOT_IN_THE_LAB.includes(call.name)).map((call) => [call.name, call] as const))('%s', (name, call) => {
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

/** Messages name modify indexes, which differ. */
const indexless = (text: Json | undefined): Json | undefined => (typeof text === 'string' ? text.replaceAll(/\d{2,}/g, 'N') : text)
