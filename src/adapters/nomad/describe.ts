import { ProblemError } from '../../domain/problem.ts'
import type { NomadPort } from '../../domain/ports/nomad.ts'
import type { NomadApi } from './api.ts'
import { objectOf, textOf } from './json-fields.ts'
import { expiryOf, readToken } from './token.ts'

type Description = Awaited<ReturnType<NomadPort['describe']>>

/**
 * Proves that the API answers, that it accepts the token and that the namespace exists. Only a token with `agent:read`
 * may see version and region; without it they are `unknown`.
 */
export async function describe(api: NomadApi, region: string | undefined): Promise<Description> {
  // Asked at the same time; what is wrong is told in this order.
  const asking = [askLeader(api), readToken(api), askNamespace(api), askAgent(api)] as const
  await Promise.allSettled(asking)
  const [, token, namespace, agent] = [await asking[0], await asking[1], await asking[2], await asking[3]]
  const { config, member } = objectOf(agent.status === 403 ? undefined : agent.body)
  const version = textOf(objectOf(objectOf(config)['Version'])['Version']) || textOf(objectOf(objectOf(member)['Tags'])['build'])
  const expiresAt = token === 'acl-off' ? undefined : expiryOf(token)
  return {
    address: api.address,
    version: version || 'unknown',
    region: region ?? (textOf(objectOf(config)['Region']) || 'unknown'),
    namespace: textOf(objectOf(namespace.body)['Name']) || api.namespace,
    ...(token !== 'acl-off' && { tokenName: textOf(token['Name']) }),
    ...(expiresAt !== undefined && { tokenExpiresAt: expiresAt }),
  }
}

async function askLeader(api: NomadApi): Promise<void> {
  const leader = await api.ask('GET', '/v1/status/leader', { what: 'ask for the leader', capability: 'none' })
  if (leader.body === '') throw new ProblemError(noLeader(api.address))
}

const askNamespace = (api: NomadApi) =>
  api.ask('GET', `/v1/namespace/${encodeURIComponent(api.namespace)}`, {
    what: `read namespace ${api.namespace}`,
    capability: `any capability in namespace ${api.namespace}`,
    accept: ({ status }) => status === 403,
  })

const askAgent = (api: NomadApi) =>
  api.ask('GET', '/v1/agent/self', { what: 'read the agent', capability: 'agent:read', accept: ({ status }) => status === 403 })

const noLeader = (address: string) => ({
  code: 'nomad-no-leader',
  summary: `Nomad at ${address} has no leader at the moment`,
  attempted: 'ask for the leader',
  next: ['look at `nomad server members`, and try again when a leader is elected'],
  effect: 'no' as const,
})
