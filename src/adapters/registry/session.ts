import type { ImageName } from '../../domain/image-name.ts'
import { parseChallenges } from './challenge.ts'
import type { Challenge } from './challenge.ts'
import type { Credential } from './credential.ts'
import { basicAuthorization } from './credential.ts'
import type { Exchange, RegistryAnswer } from './exchange.ts'
import { NotSeen, Refused } from './not-seen.ts'
import { refusal } from './refusal.ts'
import { registryAddress } from './registry-address.ts'
import { askToken } from './token.ts'

/** A repository as one asker sees it. */
export interface Session {
  /** Asks below the repository (`manifests/1.4.2`). Rejects with `Refused` where the registry does not let this asker see it. */
  get(path: string, accept: string): Promise<RegistryAnswer>
}

/** Asks without credentials first and shows them only to who asks for them, in the way that is asked for. */
export function createSession({ registry, repository }: ImageName, credential: Credential | undefined, exchange: Exchange): Session {
  const address = registryAddress(registry)
  let authorization: string | undefined

  const ask = (path: string, accept: string): Promise<RegistryAnswer> =>
    exchange({
      url: new URL(`/v2/${repository}/${path}`, address),
      headers: { accept, ...(authorization !== undefined && { authorization }) },
    })

  async function authorize(challenges: readonly Challenge[]): Promise<string> {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    if (bearer) return `Bearer ${await askToken({ address, repository, challenge: bearer, credential, exchange })}`
    const basic = challenges.some(({ scheme }) => scheme === 'basic')
    if (basic && credential?.kind === 'password') return basicAuthorization(credential)
    if (basic || challenges.length === 0) throw new Refused(refusal(registry, 401, credential), [])
    throw new NotSeen(`${registry} asks for a way to log in that is not known here: ${challenges.map(({ scheme }) => scheme).join(', ')}`, [
      'look which registry this is; docker and containerd know Basic and Bearer too',
    ])
  }

  return {
    async get(path, accept) {
      const first = await ask(path, accept)
      if (first.status !== 401) return allowed(first)
      authorization = await authorize(parseChallenges(first.headers['www-authenticate'] ?? ''))
      return allowed(await ask(path, accept))
    },
  }

  function allowed(answer: RegistryAnswer): RegistryAnswer {
    if (answer.status === 401 || answer.status === 403) throw new Refused(refusal(registry, answer.status, credential), [])
    return answer
  }
}
