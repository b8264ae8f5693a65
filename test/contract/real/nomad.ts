import { createNomad } from '../../../src/adapters/nomad/client.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Clock } from '../../../src/domain/ports/clock.ts'
import { tool } from '../../e2e/world/tools/build-tools.ts'
import type { World } from '../../e2e/world/world.ts'
import { sleeper } from '../nomad/jobs.ts'
import { OTHER_NAMESPACE, POLICIES, STRANGERS_TOKEN } from '../nomad-users.ts'
import { askRaw } from '../raw.ts'
import type { NomadSide, NomadUser } from '../world.ts'

/** The Nomad of a world, with the contract's tokens and a second namespace. */
export async function realNomadSide(world: World, clock: Clock): Promise<NomadSide> {
  const { address, token } = world.nomad
  const dispatcher = world.client.agent
  const post = async (path: string, body: JsonObject): Promise<JsonObject> => {
    const answer = await askRaw(dispatcher, `${address}${path}`, { method: 'POST', body, headers: { 'x-nomad-token': token } })
    if (answer.status !== 200) throw new Error(`Nomad answered ${answer.status} to ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as JsonObject
  }
  const tokenFor = async (name: keyof typeof POLICIES): Promise<string> => {
    await post(`/v1/acl/policy/${name}`, { Name: name, Rules: POLICIES[name] })
    const { SecretID } = await post('/v1/acl/token', { Name: name, Type: 'client', Policies: [name] })
    if (typeof SecretID !== 'string') throw new Error('Nomad gave no token')
    return SecretID
  }
  await askRaw(dispatcher, `${address}/v1/namespace/${OTHER_NAMESPACE}`, {
    method: 'POST',
    body: { Name: OTHER_NAMESPACE },
    headers: { 'x-nomad-token': token },
  })
  const tokens: Readonly<Record<NomadUser, string>> = {
    management: token,
    reader: await tokenFor('reader'),
    deployer: await tokenFor('deployer'),
    nobody: '',
    stranger: STRANGERS_TOKEN,
  }
  return {
    as: (user, namespace = 'default') => createNomad({ address, token: tokens[user], namespace, clock, dispatcher }),
    ask: (method, path, user = 'management', body) =>
      askRaw(dispatcher, `${address}${path}`, { method, body, headers: tokens[user] === '' ? {} : { 'x-nomad-token': tokens[user] } }),
    website: (id, tags) => website(world, id, tags),
  }
}

/** Announced in Nomad's own list of services, from which the world's catalog answers. */
const website = (world: World, id: string, tags: readonly string[]): JsonObject =>
  sleeper(id, {
    Services: [{ Name: id, PortLabel: 'http', Provider: 'nomad', Tags: tags }],
    Tasks: [
      {
        Name: 'server',
        Driver: 'raw_exec',
        Config: { command: tool(world.tools, 'site') },
        Env: { HOST: '127.0.0.1', PORT: '${NOMAD_PORT_http}', TEXT: '<p>nomad</p>' },
        Resources: { CPU: 50, MemoryMB: 32 },
      },
    ],
  })
