import { request } from 'undici'
import { expect } from 'vitest'
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import { handlerDispatcher } from '../../../src/lab/http.ts'
import { createLabNomad, initialNomadWorld } from '../../../src/lab/nomad/index.ts'
import { skippingClock } from './clock.ts'
import type { Answer } from './recording.ts'
import { answerOf } from './recording.ts'
import type { Call, TokenName } from './scenario.ts'
import { asSeen, POLICIES } from './scenario.ts'

const READ = ['list-jobs', 'read-job', 'list-scaling-policies', 'read-scaling-policy', 'read-job-scaling']
const DEPLOY = ['read-job', 'list-jobs', 'register-job', 'deregister-job']
const SECRETS: Record<TokenName, string> = { management: 'm', reader: 'r', deployer: 'd', keeper: 'k', none: '', wrong: 'w' }

/** Plays a scenario on a fresh lab: the answers by the names of the calls. */
export async function play(scenario: readonly Call[]): Promise<ReadonlyMap<string, Answer>> {
  const clock = skippingClock()
  const world = initialNomadWorld({
    jobs: [],
    application: { body: '' },
    token: SECRETS.management,
    namespaces: ['other'],
    tokens: (['reader', 'deployer', 'keeper'] as const).map((name) => ({
      accessor: `accessor-${name}`,
      secret: SECRETS[name],
      name,
      type: 'client',
      policies: [name],
    })),
    policies: [
      { name: 'reader', rules: POLICIES.reader, grants: [{ namespace: 'default', capabilities: READ }] },
      { name: 'deployer', rules: POLICIES.deployer, grants: [{ namespace: 'default', capabilities: DEPLOY }] },
      { name: 'keeper', rules: POLICIES.keeper, grants: [{ namespace: '*', capabilities: READ }], node: 'write' },
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
  const look = (name: string): JsonObject => asSeen(answers.get(name)?.body)
  for (const call of scenario) {
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
export function inventions(lab: Json | undefined, real: Json | undefined, path = ''): string[] {
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

/** Messages name modify indexes, which differ. */
export const indexless = (text: Json | undefined): Json | undefined => (typeof text === 'string' ? text.replaceAll(/\d{2,}/g, 'N') : text)
