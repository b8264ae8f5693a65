import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ImageName } from '../../domain/image-name.ts'
import type { Credential } from './credential.ts'
import type { AskHelper } from './credential-program.ts'
import { credentialsIn, helperFor, parseDockerConfig, serverAddress } from './docker-config.ts'

export interface Logins {
  /** To be tried in order; none: the registry is asked without. */
  readonly credentials: readonly Credential[]
  /** Why a login that may exist was not found; for people. */
  readonly notes: readonly string[]
}

export interface LoginSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly askHelper: AskHelper
}

/**
 * The pod's pull secrets; only where none of them is for this registry, the user's own login. A node does not have that: where a pull secret is
 * refused, a look with it would say of a broken pull that all is well.
 */
export async function findLogins(image: ImageName, dockerConfigs: readonly string[], sources: LoginSources): Promise<Logins> {
  const parsed = dockerConfigs.map(parseDockerConfig)
  const credentials = parsed.flatMap((config) => (config === undefined ? [] : credentialsIn(config, image, 'the pull secret')))
  const notes = parsed.includes(undefined) ? ['a pull secret holds no docker configuration'] : []
  if (credentials.length > 0) return { credentials, notes }
  const own = await ownLogins(image, sources)
  return { credentials: own.credentials, notes: [...notes, ...own.notes] }
}

/** Programs are asked only where the user's own configuration names them: a Secret must not start one. */
async function ownLogins(image: ImageName, { env, askHelper }: LoginSources): Promise<Logins> {
  const path = join(env['DOCKER_CONFIG'] || join(env['HOME'] ?? homedir(), '.docker'), 'config.json')
  const text = await readFile(path, 'utf8').catch((error: unknown) => codeOf(error))
  if (typeof text !== 'string') return { credentials: [], notes: text.code === 'ENOENT' ? [] : [`${path} cannot be read (${text.code})`] }
  const config = parseDockerConfig(text)
  if (config === undefined) return { credentials: [], notes: [`${path} is no docker configuration`] }
  const name = helperFor(config, image)
  const kept = name === undefined ? { credential: undefined } : await askHelper(name, serverAddress(image))
  return {
    credentials: [...(kept.credential ? [kept.credential] : []), ...credentialsIn(config, image, path)],
    notes: 'failure' in kept && kept.failure !== undefined ? [kept.failure] : [],
  }
}

const codeOf = (error: unknown): { readonly code: string } => ({
  code: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable',
})
