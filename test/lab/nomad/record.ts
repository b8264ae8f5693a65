/**
 * Records how a real, empty Nomad with ACL on answers the scenario:
 * `npx esbuild test/lab/nomad/record.ts --bundle --platform=node --format=esm | NOMAD_ADDR=… NOMAD_TOKEN=… node --input-type=module - >test/lab/nomad/recordings/nomad-VERSION.json`
 * With `SCENARIO=nodes` the scenario of the nodes, to `nomad-VERSION-nodes.json`.
 */
import type { Json, JsonObject } from '../../../src/domain/json.ts'
import type { Recording } from './recording.ts'
import { answerOf, trimmed } from './recording.ts'
import type { TokenName } from './scenario.ts'
import { asSeen, NODE_SCENARIO, POLICIES, SCENARIO, textAt } from './scenario.ts'

const address = process.env['NOMAD_ADDR'] ?? 'http://127.0.0.1:4646'
const management = process.env['NOMAD_TOKEN'] ?? ''
const tokens: Record<TokenName, string> = {
  management,
  reader: '',
  deployer: '',
  keeper: '',
  none: '',
  wrong: '22222222-2222-3333-4444-555555555555',
}

async function ask(method: string, path: string, token: string, body?: Json): Promise<Response> {
  return fetch(`${address}${path}`, {
    method,
    headers: token === '' ? {} : { 'X-Nomad-Token': token },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

for (const name of ['reader', 'deployer', 'keeper'] as const) {
  await ask('POST', `/v1/acl/policy/${name}`, management, { Name: name, Rules: POLICIES[name] })
  const made = (await (
    await ask('POST', '/v1/acl/token', management, { Name: name, Type: 'client', Policies: [name] })
  ).json()) as JsonObject
  tokens[name] = textAt(made, 'SecretID')
}

const seen = new Map<string, JsonObject>()
const recordings: Recording[] = []
for (const call of process.env['SCENARIO'] === 'nodes' ? NODE_SCENARIO : SCENARIO) {
  const look = (name: string): JsonObject => seen.get(name) ?? {}
  const path = typeof call.path === 'string' ? call.path : call.path(look)
  const body = typeof call.body === 'function' ? call.body(look) : call.body
  for (let tries = 0; ; tries++) {
    const response = await ask(call.method, path, tokens[call.token ?? 'management'], body)
    const answer = answerOf(response.status, Object.fromEntries(response.headers), await response.text())
    if (call.until !== undefined && !call.until(answer.body) && tries < 300) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      continue
    }
    if (tries >= 300) throw new Error(`${call.name} never came true: ${JSON.stringify(answer.body)}`)
    seen.set(call.name, asSeen(answer.body))
    recordings.push({ name: call.name, request: `${call.method} ${path}`, ...trimmed(answer, call.keep, call.without) })
    break
  }
}
const secrets = new RegExp(
  Object.values(tokens)
    .filter((each) => each !== '')
    .join('|'),
  'g',
)
process.stdout.write(`${JSON.stringify(recordings, null, 1).replace(secrets, 'SECRET')}\n`)
