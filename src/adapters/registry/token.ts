import type { Challenge } from './challenge.ts'
import type { Credential } from './credential.ts'
import { basicAuthorization } from './credential.ts'
import type { Exchange, RegistryAnswer, RegistryRequest } from './exchange.ts'
import { jsonField, jsonOf } from './json-answer.ts'
import { NotSeen, Refused } from './not-seen.ts'
import { isProtected } from './registry-address.ts'
import { refusal } from './refusal.ts'

export interface TokenQuestion {
  readonly address: URL
  readonly repository: string
  readonly challenge: Challenge
  readonly credential: Credential | undefined
  readonly exchange: Exchange
}

const CLIENT = 'jmc-migrate'

/** A token from whom the registry names, for pulling from this repository only (distribution: "Token Authentication Specification"). */
export async function askToken(question: TokenQuestion): Promise<string> {
  const { address, credential, exchange } = question
  if (credential?.kind === 'registry-token') return credential.token
  const realm = realmOf(question)
  const answer = await exchange(tokenRequest(question, realm))
  // Bad requests are how some say that a refresh token has ended.
  if ([400, 401, 403].includes(answer.status)) throw new Refused(refusal(address.host, answer.status, credential), [])
  const token = tokenIn(answer)
  if (token !== undefined) return token
  throw new NotSeen(`${realm.host}, which gives out tokens for ${address.host}, gives none (${answer.status})`, [
    'try again; if it stays, look whether the registry is well',
  ])
}

function realmOf({ address, challenge }: TokenQuestion): URL {
  const realm = challenge.parameters['realm'] ?? ''
  if (URL.canParse(realm)) {
    const url = new URL(realm)
    // A registry that is asked by TLS does not send us elsewhere without it, not even to this machine.
    if (isProtected(url) && (url.protocol === 'https:' || address.protocol === 'http:')) return url
  }
  throw new NotSeen(`${address.host} names a place for tokens that cannot be asked safely`, ['look at its `auth.token.realm`'])
}

function tokenRequest({ address, repository, challenge, credential }: TokenQuestion, realm: URL): RegistryRequest {
  const service = challenge.parameters['service'] ?? address.host
  const scope = `repository:${repository}:pull`
  const accept = 'application/json'
  if (credential?.kind === 'identity-token') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', service, scope, client_id: CLIENT, refresh_token: credential.token })
    return { url: realm, headers: { accept }, form }
  }
  const url = new URL(realm)
  url.searchParams.set('service', service)
  url.searchParams.set('scope', scope)
  return { url, headers: { accept, ...(credential?.kind === 'password' && { authorization: basicAuthorization(credential) }) } }
}

/** Only what may stand in a header. */
function tokenIn({ status, bytes }: RegistryAnswer): string | undefined {
  const answer = status === 200 ? jsonOf(bytes) : undefined
  return [jsonField(answer, 'token'), jsonField(answer, 'access_token')].find(
    (each): each is string => typeof each === 'string' && /^[\x21-\x7e]+$/.test(each),
  )
}
